/** What each signal is worth before time works on it. */
import type { EventOf } from './event.ts'
import { type Compiled, propertiesPass } from './scoring-compiled.ts'
import type { SignalRule } from './scoring-model.ts'
import type { Quota } from './scoring-text.ts'
import { isActivity, type Signal } from './signal.ts'

/** One rule that matched one signal. */
export interface Contribution {
  readonly rule: string
  readonly eventId: string
  /** When the signal happened. */
  readonly at: number
  /** As the rule says. */
  readonly points: number
  /** As `at_most` left it. */
  readonly counted: number
  /** Milliseconds; 0 does not decay. */
  readonly halfLife: number
  readonly group: number
}

interface Spent {
  readonly at: number
  readonly points: number
}

/** How much of a rule's points its quota leaves, given what it spent before. */
function withinQuota(rule: SignalRule, at: number, spent: readonly Spent[]): number {
  const quota = rule.atMost
  if (!quota) return rule.points
  const since = quota.per === undefined ? Number.NEGATIVE_INFINITY : at - quota.per
  let used = 0
  for (let i = spent.length - 1; i >= 0; i--) {
    const one = spent[i]
    if (!one || one.at <= since) break
    used += Math.abs(one.points)
  }
  const left = Math.max(0, quota.max - used)
  return Math.sign(rule.points) * Math.min(Math.abs(rule.points), left)
}

/**
 * Whether a rule "3 per 14 days" counts at the newest of its signals (`instants`, ascending, itself among them): when so
 * many lie within the stretch that ends with it, and the rule has not counted within that stretch before (`last`: when
 * it counted last). So it counts once however many follow, not again before the stretch is over, and no signal is
 * part of two counts. Without a stretch it counts once and for all. The stretch is open at its far end: the first of
 * three lies less than 14 days before the third.
 */
export function reaches(instants: readonly number[], { max: count, per }: Quota, last?: number): boolean {
  const now = instants.at(-1)
  if (now === undefined) return false
  const since = per === undefined ? Number.NEGATIVE_INFINITY : now - per
  const isFresh = last === undefined || last <= since
  return isFresh && (instants.at(-count) ?? Number.NEGATIVE_INFINITY) > since
}

/** The signals whose verdict the file does not ignore. */
export const countedSignals = (signals: readonly Signal[], { ignored }: Compiled): readonly Signal[] =>
  signals.filter((signal) => !ignored.has(signal.verdict))

/** What a rule has seen and given so far. */
interface Tally {
  readonly matched: number[]
  readonly spent: Spent[]
  /** When a rule with `at_least` counted last. */
  last?: number
}

/** What one more match of a rule brings; undefined when the rule waits for more of them. */
function pointsOf(rule: SignalRule, at: number, tally: Tally): number | undefined {
  if (rule.atLeast) {
    tally.matched.push(at)
    if (!reaches(tally.matched, rule.atLeast, tally.last)) return undefined
    tally.last = at
  }
  const points = withinQuota(rule, at, tally.spent)
  if (rule.atMost) tally.spent.push({ at, points })
  return points
}

function ofSignals(counted: readonly Signal[], { bySignal }: Compiled): Contribution[] {
  const tallies = new Map<SignalRule, Tally>()
  const all: Contribution[] = []
  for (const signal of counted) {
    for (const { rule, tests } of bySignal.get(signal.name) ?? []) {
      if (!propertiesPass(tests, signal.properties)) continue
      const tally = tallies.get(rule) ?? { matched: [], spent: [] }
      tallies.set(rule, tally)
      const points = pointsOf(rule, signal.at, tally)
      if (points === undefined) continue
      all.push({
        rule: rule.rule,
        eventId: signal.id,
        at: signal.at,
        points: rule.points,
        counted: points,
        halfLife: rule.halfLife,
        group: rule.group,
      })
    }
  }
  return all
}

export type Adjustment = Pick<EventOf<'scored'>, 'id' | 'at' | 'part' | 'points' | 'reason'>

/** Everything that engagement is made of, but for idle time, oldest first. Every rule that matches counts. */
export function contributionsOf(
  counted: readonly Signal[],
  adjustments: readonly Adjustment[],
  compiled: Compiled,
): readonly Contribution[] {
  const all = ofSignals(counted, compiled)
  for (const { id, at, part, points, reason } of adjustments) {
    if (part !== 'engagement') continue
    const halfLife = compiled.rules.engagement.halfLife
    all.push({
      rule: `engagement:adjusted ${reason}`,
      eventId: id,
      at,
      points,
      counted: points,
      halfLife,
      group: 0,
    })
  }
  return all.sort((a, b) => a.at - b.at)
}

/** Instants at which the lead did something: idle time runs from the last of them. */
export const activityOf = (counted: readonly Signal[]): readonly Signal[] => counted.filter(isActivity)
