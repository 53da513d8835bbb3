/** A mail that came back: SES's receipt event read as the signal `email.replied` of whoever wrote it. */
import * as z from 'zod/mini'
import { normaliseEmail } from '../../domain/person.ts'
import type { SignalMessage } from '../shared/messages.ts'

const text = z.optional(z.nullable(z.string()))
const verdict = z.optional(z.looseObject({ status: text }))

const receiptSchema = z.looseObject({
  mail: z.looseObject({
    messageId: z.string().check(z.regex(/^[^#\p{C}]{1,200}$/u)),
    timestamp: text,
    source: text,
    headers: z.optional(z.array(z.looseObject({ name: z.string(), value: z.string() }))),
    commonHeaders: z.optional(z.looseObject({ from: z.optional(z.array(z.string())) })),
  }),
  receipt: z.looseObject({ timestamp: text, spamVerdict: verdict, virusVerdict: verdict }),
})
type Receipt = z.output<typeof receiptSchema>

export type Inbound =
  | { readonly is: 'reply'; readonly signal: SignalMessage }
  | { readonly is: 'ignored'; readonly reason: 'unreadable' | 'verdict' | 'automatic' | 'no-sender' }

const ignored = (reason: (Inbound & { is: 'ignored' })['reason']): Inbound => ({ is: 'ignored', reason })

/** An instant far ahead of our clock is a mistake of the sender of the event. */
const tolerance = 3_600_000

const headerOf = ({ mail }: Receipt, name: string): string | undefined =>
  mail.headers?.find((header) => header.name.toLowerCase() === name)?.value.trim()

/** Written by a machine: out-of-office notes, lists, delivery reports. */
const isAutomatic = (given: Receipt): boolean => {
  const submitted = headerOf(given, 'auto-submitted')
  return (
    (submitted !== undefined && !/^no\b/i.test(submitted)) ||
    /^(?:bulk|auto[_-]reply|junk|list)$/i.test(headerOf(given, 'precedence') ?? '') ||
    headerOf(given, 'x-auto-response-suppress') !== undefined ||
    given.mail.source === '<>'
  )
}

const failed = ({ receipt }: Receipt): boolean =>
  [receipt.spamVerdict, receipt.virusVerdict].some((one) => one?.status?.toUpperCase() === 'FAIL')

/** The plain address of `Ines Duarte <ines@example.com>`. */
const senderOf = (given: Receipt): string | undefined => {
  const from = given.mail.commonHeaders?.from?.[0] ?? headerOf(given, 'from') ?? ''
  const email = normaliseEmail(/<([^<>]*)>[^<>]*$/.exec(from)?.[1] ?? from)
  return email.ok ? email.email : undefined
}

const atOf = ({ mail, receipt }: Receipt, now: number): number => {
  const at = Date.parse(receipt.timestamp ?? mail.timestamp ?? '')
  return Number.isNaN(at) || at > now + tolerance ? now : at
}

/** Reads what SES received; `value` holds its `mail` and its `receipt`. */
export const inboundOf = (value: unknown, now: number): Inbound => {
  const { success, data } = receiptSchema.safeParse(value)
  if (!success) return ignored('unreadable')
  if (failed(data)) return ignored('verdict')
  if (isAutomatic(data)) return ignored('automatic')
  const email = senderOf(data)
  if (email === undefined) return ignored('no-sender')
  const id = `reply-${data.mail.messageId}`
  return {
    is: 'reply',
    signal: { v: 1, kind: 'signal', id, email, type: 'email.replied', at: atOf(data, now), properties: {} },
  }
}
