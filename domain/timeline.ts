/** A lead's timeline: its log and its messages, those not sent too, in plain words. */

import type { Enrolment } from './enrolment.ts'
import type { EventOf, LeadEvent } from './event.ts'
import { sortEvents } from './lead.ts'
import { profileOf } from './lead-profile.ts'
import { zoneOf } from './lead-zone.ts'
import { rejectReason } from './routing-pick.ts'
import { compiledOf } from './scoring-compiled.ts'
import { contributionsOf, countedSignals } from './scoring-engagement.ts'
import { signalsOf } from './signal.ts'
import { type Entry, ofEnrolment, type TimelineEntry } from './timeline-enrolment.ts'
import {
  capturedWords,
  messageName,
  type Names,
  sequenceOf,
  signalText,
  stageName,
  suppressionWords,
  titleOf,
} from './timeline-words.ts'

/** What the texts need to know besides the event. */
interface Telling {
  readonly names: Names
  readonly sequences: ReadonlyMap<string, string>
  /** Points that each event brought, before decay. */
  readonly points: ReadonlyMap<string, number>
}

const signed = (points: number): string => (points > 0 ? `+${points}` : String(points))
const worth = (points: number | undefined): string => (points ? ` (${signed(points)})` : '')
const because = (reason: string | undefined): { reason?: string } => (reason === undefined ? {} : { reason })

function captured(event: EventOf<'captured'>, { points }: Telling): Entry[] {
  const { submission, grants, form } = event
  const base = { eventId: event.id, ms: event.at }
  const text = `${capturedWords(submission.source, form ?? submission.formId)}${worth(points.get(event.id))}`
  const { source, sourceLeadId, formId, isTest } = submission
  const entry: Entry = {
    ...base,
    type: 'captured',
    text,
    data: { source, sourceLeadId, formId, form, isTest },
  }
  if (grants.length === 0) return [entry]
  const topics = [...new Set(grants.flatMap((grant) => grant.topics))]
  const data = { topics, basis: grants[0]?.basis, textId: grants[0]?.textId }
  return [
    entry,
    {
      eventId: `${event.id}.consent`,
      ms: event.at,
      type: 'consent.given',
      text: `Permitted mail about ${topics.join(', ')}`,
      data,
    },
  ]
}

function signal(event: EventOf<'signal'>, { names, points, sequences }: Telling): Entry {
  const sequence = sequences.get(event.enrolmentId ?? '')
  const mail =
    event.step === undefined
      ? undefined
      : messageName(sequence === undefined ? undefined : sequenceOf(names, sequence), event.step)
  const machine = event.verdict === 'machine' ? ' (made by a machine: counts nothing)' : ''
  const { properties, verdict, enrolmentId, step } = event
  return {
    eventId: event.id,
    ms: event.at,
    type: event.name,
    text: `${signalText(event, mail)}${machine || worth(points.get(event.id))}`,
    data: { properties, verdict, enrolmentId, step, points: points.get(event.id) ?? 0 },
  }
}

function stageChange(event: EventOf<'stage.changed'>, { names }: Telling): Entry {
  const { from, to, qualification, actor, total, reason } = event
  return {
    eventId: event.id,
    ms: event.at,
    type: 'stage.changed',
    text: `From “${stageName(names, from)}” to “${stageName(names, to)}” at a score of ${total}: ${reason}`,
    reason,
    data: { from, to, qualification, actor, total },
  }
}

function feedback(event: EventOf<'feedback'>, { names }: Telling): Entry {
  const { handoffId, action, actor, reason } = event
  const label =
    reason === undefined
      ? undefined
      : ((names.routing && rejectReason(names.routing, reason)?.label) ?? titleOf(reason))
  const text =
    action === 'accept' ? 'Accepted by sales' : `Rejected by sales${label === undefined ? '' : `: ${label}`}`
  return {
    eventId: event.id,
    ms: event.at,
    type: 'feedback',
    text,
    ...because(reason),
    data: { handoffId, action, actor },
  }
}

type Teller = {
  readonly [Type in LeadEvent['type']]: (event: EventOf<Type>, telling: Telling) => Entry | Entry[]
}

const tellers: Teller = {
  captured,
  signal,
  'stage.changed': stageChange,
  feedback,
  'consent.given': ({ id, at, grant }) => ({
    eventId: id,
    ms: at,
    type: 'consent.given',
    text: `Confirmed mail about ${grant.topics.join(', ')}`,
    data: { topics: grant.topics, basis: grant.basis, textId: grant.textId },
  }),
  'consent.withdrawn': ({ id, at, topics, source }) => ({
    eventId: id,
    ms: at,
    type: 'consent.withdrawn',
    text: topics.includes('*') ? 'Wants no mail any more' : `Wants no mail about ${topics.join(', ')}`,
    data: { topics, source },
  }),
  scored: ({ id, at, part, points, reason, actor }) => ({
    eventId: id,
    ms: at,
    type: 'scored',
    text: `${reason} (${signed(points)} ${part})`,
    reason,
    data: { part, points, actor },
  }),
  'fields.set': ({ id, at, fields, actor }) => ({
    eventId: id,
    ms: at,
    type: 'fields.set',
    text: `Set ${Object.entries(fields)
      .map(([key, values]) => `${titleOf(key)} to “${values.join(', ')}”`)
      .join(', ')}`,
    data: { fields, actor },
  }),
  'handed-off': ({ id, at, handoffId, owner }) => ({
    eventId: id,
    ms: at,
    type: 'handed-off',
    text: `Handed to ${owner}`,
    data: { handoffId, owner },
  }),
  suppressed: ({ id, at, reason, source, detail }) => ({
    eventId: id,
    ms: at,
    type: 'suppressed',
    text: suppressionWords(reason),
    reason,
    data: { source, detail },
  }),
}

const tell = (event: LeadEvent, telling: Telling): readonly Entry[] =>
  [(tellers[event.type] as (event: LeadEvent, telling: Telling) => Entry | Entry[])(event, telling)].flat()

function pointsOf(sorted: readonly LeadEvent[], names: Names): ReadonlyMap<string, number> {
  const points = new Map<string, number>()
  if (!names.scoring) return points
  const compiled = compiledOf(names.scoring)
  for (const { eventId, counted } of contributionsOf(
    countedSignals(signalsOf(sorted), compiled),
    [],
    compiled,
  ))
    points.set(eventId, (points.get(eventId) ?? 0) + counted)
  return points
}

/** Things of one instant in the order in which one leads to the other. */
const order = [
  'captured',
  'consent.given',
  'signal',
  'suppressed',
  'stage.changed',
  'enrolled',
  'enrolment.moved',
  'message',
  'handed-off',
  'feedback',
  'enrolment.exited',
]
const rankOf = ({ type }: Entry): number => {
  const found = order.indexOf(type.startsWith('message.') ? 'message' : type)
  return found < 0 ? order.indexOf('signal') : found
}

/**
 * Oldest first. Messages are known to the second only, so things of one second stand in the order in which one leads
 * to the other, and none is shown as earlier than the one before.
 */
function inOrder(entries: readonly Entry[]): readonly TimelineEntry[] {
  const second = ({ ms }: Entry): number => Math.floor(ms / 1000)
  const sorted = [...entries].sort(
    (a, b) =>
      second(a) - second(b) || rankOf(a) - rankOf(b) || a.ms - b.ms || (a.eventId < b.eventId ? -1 : 1),
  )
  let last = 0
  return sorted.map(({ ms, eventId, type, ...entry }) => {
    last = Math.max(last, ms)
    return { eventId, type, at: new Date(last).toISOString(), ...entry }
  })
}

/**
 * The timeline, oldest first. `names` may be the whole content; messages that were held back or not sent say why, in
 * times of the lead's own zone.
 */
export function timelineOf(
  events: readonly LeadEvent[],
  enrolments: readonly Enrolment[],
  names: Names = {},
): readonly TimelineEntry[] {
  const sorted = sortEvents(events)
  const telling: Telling = {
    names,
    sequences: new Map(enrolments.map(({ enrolmentId, sequence }) => [enrolmentId, sequence])),
    points: pointsOf(sorted, names),
  }
  const zone = names.settings ? zoneOf(profileOf(sorted), names.settings) : 'UTC'
  const entries = [
    ...sorted.flatMap((event) => tell(event, telling)),
    ...enrolments.flatMap((enrolment) => ofEnrolment(enrolment, { names, zone })),
  ]
  return inOrder(entries)
}
