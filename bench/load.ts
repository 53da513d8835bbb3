/** The callers, in a process of their own: an even pace whatever the answers do; prints how long each answer took. */
import { createHmac } from 'node:crypto'
import { Agent, request } from 'node:http'

interface Order {
  readonly url: string
  readonly route: 'api' | 'meta'
  readonly token: string
  readonly secret: string
  readonly perMinute: number
  readonly seconds: number
}

const order = JSON.parse(process.argv[2] ?? '{}') as Order
const agent = new Agent({ keepAlive: true, maxSockets: 256 })

const post = (path: string, body: string, headers: Record<string, string>): Promise<number> =>
  new Promise((resolve, reject) => {
    const call = request(
      `${order.url}${path}`,
      {
        method: 'POST',
        agent,
        headers: {
          'content-type': 'application/json',
          'content-length': Buffer.byteLength(body),
          ...headers,
        },
      },
      (answer) => {
        answer.resume()
        answer.on('end', () => resolve(answer.statusCode ?? 0))
      },
    )
    call.on('error', reject)
    call.end(body)
  })

const api = (index: number): Promise<number> =>
  post('/v1/submissions', JSON.stringify({ source: 'bench', email: `a${index}@example.com` }), {
    authorization: `Bearer ${order.token}`,
  })

const meta = (index: number): Promise<number> => {
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
  const signature = createHmac('sha256', order.secret).update(body).digest('hex')
  return post('/webhooks/meta', body, { 'x-hub-signature-256': `sha256=${signature}` })
}

const send = order.route === 'api' ? api : meta
const count = Math.round((order.perMinute / 60) * order.seconds)
const times: number[] = []
let refused = 0
const began = performance.now()
const open: Promise<void>[] = []
for (let index = 0; index < count; index++) {
  const wait = began + (index * 60_000) / order.perMinute - performance.now()
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
// A pipe takes a long line in pieces: the process may end only after the last.
process.stdout.write(JSON.stringify({ times, refused }), () => process.exit())
