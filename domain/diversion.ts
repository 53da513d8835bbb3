/** What a lead's present state does to its enrolments: goals, exits and the events that a step listens for. */
import type { Condition, Facts } from './condition.ts'
import { durationSeconds } from './duration.ts'
import type { Enrolment, NotSentReason } from './enrolment.ts'
import { holds, isMatch } from './facts.ts'
import type { RouteStop } from './route.ts'
import { listeningNow } from './route-ask.ts'
import type { Exit, NotifyAction, Sequence } from './sequence.ts'

export type Diversion =
  | {
      readonly kind: 'exit'
      readonly reason: string
      /** The error's name: `Tendril.SalesReady` leads to a state of its own on the map. */
      readonly name: string
      readonly notSent: NotSentReason
    }
  | { readonly kind: 'branch'; readonly path: string }

/** The stage in which a lead is with sales. */
const salesStage = 'sql'

/** Moved: it goes on in another run. */
export type EnrolmentStatus = 'active' | 'held' | 'completed' | 'exited' | 'moved' | 'failed'

/** Where an enrolment stands at `now` (seconds): over when it has an exit or its last stop is settled or past. */
export const statusOf = (enrolment: Enrolment, stops: readonly RouteStop[], now: number): EnrolmentStatus => {
  if (enrolment.exit !== undefined) return enrolment.exit.to === undefined ? 'exited' : 'moved'
  const step = stops.find(({ id }) => id === enrolment.step)
  if (step === undefined) return 'active'
  if (enrolment.answer !== undefined) return 'held'
  const over =
    step.kind === 'listen' ? isPast(enrolment, step.id, now) : step.last && settled(enrolment, step.id)
  return over ? 'completed' : 'active'
}

const settled = (enrolment: Enrolment, step: string): boolean => enrolment.records[step] !== undefined

/** A listening end sends nothing: it is over when its time has come. */
const isPast = ({ due }: Enrolment, step: string, now: number): boolean =>
  (due[step] ?? Number.POSITIVE_INFINITY) <= now

/** Facts as an enrolment sees them: only what happened since it began. */
const since = (facts: Facts, at: number): Facts => ({
  ...facts,
  signals: facts.signals.filter((signal) => signal.at >= at * 1000),
})

const exit = (reason: string, facts: Facts): Diversion => ({
  kind: 'exit',
  reason,
  name: facts.stage === salesStage ? 'Tendril.SalesReady' : 'Tendril.Exit',
  notSent: 'exited',
})

/** What a rule looks at, in a word or two. */
const subjectOf = (when: Condition): string => {
  if ('event' in when) return when.event.name
  if ('stage' in when) return `stage ${when.stage.join(' or ')}`
  return 'a condition'
}

/** The reason names the rule by its place in the file: the notification that it asks for is found by it again. */
const ruleReason = (index: number, { when }: Exit): string => `exit rule ${index + 1}: ${subjectOf(when)}`

const exitOf = (sequence: Sequence, { exit: left }: Enrolment): Exit | undefined =>
  sequence.exits.find((rule, index) => ruleReason(index, rule) === left?.reason)

/** Whom the exit that an enrolment took wants to be told. */
export const noticeOf = (sequence: Sequence, enrolment: Enrolment): NotifyAction | undefined =>
  exitOf(sequence, enrolment)?.notify

const goalReached = (sequence: Sequence, enrolment: Enrolment, facts: Facts, now: number): boolean => {
  const { goal } = sequence
  if (goal === undefined || !holds(goal.when, facts, now * 1000)) return false
  return goal.within === undefined || now <= enrolment.createdAt + durationSeconds(goal.within)
}

/** The path of a wait_for whose event came while it was open, by the event's own time: reports may be late. */
const branchTaken = (sequence: Sequence, enrolment: Enrolment, facts: Facts): string | undefined => {
  for (const signal of facts.signals)
    for (const { step, path } of listeningNow(sequence, enrolment, signal.at / 1000))
      if (isMatch(step.event, signal)) return path
  return undefined
}

/**
 * What is to become of an enrolment, `now` in seconds; undefined when nothing. Asked again with the same facts it
 * says the same, so that a repeated message does no harm.
 */
export const diversionOf = (
  sequence: Sequence,
  enrolment: Enrolment,
  facts: Facts,
  now: number,
): Diversion | undefined => {
  const seen = since(facts, enrolment.createdAt)
  if (goalReached(sequence, enrolment, seen, now)) return exit('goal', facts)
  for (const [index, rule] of sequence.exits.entries())
    if (holds(rule.when, seen, now * 1000)) return exit(ruleReason(index, rule), facts)
  const path = branchTaken(sequence, enrolment, seen)
  return path === undefined ? undefined : { kind: 'branch', path }
}
