/** What the timeline tells of an enrolment: its beginning and end, its messages, those not sent too. */
import type { Enrolment, Held, StepRecord } from './enrolment.ts'
import { maxAge } from './move-age.ts'
import { idsOf } from './move-place.ts'
import { heldText } from './timeline-held.ts'
import { exitWords, messageName, type Names, notSentWords, sequenceOf, titleOf } from './timeline-words.ts'

export interface TimelineEntry {
  readonly eventId: string
  /** `captured`, `consent.given`, the signal's name, `stage.changed`, `enrolled`, `message.sent`, `message.held` … */
  readonly type: string
  readonly at: string
  readonly text: string
  readonly reason?: string
  readonly data: Readonly<Record<string, unknown>>
}

/** An entry with its instant in milliseconds. */
export interface Entry extends Omit<TimelineEntry, 'at'> {
  readonly ms: number
}

/** Undefined for what a former run told. */
function recordEntry(
  enrolment: Enrolment,
  step: string,
  record: StepRecord,
  names: Names,
): Entry | undefined {
  if (record.is === 'carried') return undefined
  const { enrolmentId, sequence } = enrolment
  const name = messageName(sequenceOf(names, sequence), step, record)
  const data = { enrolmentId, sequence, step, name }
  const base = { eventId: `${enrolmentId}.${step}`, ms: record.at * 1000 }
  if (record.is === 'sent')
    return {
      ...base,
      type: 'message.sent',
      text: `Sent: “${name}”`,
      data: { ...data, template: record.template },
    }
  if (record.is === 'not-sent') {
    const text = `Not sent: “${name}” — ${notSentWords(record.reason)}`
    return { ...base, type: 'message.not-sent', text, reason: record.reason, data }
  }
  if (record.is === 'parked')
    return {
      ...base,
      type: 'message.parked',
      text: `Set aside: “${name}” — a person must look at it`,
      reason: 'parked',
      data,
    }
  const text = `Being checked: “${name}” may have been sent`
  return { ...base, type: 'message.uncertain', text, reason: 'uncertain', data }
}

/** What the texts go by: the files' names, and where the lead is. */
interface Telling {
  readonly names: Names
  readonly zone: string
}

/** It stays when the mail was sent later on. */
function heldEntry(
  { enrolmentId, sequence }: Enrolment,
  step: string,
  held: Held,
  { names, zone }: Telling,
): Entry {
  const name = messageName(sequenceOf(names, sequence), step)
  return {
    eventId: `${enrolmentId}.${step}.held`,
    ms: held.at * 1000,
    type: 'message.held',
    text: heldText(name, held, zone),
    reason: held.reason,
    data: { enrolmentId, sequence, step, name, until: new Date(held.until * 1000).toISOString() },
  }
}

/** Enrolments are stamped in seconds; one that was stamped in milliseconds is read as such. */
const createdMs = (at: number): number => (at < 1e11 ? at * 1000 : at)

/** That a run went on in another one, and why. */
function movedWords({ version, began, createdAt, exit }: Enrolment, name: string): string {
  if (exit?.to !== version) return `Went on in a newer version of “${name}”`
  const isOld = exit.at - (began ?? createdAt) >= maxAge
  return `Went on with “${name}” (${isOld ? 'a year has passed' : 'its history was full'})`
}

/** What a run took along to another one: that one tells what became of it, unless its version lacks the step. */
function isTaken({ sequence, exit }: Enrolment, step: string, record: StepRecord, names: Names): boolean {
  if (exit?.to === undefined || record.is !== 'not-sent' || record.reason !== 'moved-on') return false
  const live = sequenceOf(names, sequence)
  return live === undefined || idsOf(live.steps).includes(step)
}

/** The entries of one enrolment. */
export function ofEnrolment(enrolment: Enrolment, telling: Telling): readonly Entry[] {
  const { enrolmentId, sequence, version, run, createdAt, began, exit, records, held = {} } = enrolment
  const { names } = telling
  const name = sequenceOf(names, sequence)?.name ?? titleOf(sequence)
  const data = { enrolmentId, sequence, version, run }
  const start: Entry = {
    eventId: `${enrolmentId}.enrolled`,
    ms: createdMs(createdAt),
    type: 'enrolled',
    text: `Entered “${name}”`,
    data,
  }
  const messages = [
    ...Object.entries(held).map(([step, one]) => heldEntry(enrolment, step, one, telling)),
    ...Object.entries(records)
      .filter(([step, record]) => !isTaken(enrolment, step, record, names))
      .flatMap(([step, record]) => recordEntry(enrolment, step, record, names) ?? []),
  ]
  const told = began === undefined ? [start, ...messages] : messages
  if (!exit) return told
  if (exit.to !== undefined) return [...told, movedEntry(enrolment, name)]
  const text = `Left “${name}”: ${exitWords(exit.reason, names)}`
  const end: Entry = {
    eventId: `${enrolmentId}.exited`,
    ms: exit.at * 1000,
    type: 'enrolment.exited',
    text,
    reason: exit.reason,
    data,
  }
  return [...told, end]
}

/** The lead went on: one entry for the end of a run and the beginning of the next. */
function movedEntry(enrolment: Enrolment, name: string): Entry {
  const { enrolmentId, sequence, version, run, exit } = enrolment
  return {
    eventId: `${enrolmentId}.moved`,
    ms: (exit?.at ?? 0) * 1000,
    type: 'enrolment.moved',
    text: movedWords(enrolment, name),
    reason: 'moved',
    data: { enrolmentId, sequence, version, run, to: exit?.to },
  }
}
