/** The routes that only the local runtime has: clock, inbox, events, executions. */
import { Problem } from '../functions/shared/problem.ts'
import { parseDuration } from './iso-duration.ts'
import type { Router } from './router.ts'
import { BODIES } from './ses/event-bodies.ts'
import { checkReceiptEvent, checkSesEvent, checkSnsMessage } from './ses-input.ts'

/** What a local route is given. */
export interface LocalRequest {
  readonly params: Readonly<Record<string, string>>
  readonly query: URLSearchParams
  readonly body: Buffer
}

export interface LocalReply {
  readonly status: number
  readonly type: string
  readonly body: string | Uint8Array
}

export type LocalHandler = (request: LocalRequest) => Promise<LocalReply>

/** What the routes act on. */
export interface LocalControls {
  health(): { ready: boolean; now: string; version: string }
  now(): number
  advance(to: number): Promise<{ now: number; fired: number; sent: number }>
  drain(): Promise<void>
  inbox(filter: { to?: string; limit?: number }): readonly unknown[]
  mail(id: string): unknown
  rawMail(id: string): Promise<string | undefined>
  report(id: string, event: Record<string, unknown>): void
  /** Puts what SES reports on the signals queue, as it is. */
  sesEvent(event: unknown): void
  executions(leadId: string | undefined): readonly unknown[]
  history(name: string): Promise<readonly unknown[] | undefined>
}

const ok = (body: unknown): LocalReply => ({
  status: 200,
  type: 'application/json; charset=utf-8',
  body: JSON.stringify(body),
})

const parse = (body: Buffer): Record<string, unknown> => {
  try {
    const value: unknown = JSON.parse(body.length === 0 ? '{}' : body.toString('utf8'))
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch {}
  throw new Problem(400, 'The body is not a JSON object.')
}

/** Later instants cannot be written with four digits of the year, and the latest of all not be added to. */
const latest = Date.UTC(9999, 11, 31)

const lengthOf = (text: string, from: number): number => {
  const length = parseDuration(text)
  if (length === undefined)
    throw new Problem(422, `"${text}" is not an ISO 8601 duration such as PT1H or P3D.`)
  if (from + length > latest) throw new Problem(422, `"${text}" from now is after the year 9999.`)
  return length
}

/** Where an advance goes: `{"by": "P3D"}` or `{"to": "2027-01-03T09:00:00Z"}`. */
const target = (body: Record<string, unknown>, now: number): number => {
  const { by, to } = body
  if (typeof by === 'string') return now + lengthOf(by, now)
  const at = typeof to === 'string' ? Date.parse(to) : Number.NaN
  if (Number.isNaN(at)) throw new Problem(422, 'Say {"by": "P3D"} or {"to": "2027-01-03T09:00:00Z"}.')
  if (at > latest) throw new Problem(422, `"${to}" is after the year 9999.`)
  if (at < now) throw new Problem(409, `It is ${new Date(now).toISOString()} already: time never goes back.`)
  return at
}

const found = <T>(value: T | undefined, what: string): T => {
  if (value === undefined) throw new Problem(404, `There is no ${what}.`)
  return value
}

/** What SES is to report: 422 for what it never reports. */
export const reportOf = (body: Record<string, unknown>, now: number): Record<string, unknown> => {
  const { type, after } = body
  if (typeof type !== 'string' || !Object.hasOwn(BODIES, type))
    throw new Problem(422, 'There is no such event.', [
      { path: 'type', message: `is one of ${Object.keys(BODIES).join(', ')}` },
    ])
  if (after !== undefined) lengthOf(String(after), now)
  const other = Object.keys(body).find((key) => typeof body[key] !== 'string')
  if (other !== undefined)
    throw new Problem(422, 'The event does not fit.', [{ path: other, message: 'is a text' }])
  return body
}

const limitOf = (query: URLSearchParams): number => {
  const limit = Number(query.get('limit') ?? 100)
  if (!Number.isInteger(limit) || limit < 1) throw new Problem(400, 'limit is a whole number from 1.')
  return limit
}

const clockRoutes = (router: Router<LocalHandler>, controls: LocalControls): void => {
  const iso = (at: number): string => new Date(at).toISOString()
  router
    .add('GET /local/health', async () => ok(controls.health()))
    .add('GET /local/clock', async () => ok({ now: iso(controls.now()) }))
    .add('POST /local/clock/advance', async ({ body }) => {
      const { now, fired, sent } = await controls.advance(target(parse(body), controls.now()))
      return ok({ now: iso(now), fired, sent })
    })
    .add('POST /local/drain', async () => {
      await controls.drain()
      return ok({ now: iso(controls.now()) })
    })
}

const mailRoutes = (router: Router<LocalHandler>, controls: LocalControls): void => {
  router
    .add('GET /local/inbox', async ({ query }) => {
      const to = query.get('to') ?? undefined
      return ok({ messages: controls.inbox({ limit: limitOf(query), ...(to !== undefined && { to }) }) })
    })
    .add('GET /local/inbox/{id}', async ({ params }) =>
      ok(found(controls.mail(params['id'] ?? ''), 'such message')),
    )
    .add('GET /local/inbox/{id}/raw', async ({ params }) => ({
      status: 200,
      type: 'message/rfc822',
      body: found(await controls.rawMail(params['id'] ?? ''), 'such message'),
    }))
    .add('POST /local/inbox/{id}/events', async ({ params, body }) => {
      found(controls.mail(params['id'] ?? ''), 'such message')
      controls.report(params['id'] ?? '', reportOf(parse(body), controls.now()))
      return { ...ok({ accepted: true }), status: 202 }
    })
}

/** What SES reports, verbatim, by each of its three ways. */
const sesRoutes = (router: Router<LocalHandler>, controls: LocalControls): void => {
  const ways = {
    'POST /local/ses-events': checkSesEvent,
    'POST /local/sns': checkSnsMessage,
    'POST /local/ses-inbound': checkReceiptEvent,
  }
  for (const [route, check] of Object.entries(ways))
    router.add(route, async ({ body }) => {
      const event = parse(body)
      check(event)
      controls.sesEvent(event)
      return { ...ok({ accepted: true }), status: 202 }
    })
}

/** Adds all local routes. */
export const addLocalRoutes = (router: Router<LocalHandler>, controls: LocalControls): void => {
  clockRoutes(router, controls)
  mailRoutes(router, controls)
  sesRoutes(router, controls)
  router
    .add('GET /local/executions', async ({ query }) =>
      ok({ executions: controls.executions(query.get('leadId') ?? undefined) }),
    )
    .add('GET /local/executions/{name}/history', async ({ params }) =>
      ok({ events: found(await controls.history(params['name'] ?? ''), 'such execution') }),
    )
}
