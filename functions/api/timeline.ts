/** A lead's timeline: log, messages sent and not sent, and the deliveries that are still known. */
import type { Content } from '../../domain/content.ts'
import type { Enrolment } from '../../domain/enrolment.ts'
import { type RouteStop, stopsOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { timelineOf } from '../../domain/timeline.ts'
import type { TimelineEntry } from '../../domain/timeline-enrolment.ts'
import type { Proof, ProofKey } from '../shared/ports.ts'
import type { Found } from './lead.ts'
import type { ApiPorts } from './ports.ts'

type Known = ProofKey & Partial<Proof>

/** A decision, a listening end and the start of another sequence are stops, but no messages. */
const messagesOnly = (enrolment: Enrolment, stops: readonly RouteStop[]): Enrolment => {
  const silent = new Set(stops.filter((stop) => stop.silent).map(({ id }) => id))
  const records = Object.entries(enrolment.records).filter(([step]) => !silent.has(step))
  return { ...enrolment, records: Object.fromEntries(records) }
}

/** The message that a proof is of: sent when SES says it took one. */
const stepOf = (enrolment: Enrolment, proof: Known): string | undefined => {
  const { sentAt } = proof
  if (sentAt === undefined) return undefined
  const away = (at: number): number => Math.abs(at * 1000 - sentAt)
  const sent = Object.entries(enrolment.records).filter(([, { is }]) => is === 'sent')
  return sent.sort(([, a], [, b]) => away(a.at) - away(b.at))[0]?.[0]
}

const delivered = (
  proof: Known,
  enrolments: readonly Enrolment[],
  told: readonly TimelineEntry[],
): readonly TimelineEntry[] => {
  const { of, n, attempt, deliveredAt } = proof
  const enrolment = enrolments.find(({ enrolmentId }) => enrolmentId === of)
  // Mail to our own people is no matter of the lead's timeline.
  if (deliveredAt === undefined || enrolment === undefined) return []
  const step = stepOf(enrolment, proof)
  const name = told.find(({ eventId }) => eventId === `${of}.${step}`)?.data['name']
  return [
    {
      eventId: `${of}.${n}.${attempt}.delivered`,
      type: 'message.delivered',
      at: new Date(deliveredAt).toISOString(),
      text: `Delivered: ${name ? `“${name}”` : 'a mail'}`,
      data: { enrolmentId: of, sequence: enrolment.sequence, ...(step !== undefined && { step, name }) },
    },
  ]
}

/** Live sequences give the names; those that are not live any more are known by the enrolments that pinned them. */
const namesOf = (content: Content, pinned: readonly Sequence[]): Content => ({
  ...content,
  sequences: {
    ...Object.fromEntries(pinned.map((sequence) => [sequence.id, sequence])),
    ...content.sequences,
  },
})

/** The shape of `GET /v1/leads/{leadId}/timeline`, oldest first. */
export const timelineBody = async (ports: ApiPorts, found: Found) => {
  const { leadId, events, collection, now, isPast } = found
  const [content, proofs] = await Promise.all([ports.content.live(), ports.proofs.ofLead(leadId)])
  const runs = await Promise.all(
    collection.enrolments.map(async ({ enrolment }) => {
      const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
      return { sequence, enrolment: messagesOnly(enrolment, stopsOf(sequence)) }
    }),
  )
  const enrolments = runs.map(({ enrolment }) => enrolment)
  const told = timelineOf(
    events,
    enrolments,
    namesOf(
      content,
      runs.map(({ sequence }) => sequence),
    ),
  )
  const known = isPast ? proofs.filter(({ deliveredAt = 0 }) => deliveredAt <= now) : proofs
  const arrived = known.flatMap((proof) => delivered(proof, enrolments, told))
  const all = [...told, ...arrived].sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
  return { events: all, cursor: null }
}
