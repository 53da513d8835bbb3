/** Stand-ins for the ad platforms: they answer with what the fixtures hold. */
import { readFileSync } from 'node:fs'
import { createServer } from 'node:http'
import { join } from 'node:path'

interface Answer {
  readonly match: { readonly method: string; readonly urlRegex: string }
  readonly response: {
    readonly status: number
    readonly headers: Record<string, string>
    readonly body: unknown
  }
}

/** A recorded delivery of a provider: the bytes, the headers that sign them, and what reading the lead answers. */
export interface Delivery {
  readonly request: { readonly headers: Record<string, string>; readonly rawBody: string }
  readonly upstream: readonly Answer[]
}

export const readFixture = (root: string, id: string): Delivery =>
  JSON.parse(readFileSync(join(root, 'test', 'fixtures', 'webhooks', `${id}.json`), 'utf8')) as Delivery

const hosts = ['https://graph.facebook.com', 'https://api.linkedin.com']

/** Serves the answers on a free loopback port. */
export const servePlatforms = async (
  answers: readonly Answer[],
): Promise<{ readonly url: string; close(): Promise<void> }> => {
  const server = createServer((request, response) => {
    const path = request.url ?? '/'
    const found = answers.find(
      ({ match }) =>
        match.method === request.method && hosts.some((host) => new RegExp(match.urlRegex).test(host + path)),
    )
    const { status, headers, body } = found?.response ?? { status: 404, headers: {}, body: {} }
    response.writeHead(status, { ...headers })
    response.end(JSON.stringify(body))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const address = server.address()
  const port = typeof address === 'object' && address !== null ? address.port : 0
  return {
    url: `http://127.0.0.1:${port}`,
    close: () => {
      server.closeAllConnections()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}
