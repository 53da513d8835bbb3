/** Acknowledgement of captures at 10,000 a minute, for a minute, on the provider and the API route. */
import { createHmac } from 'node:crypto'
import { createServer } from 'node:http'
import { type Figure, most, percentile } from './_figure.ts'
import { Product } from './_product.ts'

const perMinute = 10_000
const seconds = Number(process.env['BENCH_SECONDS'] ?? 60)

/** Answers every read of a lead as Graph does. */
const graph = async () => {
  const server = createServer((request, response) => {
    const id = /\/(\d+)\?/.exec(request.url ?? '')?.[1] ?? '0'
    response.writeHead(200, { 'content-type': 'application/json', 'facebook-api-version': 'v26.0' })
    response.end(
      JSON.stringify({
        id,
        created_time: '2026-11-23T08:59:00+0000',
        form_id: '1',
        field_data: [{ name: 'email', values: [`m${id}@example.com`] }],
      }),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  return {
    server,
    url: `http://127.0.0.1:${typeof address === 'object' && address !== null ? address.port : 0}`,
  }
}

/** Sends at an even pace, whatever the answers do, and notes how long each took. */
const load = async (
  send: (index: number) => Promise<number>,
): Promise<{ times: number[]; refused: number }> => {
  const count = Math.round((perMinute / 60) * seconds)
  const times: number[] = []
  let refused = 0
  const began = performance.now()
  const open: Promise<void>[] = []
  for (let index = 0; index < count; index++) {
    const due = began + (index * 60_000) / perMinute
    const wait = due - performance.now()
    if (wait > 1) await new Promise((resolve) => setTimeout(resolve, wait))
    const start = performance.now()
    open.push(
      send(index).then((status) => {
        times.push(performance.now() - start)
        if (status >= 300) refused++
      }),
    )
  }
  await Promise.all(open)
  return { times, refused }
}

const countLeads = async (product: Product, prefix: string, count: number): Promise<number> => {
  const seen = new Set<string>()
  let cursor = ''
  do {
    const answer = await fetch(`${product.runtime.url}/v1/leads?limit=100${cursor && `&cursor=${cursor}`}`, {
      headers: { authorization: `Bearer ${product.runtime.config.apiToken}` },
    })
    const page = (await answer.json()) as { leads: { email: string }[]; cursor: string | null }
    for (const { email } of page.leads) if (email.startsWith(prefix)) seen.add(email)
    cursor = page.cursor ?? ''
  } while (cursor !== '' && seen.size < count)
  return seen.size
}

const figuresOf = (
  route: string,
  { times, refused }: { times: number[]; refused: number },
  lost: number,
): readonly Figure[] => [
  most(
    `capture acknowledgement p99, ${route}, ${times.length} at 10,000 a minute`,
    percentile(times, 0.99),
    'ms',
    100,
  ),
  most(`acknowledged leads lost after drain, ${route}`, lost, '', 0),
  most(`requests refused, ${route}`, refused, '', 0),
]

export const captureApi = async (): Promise<readonly Figure[]> => {
  const product = await new Product().start()
  const headers = { authorization: `Bearer ${product.runtime.config.apiToken}` }
  const result = await load((index) =>
    product.post(
      '/v1/submissions',
      JSON.stringify({ source: 'bench', email: `a${index}@example.com` }),
      headers,
    ),
  )
  await product.runtime.controls.drain()
  const lost = result.times.length - result.refused - (await countLeads(product, 'a', result.times.length))
  await product.stop()
  return figuresOf('/v1/submissions', result, lost)
}

export const captureMeta = async (): Promise<readonly Figure[]> => {
  const { server, url } = await graph()
  const product = await new Product().start({ META_GRAPH_URL: url, META_ACCESS_TOKEN: 'bench' })
  const result = await load((index) => {
    const value = {
      leadgen_id: String(1_450_000_000_000_000 + index),
      form_id: '1',
      page_id: '2',
      created_time: 1_795_209_245,
    }
    const body = JSON.stringify({
      object: 'page',
      entry: [{ id: '2', time: 1_795_209_246, changes: [{ field: 'leadgen', value }] }],
    })
    const signature = createHmac('sha256', 'bench-secret').update(body).digest('hex')
    return product.post('/webhooks/meta', body, { 'x-hub-signature-256': `sha256=${signature}` })
  })
  await product.runtime.controls.drain()
  const lost = result.times.length - result.refused - (await countLeads(product, 'm', result.times.length))
  await product.stop()
  server.closeAllConnections()
  server.close()
  return figuresOf('/webhooks/meta', result, lost)
}
