/**
 * Tells another system something, at least once: what is not taken is tried again for more than a day, then kept for
 * a person. Every try bears the same id, so that the receiver can drop what it had before.
 */
import type { LeadEvent } from '../../domain/event.ts'
import type { TimerMessage, WebhookMessage } from '../shared/messages.ts'
import { spreadOf } from '../shared/spread.ts'
import { shortHash } from '../shared/submission-id.ts'
import { type Outgoing, outgoingOf } from './message.ts'
import type { Answer, WebhookPorts } from './ports.ts'
import { type Tried, tryOnce } from './try-once.ts'

const minute = 60_000
/** Minutes before each further try: more than a day in all. */
const ladder = [1, 5, 30, 120, 300, 600, 840]

const keyOf = (message: WebhookMessage): string =>
  message.kind === 'step' ? `${message.enrolmentId}-${message.step}` : `${message.leadId}-${message.eventId}`

const parkedId = (message: WebhookMessage): string => `webhook-${keyOf(message)}`

/** Replayed, one try is behind it: when it is taken then, it leaves the list. */
const park = (
  ports: WebhookPorts,
  message: WebhookMessage,
  detail: string,
  nextAttemptAt?: number,
): Promise<void> =>
  ports.desk.park({
    id: parkedId(message),
    source: 'webhook',
    sourceLeadId: message.leadId,
    reason: nextAttemptAt === undefined ? 'webhook-failed' : 'webhook-not-taken',
    detail,
    at: ports.clock.now(),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    replay: { queue: 'webhooks', message: { ...message, tries: 1 } satisfies WebhookMessage },
  })

const unpark = async (ports: WebhookPorts, message: WebhookMessage): Promise<void> => {
  if (message.tries > 0) await ports.desk.unpark(parkedId(message))
}

/** What came of it, into the log; a sequence may go on by it. */
const note = async (
  ports: WebhookPorts,
  leadId: string,
  { id, type, step }: Outgoing,
  told: { readonly is: 'delivered' | 'failed'; readonly host: string; readonly detail: string },
): Promise<void> => {
  const event: LeadEvent = {
    type: 'signal',
    id: `${id}-${told.is}`,
    at: ports.clock.now(),
    name: `webhook.${told.is}`,
    properties: { type, ...(told.host !== '' && { host: told.host }), detail: told.detail },
    verdict: 'unknown',
    ...(step && { enrolmentId: step.enrolmentId, step: step.step }),
  }
  const known = await ports.events.events(leadId)
  if (known.every(({ id }) => id !== event.id)) await ports.events.append(leadId, event)
  const message: TimerMessage = { v: 1, leadId, fresh: [event.id] }
  await ports.queues.send('timers', message)
}

/** Alerts of one hour are one alert: a thousand leads behind one broken receiver are one thing to do. */
const giveUp = async (
  ports: WebhookPorts,
  message: WebhookMessage,
  outgoing: Outgoing,
  host: string,
  detail: string,
): Promise<void> => {
  await park(ports, message, detail)
  await ports.desk.alert({
    kind: 'webhook.failed',
    text: `Webhooks "${outgoing.type}"${host && ` to ${host}`} are not taken: ${detail}. Look at the parked ones and replay them.`,
    at: Math.floor(ports.clock.now() / (60 * minute)) * 60 * minute,
  })
  await note(ports, message.leadId, outgoing, { is: 'failed', host, detail })
}

/** Visible first, scheduled second: a crash in between is a redelivery, which tries again. False after the last try. */
const tryLater = async (
  ports: WebhookPorts,
  message: WebhookMessage,
  { detail, notBefore = 0 }: Extract<Answer, { is: 'later' }>,
): Promise<boolean> => {
  const minutes = ladder[message.tries]
  if (minutes === undefined) return false
  const key = keyOf(message)
  const at = Math.max(ports.clock.now() + minutes * minute, notBefore) + spreadOf(key)
  await park(ports, message, detail, at)
  const next: WebhookMessage = { ...message, tries: message.tries + 1 }
  await ports.schedules.set(`webhook-${shortHash(key)}`, at, 'webhooks', next)
  return true
}

const conclude = async (
  ports: WebhookPorts,
  message: WebhookMessage,
  outgoing: Outgoing,
  { host, answer }: Tried,
): Promise<void> => {
  if (answer.is === 'taken') {
    const detail = `it answered ${answer.status}`
    await note(ports, message.leadId, outgoing, { is: 'delivered', host, detail })
    return unpark(ports, message)
  }
  if (answer.is === 'later' && (await tryLater(ports, message, answer))) return
  await giveUp(ports, message, outgoing, host, answer.detail)
}

/** What is to be told; undefined when that is nothing, or has been taken. */
const owed = async (ports: WebhookPorts, message: WebhookMessage): Promise<Outgoing | undefined> => {
  const { settings } = await ports.content.live()
  if (message.kind === 'event' && settings.crm === undefined) return undefined
  const collection = await ports.leads.collection(message.leadId)
  const outgoing = await outgoingOf(ports, message, collection)
  const isTaken = collection.events.some(({ id }) => id === `${outgoing?.id}-delivered`)
  return isTaken ? undefined : outgoing
}

/** One message of the queue. A message that comes twice at once may be sent twice, with one id. */
export const tell = async (ports: WebhookPorts, message: WebhookMessage): Promise<void> => {
  const outgoing = await owed(ports, message)
  if (outgoing === undefined) return unpark(ports, message)
  const tried = await tryOnce(ports, outgoing)
  ports.log.info('webhook.tried', { id: outgoing.id, is: tried.answer.is, tries: message.tries })
  await conclude(ports, message, outgoing, tried)
}
