/** `POST /v1/signals`: up to 500 facts about behaviour, each accepted or refused on its own. */
import * as z from 'zod/mini'
import { normaliseEmail } from '../../domain/person.ts'
import { instantSchema, read, readBody, textSchema, valueSchema } from '../shared/api-body.ts'
import { requireToken } from '../shared/bearer.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { isLeadId } from '../shared/identity.ts'
import { harmless } from '../shared/lossless-json.ts'
import type { SignalMessage } from '../shared/messages.ts'
import type { IngestPorts } from './ports.ts'

/** An instant far ahead of our clock is the sender's mistake; a little is two clocks that differ. */
const tolerance = 3_600_000
/** Whatever is said to be older was read from an empty field or in the wrong unit. */
const earliest = Date.UTC(2000)

const envelope = z.object({
  signals: z.array(z.unknown()).check(z.maxLength(500, 'at most 500 signals at once')),
})

const signal = z.object({
  email: z.optional(textSchema(500)),
  leadId: z.optional(z.string()),
  type: z.string().check(z.regex(/^[^\s#\p{C}]{1,80}$/u, 'a type has 1 to 80 characters and no blanks')),
  at: z.optional(
    instantSchema.check(z.refine((at) => at >= earliest, 'an instant before the year 2000 is a mistake')),
  ),
  id: z.optional(z.pipe(valueSchema, z.string().check(z.regex(/^[^#\p{C}]{1,200}$/u)))),
  properties: z.optional(z.record(z.string(), z.pipe(valueSchema, textSchema(2000)))),
})

export interface SignalResult {
  readonly index: number
  readonly status: 'accepted' | 'duplicate' | 'rejected'
  readonly id: string
  readonly error?: string
}

type Target = { readonly leadId: string } | { readonly email: string } | { readonly error: string }

const targetOf = (given: z.output<typeof signal>): Target => {
  if (given.leadId !== undefined)
    return isLeadId(given.leadId) ? { leadId: given.leadId } : { error: 'leadId is not the id of a lead' }
  if (given.email === undefined) return { error: 'email or leadId is required' }
  const email = normaliseEmail(given.email)
  return email.ok ? { email: email.email } : { error: `email: ${email.problem}` }
}

const messageOf = (
  value: unknown,
  at: number,
  newId: () => string,
): { readonly message: SignalMessage } | { readonly error: string; readonly id: string } => {
  const given = read(signal, value)
  if (!given.ok) {
    const error = given.errors.map(({ path, message }) => `${path}: ${message}`).join('; ')
    return { error, id: newId() }
  }
  const { data } = given
  const id = data.id ?? newId()
  const target = targetOf(data)
  if ('error' in target) return { error: target.error, id }
  const properties = harmless(data.properties ?? {})
  const happened = data.at === undefined || data.at > at + tolerance ? at : data.at
  return { message: { v: 1, kind: 'signal', id, ...target, type: data.type, at: happened, properties } }
}

/** An id seen before in the same request is a duplicate; over requests, the lead's log knows its ids. */
const sort = (signals: readonly unknown[], at: number, newId: () => string) => {
  const accepted = new Map<string, SignalMessage>()
  const results = signals.map((value, index): SignalResult => {
    const made = messageOf(value, at, newId)
    if ('error' in made) return { index, status: 'rejected', id: made.id, error: made.error }
    const { id } = made.message
    if (accepted.has(id)) return { index, status: 'duplicate', id }
    accepted.set(id, made.message)
    return { index, status: 'accepted', id }
  })
  return { accepted: [...accepted.values()], results }
}

export const postSignals = async (
  ports: Pick<IngestPorts, 'clock' | 'secrets' | 'queues' | 'newId'>,
  request: Request,
): Promise<Reply> => {
  await requireToken(request, ports.secrets)
  const { signals } = readBody(envelope, request)
  const { accepted, results } = sort(signals, ports.clock.now(), ports.newId)
  await ports.queues.sendAll('signals', accepted)
  return json(202, { results })
}
