/**
 * What a message on `signals` is, whichever way it came: a behaviour signal, SES's own event from EventBridge, the
 * same in an SNS envelope, or a mail that SES received.
 */
import type { SignalMessage } from '../shared/messages.ts'
import { inboundOf } from './inbound.ts'
import { type SesEvent, sesEventSchema } from './ses-event.ts'

export type Message = SignalMessage | Readonly<Record<string, unknown>>

export type Incoming =
  | { readonly is: 'signal'; readonly signal: SignalMessage }
  | { readonly is: 'ses'; readonly event: SesEvent }
  | { readonly is: 'ignored'; readonly type: string; readonly reason: string }

type Fields = Readonly<Record<string, unknown>>

const isObject = (value: unknown): value is Fields => typeof value === 'object' && value !== null

const ignored = (type: unknown, reason: string): Incoming => ({
  is: 'ignored',
  type: typeof type === 'string' ? type.slice(0, 80) : 'unknown',
  reason,
})

const ofEvent = (event: Fields): Incoming => {
  const read = sesEventSchema.safeParse(event)
  return read.success
    ? { is: 'ses', event: read.data }
    : ignored(event['detail-type'], `does not fit: ${read.error.issues[0]?.path.map(String).join('.') ?? ''}`)
}

/** Only EventBridge has an envelope of its own; SNS carries the detail. Identities say `notificationType`. */
const ofDetail = (detail: Fields): Incoming => {
  const eventType = detail['eventType'] ?? detail['notificationType']
  return ofEvent({ source: 'aws.ses', 'detail-type': eventType, detail: { ...detail, eventType } })
}

const ofReceipt = (value: unknown, now: number): Incoming => {
  const inbound = inboundOf(value, now)
  return inbound.is === 'reply'
    ? { is: 'signal', signal: inbound.signal }
    : ignored('Received', inbound.reason)
}

const ofBare = (message: Fields, now: number): Incoming => {
  if ('receipt' in message) return ofReceipt(message, now)
  return 'eventType' in message || 'notificationType' in message ? ofDetail(message) : ofEvent(message)
}

/** SES tests a new topic with a text that is no JSON; confirmations of subscriptions are not for us. */
const ofSns = (envelope: Fields, now: number): Incoming => {
  if (envelope['Type'] !== 'Notification') return ignored(envelope['Type'], 'no notification')
  try {
    const inner: unknown = JSON.parse(String(envelope['Message']))
    if (isObject(inner)) return ofBare(inner, now)
  } catch {}
  return ignored('Notification', 'no event in it')
}

const isSns = (message: Fields): boolean => 'Type' in message && 'Message' in message

/** One record of an event as SNS and SES hand it to a Lambda function. */
const ofRecord = (record: unknown, now: number): Incoming => {
  if (isObject(record) && isObject(record['Sns'])) return ofSns(record['Sns'], now)
  if (isObject(record) && 'ses' in record) return ofReceipt(record['ses'], now)
  return ignored('Records', 'neither of SNS nor of SES')
}

/** Reads one message; an event with records is several things. */
export const incomingOf = (message: Message, now: number): readonly Incoming[] => {
  const fields = message as Fields
  if (fields['kind'] === 'signal') return [{ is: 'signal', signal: message as SignalMessage }]
  const records = fields['Records']
  if (Array.isArray(records)) return records.map((record) => ofRecord(record, now))
  return [isSns(fields) ? ofSns(fields, now) : ofBare(fields, now)]
}

/** What must be taken one after the other: the events of one mail, the repetitions of one signal. */
export const keyOf = (incoming: Incoming | undefined): string | undefined => {
  if (incoming?.is === 'ses') return `mail ${incoming.event.detail.mail.messageId}`
  return incoming?.is === 'signal' ? `signal ${incoming.signal.id}` : undefined
}
