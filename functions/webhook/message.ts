/** What a webhook says: read from the log when it is sent, so that no queue holds data of a person. */
import { foldLead, sortEvents } from '../../domain/lead.ts'
import type { Action, Sequence } from '../../domain/sequence.ts'
import { qualificationOf } from '../../domain/stage.ts'
import { findStep } from '../../domain/step-find.ts'
import { firstRunOf, webhookId } from '../shared/acts.ts'
import { isKnown } from '../shared/lead-facts.ts'
import type { WebhookMessage } from '../shared/messages.ts'
import type { Collection } from '../shared/ports.ts'
import type { WebhookPorts } from './ports.ts'
import { type Read, stepBody, stepVariables } from './step-body.ts'

/** One message to another system. */
export interface Outgoing {
  /** The same for every try: by it the receiver knows what it had before. */
  readonly id: string
  readonly type: string
  /** When what it tells of happened, in milliseconds. */
  readonly at: number
  /** `https://…`, or `secret:NAME`. */
  readonly url: string
  /** The name of the secret that signs. */
  readonly secret?: string | undefined
  /** Throws NotRendered. */
  readonly data: () => unknown
  readonly step?: { readonly enrolmentId: string; readonly step: string }
}

type Webhook = Extract<Action, { do: 'webhook' }>
type StepMessage = Extract<WebhookMessage, { kind: 'step' }>
type EventMessage = Extract<WebhookMessage, { kind: 'event' }>

const iso = (at: number): string => new Date(at).toISOString()

/** As the files say it now, so that a mended address is used; else as the version of the enrolment says it. */
const actionOf = (sequences: readonly (Sequence | undefined)[], id: string): Webhook | undefined => {
  for (const sequence of sequences) {
    const step = sequence && findStep(sequence.steps, id)
    if (step?.kind === 'act' && step.action.do === 'webhook') return step.action
  }
  return undefined
}

const stepMessage = async (
  ports: WebhookPorts,
  read: Read,
  { enrolmentId, step: id, at }: StepMessage,
): Promise<Outgoing | undefined> => {
  const stored = read.collection.enrolments.find((one) => one.enrolment.enrolmentId === enrolmentId)
  if (stored === undefined) return undefined
  const { enrolment, by } = stored
  const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const { sequences } = read.content
  const live = Object.hasOwn(sequences, sequence.id) ? sequences[sequence.id] : undefined
  const action = actionOf([live, sequence], id)
  if (action === undefined) return undefined
  const { event, url, secret, body } = action
  return {
    id: webhookId(firstRunOf(enrolment, read.collection.enrolments), id),
    type: event,
    at,
    url,
    secret,
    data: () => stepBody(body, stepVariables(read, sequence, id, by)),
    step: { enrolmentId, step: id },
  }
}

/** Of two changes with one number only the earlier counts: nobody is told of the other. */
const eventMessage = (read: Read, { eventId }: EventMessage): Outgoing | undefined => {
  const { leadId, collection, state, content } = read
  const { crm } = content.settings
  const event = sortEvents(collection.events).find(({ id }) => id === eventId)
  if (crm === undefined || event?.type !== 'stage.changed') return undefined
  const { from, to, reason, total, at, qualification = qualificationOf(to) } = event
  return {
    id: `${leadId}-${eventId}`,
    type: 'lead.stage_changed',
    at,
    url: crm.webhook,
    secret: crm.secret,
    data: () => ({
      leadId,
      from,
      to,
      reason,
      qualification: qualification ?? null,
      score: Math.round(total),
      email: state.person.email ?? null,
      name: state.person.name ?? null,
      owner: state.owner ?? null,
      at: iso(at),
    }),
  }
}

/** What the message on the queue asks to be said; undefined when there is nothing to say, or nobody any more. */
export const outgoingOf = async (
  ports: WebhookPorts,
  message: WebhookMessage,
  collection: Collection,
): Promise<Outgoing | undefined> => {
  if (!isKnown(collection.events)) return undefined
  const content = await ports.content.live()
  const state = foldLead(collection.events, content, ports.clock.now())
  if (state.isTest) return undefined
  const read: Read = { leadId: message.leadId, collection, state, content }
  return message.kind === 'step' ? stepMessage(ports, read, message) : eventMessage(read, message)
}
