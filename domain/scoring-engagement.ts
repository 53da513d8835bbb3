/** What each signal is worth before time works on it. */
import type { EventOf } from './event.ts'
import { type Compiled, propertiesPass } from './scoring-compiled.ts'
import type { SignalRule } from './scoring-model.ts'
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

/** The signals whose verdict the file does not ignore. */
export const countedSignals = (signals: readonly Signal[], { ignored }: Compiled): readonly Signal[] =>
  signals.filter((signal) => !ignored.has(signal.verdict))

function ofSignals(counted: readonly Signal[], { bySignal }: Compiled): Contribution[] {
  const spent = new Map<string, Spent[]>()
  const all: Contribution[] = []
  for (const signal of counted) {
    for (const { rule, tests } of bySignal.get(signal.name) ?? []) {
      if (!propertiesPass(tests, signal.properties)) continue
      const before = spent.get(rule.rule) ?? []
      const points = withinQuota(rule, signal.at, before)
      before.push({ at: signal.at, points })
      spent.set(rule.rule, before)
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
