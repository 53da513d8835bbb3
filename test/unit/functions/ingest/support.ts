/** In-memory ports of ingest, and the fixtures as the events that API Gateway makes of them. */
import { readFileSync } from 'node:fs'
import type { APIGatewayProxyStructuredResultV2, Context } from 'aws-lambda'
import { parse } from 'yaml'
import { checkForm, type Form } from '../../../../domain/form.ts'
import { checkSettings, type Settings } from '../../../../domain/settings.ts'
import type { CompiledPage } from '../../../../domain/template.ts'
import type { IngestPorts } from '../../../../functions/ingest/ports.ts'
import { routesOf } from '../../../../functions/ingest/routes.ts'
import { httpHandler } from '../../../../functions/shared/http.ts'
import type { CaptureMessage } from '../../../../functions/shared/messages.ts'
import { type Call, eventOf } from '../event.ts'

const root = new URL('../../../../', import.meta.url)
const read = (path: string): string => readFileSync(new URL(path, root), 'utf8')

export interface Upstream {
  readonly match: { readonly method: string; readonly urlRegex: string }
  readonly requireRequestHeaders?: readonly string[]
  readonly response: {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}

export interface Fixture {
  readonly id: string
  readonly request: {
    readonly method: string
    readonly query?: Readonly<Record<string, string>>
    readonly headers: Readonly<Record<string, string>>
    readonly rawBody?: string
  }
  readonly upstream?: readonly Upstream[]
  readonly expect: Readonly<Record<string, unknown>> & { readonly status: readonly number[] }
}

export const fixture = (id: string): Fixture =>
  JSON.parse(read(`test/fixtures/webhooks/${id}.json`)) as Fixture

interface FixtureSecrets {
  readonly meta: { readonly appSecret: string; readonly verifyToken: string; readonly pageToken: string }
  readonly linkedin: { readonly clientSecret: string }
}
const shared = JSON.parse(read('test/fixtures/webhooks/_secrets.json')) as FixtureSecrets

export const secretValues: Record<string, string> = {
  META_APP_SECRET: shared.meta.appSecret,
  META_VERIFY_TOKEN: shared.meta.verifyToken,
  META_ACCESS_TOKEN: shared.meta.pageToken,
  LINKEDIN_CLIENT_SECRET: shared.linkedin.clientSecret,
  LINKEDIN_ACCESS_TOKEN: 'linkedin-token',
  TENDRIL_API_TOKEN: 'api-token',
  TENDRIL_PEPPER: 'pepper',
}

const formFile = (id: string): Form => {
  const checked = checkForm(parse(read(`workflows/forms/${id}.yaml`)))
  if (!checked.ok) throw new Error(checked.problems.map(({ message }) => message).join('; '))
  return checked.value
}
export const forms: Readonly<Record<string, Form>> = {
  demo: formFile('demo'),
  'warehouse-guide': formFile('warehouse-guide'),
}

const settingsFile = (): Settings => {
  const checked = checkSettings(parse(read('workflows/settings.yaml')))
  if (!checked.ok) throw new Error('workflows/settings.yaml does not fit')
  return checked.value
}
export const settings = settingsFile()

export const now = Date.parse('2026-11-21T09:00:00Z')

/** What ingest wrote, by where it went. */
export interface Written {
  readonly capture: CaptureMessage[]
  readonly signals: Record<string, unknown>[]
  readonly envelopes: Map<string, Uint8Array>
  readonly repeats: Map<string, string>
}

type Pages = Record<string, CompiledPage>

export const fakes = (secrets: Record<string, string> = secretValues, pages: Pages = {}) => {
  const written: Written = { capture: [], signals: [], envelopes: new Map(), repeats: new Map() }
  const put = (queue: string, message: object): void => {
    const list = queue === 'capture' ? written.capture : written.signals
    list.push(JSON.parse(JSON.stringify(message)) as never)
  }
  let ids = 0
  const ports: IngestPorts = {
    clock: { now: () => now },
    secrets: { get: async (name) => secrets[name] },
    queues: {
      send: async (queue, message) => put(queue, message),
      sendAll: async (queue, messages) => {
        for (const message of messages) put(queue, message)
      },
    },
    content: { live: async () => ({ forms, pages, settings }) },
    envelopes: {
      put: async (id, zipped) => {
        written.envelopes.set(id, zipped)
        return 1
      },
    },
    repeats: {
      same: async (key, print) => {
        const known = written.repeats.get(key) ?? print
        written.repeats.set(key, known)
        return known === print
      },
    },
    newId: () => `id-${++ids}`,
  }
  return { ports, written }
}

export interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: string
  readonly json: () => Record<string, unknown>
}

export const caller = (ports: IngestPorts) => {
  const faults: string[] = []
  const log = {
    info: () => {},
    error: (event: string, error: unknown) => void faults.push(`${event} ${error}`),
  }
  const handler = httpHandler(routesOf(ports), { log, trustProxy: () => false })
  return async (route: string, call: Call = {}): Promise<Answer> => {
    const result = (await handler(
      eventOf(route, call),
      {} as Context,
    )) as unknown as APIGatewayProxyStructuredResultV2
    if (faults.length > 0) throw new Error(faults.join('; '))
    const body = result.body ?? ''
    return {
      status: result.statusCode ?? 0,
      headers: result.headers as Record<string, string>,
      body,
      json: () => JSON.parse(body) as Record<string, unknown>,
    }
  }
}

/** A fixture's request on its route. */
export const callOf = (one: Fixture): Call => ({
  headers: one.request.headers,
  query: new URLSearchParams(one.request.query).toString(),
  ...(one.request.rawBody !== undefined && { body: one.request.rawBody }),
})

export const setup = (secrets?: Record<string, string>, pages?: Pages) => {
  const { ports, written } = fakes(secrets, pages)
  return { ports, written, call: caller(ports) }
}

/** The one submission that was written. */
export const submitted = (written: Written) => {
  const [message, ...more] = written.capture
  if (message?.kind !== 'submission' || more.length > 0)
    throw new Error(`one submission was expected: ${JSON.stringify(written.capture)}`)
  return message.submission
}
