/** Promotion: what the `promote` rules say of a lead, and since when. */
import type { Range } from './condition.ts'
import { partsAt, type ScoreInput, type ScoreParts, type Standing, standingOf } from './scoring.ts'
import type { PromoteEvent, PromoteRule, Qualification, ScoringRules } from './scoring-model.ts'
import { fits } from './scoring-pattern.ts'
import { inRange } from './scoring-text.ts'
import type { Settings } from './settings.ts'
import type { Signal } from './signal.ts'
import { sinceWhen } from './since.ts'
import { canMove, orderOf, qualificationOf, type StageState } from './stage.ts'

export interface Promotion {
  readonly to: string
  /** In words, for the timeline and the hand-off. */
  readonly reason: string
  readonly qualification?: Qualification
}

/** What a promotion is decided on: a folded lead. */
export interface Candidate extends ScoreInput, StageState {
  readonly stage: string
  readonly temperature: string
  readonly isTest: boolean
  readonly judgedAt?: number
}

export interface PromotionRules {
  readonly scoring: ScoringRules
  readonly settings: Settings
}

/** A lead laid out for the rules: all of its engagement, and what it earned since it was last judged. */
export interface Case {
  readonly lead: Candidate
  readonly all: Standing
  readonly earned: Standing
}

export function caseOf(lead: Candidate, scoring: ScoringRules, now: number): Case {
  const all = standingOf(lead, scoring, now)
  return {
    lead,
    all,
    earned: lead.judgedAt === undefined ? all : standingOf(lead, scoring, now, lead.judgedAt),
  }
}

const isForward = (rule: PromoteRule): boolean => rule.to !== 'recycled' && rule.to !== 'disqualified'

/**
 * After a rejection or a move back, engagement counts toward a promotion only from what happened since: the old
 * evidence was judged already. Rules that move aside look at the score as everybody sees it.
 */
export const standingFor = (rule: PromoteRule, { all, earned }: Case): Standing =>
  isForward(rule) ? earned : all

/** Whether the lead did anything since it was judged: fit alone brings nobody back who has just been moved aside. */
const hasNews = ({ lead: { judgedAt, adjustments }, all }: Case): boolean =>
  judgedAt === undefined || [...all.activity, ...adjustments].some(({ at }) => at > judgedAt)

const rangeHolds = (range: Range | undefined, value: number): boolean =>
  range === undefined || inRange(value, range)

export const scoreHolds = (rule: PromoteRule, parts: ScoreParts): boolean =>
  rangeHolds(rule.fit, parts.fit) &&
  rangeHolds(rule.engagement, parts.engagement) &&
  rangeHolds(rule.total, parts.total)

/** Whether a rule may be asked at all in this stage. */
export const isOpen = (rule: PromoteRule, stage: string, settings: Settings): boolean =>
  canMove(stage, rule.to, settings) && (rule.stages === undefined || rule.stages.includes(stage))

function isEvent(event: PromoteEvent, signal: Signal): boolean {
  if (signal.name !== event.name) return false
  if (event.steps && !event.steps.includes(signal.step ?? '')) return false
  return Object.entries(event.where).every(([key, patterns]) => {
    const value = Object.hasOwn(signal.properties, key) ? signal.properties[key] : undefined
    return value !== undefined && patterns.some((pattern) => fits(pattern, value))
  })
}

/**
 * A hard trigger: enough such events, close enough together, all newer than the last judgement; an old event never
 * promotes twice.
 */
function eventHolds(event: PromoteEvent, { lead, all }: Case): boolean {
  const since = lead.judgedAt ?? Number.NEGATIVE_INFINITY
  const found = all.counted.filter((signal) => signal.at > since && isEvent(event, signal))
  return found.some((signal, i) => {
    const last = found[i + event.atLeast - 1]
    return last !== undefined && (event.within === undefined || last.at - signal.at < event.within)
  })
}

const stageAt = ({ stages }: StageState, at: number, before: boolean): string =>
  (stages.findLast((entry) => (before ? entry.at < at : entry.at <= at)) ?? stages[0])?.stage ?? ''

/** Since when a rule's stage and score have held without a break; undefined when they do not hold at `now`. */
export function heldSince(
  rule: PromoteRule,
  lead: Candidate,
  standing: Standing,
  now: number,
): number | undefined {
  const { curve, fit } = standing
  const isTrue = (at: number, before = false): boolean => {
    const engagement = curve.at(at, before)
    const stage = stageAt(lead, at, before)
    return (
      (rule.stages === undefined || rule.stages.includes(stage)) &&
      scoreHolds(rule, { fit, engagement, total: fit + engagement })
    )
  }
  return sinceWhen(isTrue, [...curve.instants, ...lead.stages.map(({ at }) => at)], now)
}

function passes(rule: PromoteRule, whole: Case, now: number): boolean {
  if (rule.event && !eventHolds(rule.event, whole)) return false
  if (rule.temperatures && !rule.temperatures.includes(whole.lead.temperature)) return false
  const standing = standingFor(rule, whole)
  if (!scoreHolds(rule, partsAt(standing, now))) return false
  if (rule.for === undefined) return true
  const since = heldSince(rule, whole.lead, standing, now)
  return since !== undefined && now - since >= rule.for
}

function reasonOf(rule: PromoteRule, { all }: Case, now: number): string {
  if (rule.reason !== undefined) return rule.reason
  if (rule.event) return `Did ${rule.event.name}`
  const { fit, engagement, total } = partsAt(all, now)
  const words = `${total} (fit ${fit}, engagement ${engagement})`
  const upward = [rule.fit, rule.engagement, rule.total].some(
    (r) => r?.atLeast !== undefined || r?.above !== undefined,
  )
  if (upward) return `Score reached ${words}`
  return rule.for === undefined
    ? `Score fell to ${words}`
    : `Score stayed at ${words} for ${Math.round(rule.for / 86_400_000)} days`
}

/** Whether any rule to this stage holds for the lead now, wherever it is. */
export function deserves(stage: string, lead: Candidate, scoring: ScoringRules, now: number): boolean {
  const rules = scoring.promote.filter(({ to }) => to === stage)
  if (rules.length === 0) return false
  const whole = caseOf(lead, scoring, now)
  return rules.some((rule) => passes(rule, whole, now))
}

/**
 * The furthest stage that the rules give a lead now, or undefined. Among rules to the same stage a hard trigger
 * goes before a threshold, since its reason tells sales more. Test leads are never promoted.
 */
export function promotion(lead: Candidate, rules: PromotionRules, now: number): Promotion | undefined {
  if (lead.isTest) return undefined
  const { scoring, settings } = rules
  const open = scoring.promote.filter((rule) => isOpen(rule, lead.stage, settings))
  if (open.length === 0) return undefined
  const whole = caseOf(lead, scoring, now)
  const isNews = hasNews(whole)
  const passing = open.filter((rule) => (isNews || !isForward(rule)) && passes(rule, whole, now))
  const rank = (rule: PromoteRule): number => orderOf(rule.to, settings) * 2 + (rule.event ? 1 : 0)
  const best = passing.reduce<PromoteRule | undefined>(
    (top, rule) => (top && rank(top) >= rank(rule) ? top : rule),
    undefined,
  )
  if (!best) return undefined
  const qualification = best.qualification ?? qualificationOf(best.to)
  return { to: best.to, reason: reasonOf(best, whole, now), ...(qualification ? { qualification } : {}) }
}
