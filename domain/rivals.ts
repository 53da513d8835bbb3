/** Which of several sequences may mail a lead first, when more than one wants to at the same time. */
import { statusOf } from './diversion.ts'
import type { DeferReason, Enrolment } from './enrolment.ts'
import { nextStop } from './enrolment-next.ts'
import { stopsOf } from './route.ts'
import type { Sequence } from './sequence.ts'

/** Where an enrolment stands among those of its lead. */
export interface Standing {
  readonly priority: number
  /** When the lead entered: among equals the older goes first. */
  readonly since: number
  readonly enrolmentId: string
}

/** The next mail that another enrolment of the same lead has planned, in seconds. */
export interface Rival extends Standing {
  readonly due: number
}

/** One run with the version of the sequence that it goes by. */
export interface Run {
  readonly enrolment: Enrolment
  readonly sequence: Sequence
}

/** Nobody waits for a mail that is due later than this, in seconds … */
const soon = 3600
/** … nor for one that should have gone out this long ago: something else holds it up. */
const lost = 86_400
/** Where the settings want no gap, the first still gets this long. */
const headStart = 900

/** Held up by something of its own that may last: the others need not wait for it. */
const stuck: ReadonlySet<DeferReason> = new Set(['stopped', 'refused', 'fault'])

export const standingOf = ({ enrolment, sequence }: Run): Standing => ({
  priority: sequence.priority,
  since: enrolment.createdAt,
  enrolmentId: enrolment.enrolmentId,
})

/** A total order: of two standings exactly one goes before the other, so that somebody may always go. */
export const goesBefore = (a: Standing, b: Standing): boolean => {
  if (a.priority !== b.priority) return a.priority > b.priority
  if (a.since !== b.since) return a.since < b.since
  return a.enrolmentId < b.enrolmentId
}

/** What the other runs of a lead have planned, as far as it may be mailed at all. `now` in seconds. */
export function rivalsOf(
  runs: readonly Run[],
  me: string,
  topics: readonly string[],
  now: number,
): readonly Rival[] {
  return runs.flatMap((run) => {
    const { enrolment, sequence } = run
    if (enrolment.enrolmentId === me || !topics.includes(sequence.topic)) return []
    const stops = stopsOf(sequence)
    const status = statusOf(enrolment, stops, now)
    const next = status === 'active' || status === 'held' ? nextStop(enrolment, stops, 'send') : undefined
    const held = next && enrolment.held?.[next.id]
    if (next === undefined || (held !== undefined && stuck.has(held.reason))) return []
    return [{ ...standingOf(run), due: next.due }]
  })
}

/** When all who go first are out of the way; `now` when there are none. Seconds. */
export function rivalsGone(me: Standing, rivals: readonly Rival[], now: number, gap: number): number {
  const ahead = rivals.filter(
    (rival) => goesBefore(rival, me) && rival.due > now - lost && rival.due <= now + soon,
  )
  return Math.max(now, ...ahead.map((rival) => Math.max(rival.due, now) + Math.max(gap, headStart)))
}
