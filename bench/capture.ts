/** Acknowledgement of captures at 10,000 a minute, for a minute, on the provider and the API route. */
import { spawn } from 'node:child_process'
import { join } from 'node:path'
import { serveLoopback } from '../local/loopback.ts'
import { type Figure, most, percentile, plain } from './_figure.ts'
import { Product, root } from './_product.ts'

const perMinute = 10_000
const seconds = Number(process.env['BENCH_SECONDS'] ?? 60)

/** Answers every read of a lead as Graph does. */
const graph = () =>
  serveLoopback((request, response) => {
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

interface Answers {
  readonly times: readonly number[]
  readonly refused: number
}

/** Lets the callers loose on a route, in a process of their own. */
const load = (product: Product, route: 'api' | 'meta'): Promise<Answers> => {
  const { url, config } = product.runtime
  const order = { url, route, token: config.apiToken, secret: 'bench-secret', perMinute, seconds }
  const child = spawn(process.execPath, [join(root, 'bench', 'load.ts'), JSON.stringify(order)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => {
    out += chunk.toString('utf8')
  })
  return new Promise((resolve, reject) => {
    child.once('close', (code) =>
      code === 0 ? resolve(JSON.parse(out) as Answers) : reject(new Error(`the callers ended with ${code}`)),
    )
  })
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

const figuresOf = (route: string, { times, refused }: Answers, lost: number): readonly Figure[] => [
  most(
    `capture acknowledgement p99, ${route}, ${times.length} at 10,000 a minute`,
    percentile(times, 0.99),
    'ms',
    100,
  ),
  plain(`capture acknowledgement p50, ${route}`, percentile(times, 0.5), 'ms'),
  most(`acknowledged leads lost after drain, ${route}`, lost, '', 0),
  most(`requests refused, ${route}`, refused, '', 0),
]

const measure = async (product: Product, route: 'api' | 'meta', path: string): Promise<readonly Figure[]> => {
  const answers = await load(product, route)
  await product.runtime.controls.drain()
  const accepted = answers.times.length - answers.refused
  const lost = accepted - (await countLeads(product, route[0] ?? '', accepted))
  await product.stop()
  return figuresOf(path, answers, lost)
}

export const captureApi = async (): Promise<readonly Figure[]> =>
  measure(await new Product().start(), 'api', '/v1/submissions')

export const captureMeta = async (): Promise<readonly Figure[]> => {
  const meta = await graph()
  const figures = await measure(
    await new Product().start({ META_GRAPH_URL: meta.url, META_ACCESS_TOKEN: 'bench' }),
    'meta',
    '/webhooks/meta',
  )
  await meta.close()
  return figures
}
