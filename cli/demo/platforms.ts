/** Stand-ins for the ad platforms: they answer with what the fixtures hold. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { type Loopback, serveLoopback } from '../../local/loopback.ts'

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
export const servePlatforms = (answers: readonly Answer[]): Promise<Loopback> =>
  serveLoopback((request, response) => {
    const path = request.url ?? '/'
    const found = answers.find(
      ({ match }) =>
        match.method === request.method && hosts.some((host) => new RegExp(match.urlRegex).test(host + path)),
    )
    const { status, headers, body } = found?.response ?? { status: 404, headers: {}, body: {} }
    response.writeHead(status, { ...headers })
    response.end(JSON.stringify(body))
  })
