/** What conditions are asked about, and the answer. */
import type { Condition, Facts, Range } from './condition.ts'
import { fits, numberOf } from './scoring-pattern.ts'
import { durationMs, inRange } from './scoring-text.ts'
import type { EventMatch } from './sequence.ts'

const listed = (value: string, patterns: readonly string[]): boolean =>
  patterns.some((pattern) => fits(pattern, value))

const numbered = (value: string, range: Range): boolean => {
  const found = numberOf(value)
  return found !== undefined && inRange(found, range)
}

/** What a folded lead brings to the question. */
export interface FactSource {
  readonly stage: string
  readonly temperature: string
  readonly score: Facts['score']
  readonly profile: Facts['fields']
  readonly owner?: string | undefined
  /** Counted signals, oldest first. */
  readonly counted: Facts['signals']
}

/** The facts of a lead, as `foldLead` gives it. `owner` and `existing_owner` are fields too, for routing. */
export const factsOf = (lead: FactSource): Facts => ({
  stage: lead.stage,
  temperature: lead.temperature,
  score: lead.score,
  fields: {
    ...lead.profile,
    stage: [lead.stage],
    existing_owner: [String(lead.owner !== undefined)],
    ...(lead.owner === undefined ? {} : { owner: [lead.owner] }),
  },
  signals: lead.counted,
})

/** Any of the field's values matches any of the patterns, or lies in the range. */
export function fieldHolds(
  test: { readonly field: string; readonly in?: readonly string[]; readonly is?: Range },
  fields: Readonly<Record<string, readonly string[]>>,
): boolean {
  const values = Object.hasOwn(fields, test.field) ? (fields[test.field] ?? []) : []
  const { in: patterns, is } = test
  return values.some(
    (value) => (patterns ? listed(value, patterns) : true) && (is ? numbered(value, is) : true),
  )
}

/** Whether a signal is the event that a step or a condition asks for. */
export function isMatch(match: EventMatch, signal: Facts['signals'][number]): boolean {
  if (signal.name !== match.name) return false
  if (match.steps && !match.steps.includes(signal.step ?? '')) return false
  return Object.entries(match.where ?? {}).every(([key, pattern]) => {
    const value = Object.hasOwn(signal.properties, key) ? signal.properties[key] : undefined
    return value !== undefined && fits(pattern, value)
  })
}

function eventHolds(
  condition: Extract<Condition, { event: EventMatch }>,
  { signals }: Facts,
  now: number,
): boolean {
  const since = condition.within === undefined ? undefined : now - (durationMs(condition.within) ?? 0)
  let missing = condition.atLeast ?? 1
  for (let i = signals.length - 1; i >= 0 && missing > 0; i--) {
    const signal = signals[i]
    if (!signal || (since !== undefined && signal.at <= since)) continue
    if (isMatch(condition.event, signal)) missing -= 1
  }
  return missing <= 0
}

function leafHolds(condition: Condition, facts: Facts, now: number): boolean {
  if ('stage' in condition) return condition.stage.includes(facts.stage)
  if ('temperature' in condition) return condition.temperature.includes(facts.temperature)
  if ('score' in condition) return inRange(facts.score[condition.score], condition.is)
  if ('field' in condition) return fieldHolds(condition, facts.fields)
  return 'event' in condition && eventHolds(condition, facts, now)
}

/** Whether a condition holds for a lead at an instant. */
export function holds(condition: Condition, facts: Facts, now: number): boolean {
  if ('all' in condition) return condition.all.every((part) => holds(part, facts, now))
  if ('any' in condition) return condition.any.some((part) => holds(part, facts, now))
  if ('not' in condition) return !holds(condition.not, facts, now)
  return leafHolds(condition, facts, now)
}
