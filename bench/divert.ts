/** From a human signal to the diverted execution, in real time. */
import { type Figure, most, percentile } from './_figure.ts'
import { Product } from './_product.ts'

const leads = 200

export const divert = async (): Promise<readonly Figure[]> => {
  const product = await new Product().start()
  const { engine } = product.runtime.parts
  await product.people(leads, 'six')
  const running = new Map(engine.recent(undefined, leads).map(({ name }) => [name, 0]))
  const times: number[] = []
  for (const name of running.keys()) {
    const start = performance.now()
    await product.signals([{ leadId: name.slice(0, 26), type: 'service.wants_to_buy' }])
    while (engine.recent(name, 1)[0]?.status === 'RUNNING')
      await new Promise((resolve) => setTimeout(resolve, 5))
    times.push(performance.now() - start)
  }
  await product.stop()
  return [
    most(`human signal to diverted execution p99, ${leads} signals`, percentile(times, 0.99) / 1000, 's', 2),
  ]
}
