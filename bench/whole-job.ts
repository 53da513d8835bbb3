/** The whole job: a thousand leads, six weeks, through the handlers and the stand-ins on the wire. */
import { type Figure, most, plain } from './_figure.ts'
import { Product } from './_product.ts'

export const wholeJob = async (): Promise<readonly Figure[]> => {
  const leads = Number(process.env['BENCH_LEADS'] ?? 1000)
  const product = await new Product().start()
  const began = performance.now()
  await product.people(leads, 'warehouse-guide')
  await product.weeks(7)
  const seconds = (performance.now() - began) / 1000
  const emails = product.emails()
  const twice = product.runtime.parts.ses.rows.countByTags().filter(({ count }) => count > 1).length
  const open = product.runtime.parts.engine
    .recent(undefined, leads)
    .filter(({ status }) => status === 'RUNNING').length
  await product.stop()
  return [
    most(`whole job: ${leads} leads × 6 weeks, ${emails} emails`, seconds, 's', 60),
    most('emails sent twice', twice, '', 0),
    most('executions left open', open, '', 0),
    plain('emails per second', emails / seconds, ''),
  ]
}
