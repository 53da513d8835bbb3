/** The score of a lead, with the proof: entries that sum to it exactly. */
import { type Compiled, compiledOf, fieldsPass } from './scoring-compiled.ts'
import { type Curve, curveOf, decayed, idleAt, whole } from './scoring-curve.ts'
import {
  type Adjustment,
  activityOf,
  type Contribution,
  contributionsOf,
  countedSignals,
} from './scoring-engagement.ts'
import type { Group, ScoringRules } from './scoring-model.ts'
import { neededFor } from './scoring-needed.ts'
import type { Settings } from './settings.ts'
import type { Signal } from './signal.ts'

export interface ScoreEntry {
  /** `engagement:page.viewed /pricing*`, `fit:country IE, GB`, or `cap:…`, `floor:…`, `rounding:…`. */
  readonly rule: string
  readonly points: number
  /** What it counts now. A multiple of 1/1024, so that sums are exact in any order. */
  readonly decayed: number
  readonly eventId: string
  readonly at: number
}

export interface ScoreParts {
  readonly fit: number
  readonly engagement: number
  readonly total: number
}

export interface Score extends ScoreParts {
  readonly entries: readonly ScoreEntry[]
  /** What is missing to the next stage, with an example. */
  readonly needed: readonly string[]
}

/** What a score is made from: part of a folded lead. */
export interface ScoreInput {
  /** Oldest first. */
  readonly signals: readonly Signal[]
  readonly adjustments: readonly Adjustment[]
  readonly profile: Readonly<Record<string, readonly string[]>>
  readonly origins?: Readonly<Record<string, { readonly eventId: string; readonly at: number }>>
  readonly stage?: string
  /** When a person last judged the lead: engagement must be earned after it to promote. */
  readonly judgedAt?: number | undefined
}

type FitInput = Pick<ScoreInput, 'adjustments' | 'profile' | 'origins'>

export interface ScoreRules {
  readonly scoring: ScoringRules
  readonly settings?: Settings
}

const grid = 1024
const onGrid = (points: number): number => Math.round(points * grid) / grid
const sumOf = (entries: readonly { decayed: number }[]): number =>
  entries.reduce((sum, e) => sum + e.decayed, 0)

/** An entry of the arithmetic: what brings the sum so far to what counts. */
const fixed = (rule: string, points: number, at: number): ScoreEntry[] =>
  points === 0 ? [] : [{ rule, points, decayed: points, eventId: '', at }]

/** Caps of the groups, of a list of entries with the group of each. */
function groupCaps(
  part: string,
  groups: readonly Group[],
  entries: readonly { entry: ScoreEntry; group: number }[],
  now: number,
): ScoreEntry[] {
  return groups.flatMap(({ name, max }, index) => {
    if (max === undefined) return []
    const sum = sumOf(entries.filter(({ group }) => group === index).map(({ entry }) => entry))
    return sum > max ? fixed(`cap:${part} ${name}`, onGrid(max) - sum, now) : []
  })
}

/** Rounds, then holds the sum between 0 and the limit; `target`, when it is known, settles what float noise left. */
function settled(part: string, entries: readonly ScoreEntry[], limit: number, now: number, target?: number) {
  const sum = sumOf(entries)
  const result = target ?? Math.min(limit, Math.max(0, whole(sum)))
  const held = Math.min(limit, Math.max(0, sum))
  return {
    result,
    entries: [
      ...entries,
      ...fixed(`${sum < 0 ? 'floor' : 'cap'}:${part}`, held - sum, now),
      ...fixed(`rounding:${part}`, result - held, now),
    ],
  }
}

function fitEntries(input: FitInput, { fit }: Compiled): { entry: ScoreEntry; group: number }[] {
  const matched = fit.filter(({ tests }) => fieldsPass(tests, input.profile))
  return matched.map(({ rule }) => {
    const origin = input.origins?.[rule.all[0]?.field ?? '']
    const points = onGrid(rule.points)
    return {
      entry: {
        rule: rule.rule,
        points: rule.points,
        decayed: points,
        eventId: origin?.eventId ?? '',
        at: origin?.at ?? 0,
      },
      group: rule.group,
    }
  })
}

function fitOf(input: FitInput, compiled: Compiled, now: number) {
  const matched = fitEntries(input, compiled)
  const adjusted = input.adjustments
    .filter(({ part }) => part === 'fit')
    .map(({ id, at, points, reason }) => ({
      rule: `fit:adjusted ${reason}`,
      points,
      decayed: onGrid(points),
      eventId: id,
      at,
    }))
  const entries = [...matched.map(({ entry }) => entry), ...adjusted]
  const { rules } = compiled
  const capped = [...entries, ...groupCaps('fit', rules.fit.groups, matched, now)]
  return settled('fit', capped, rules.limits.fit, now)
}

/** The points of fit alone. */
export const fitPoints = (input: FitInput, scoring: ScoringRules): number =>
  fitOf(input, compiledOf(scoring), 0).result

function signalEntries(contribution: Contribution, now: number): ScoreEntry[] {
  const { rule, eventId, at, points, counted, halfLife } = contribution
  const age = now - at
  const entry = { rule, points, decayed: onGrid(decayed(points, halfLife, age)), eventId, at }
  if (counted === points) return [entry]
  const over = counted - points
  const rest = onGrid(decayed(counted, halfLife, age)) - entry.decayed
  return [entry, { rule: `cap:${rule}`, points: over, decayed: rest, eventId, at }]
}

function engagementOf(standing: Standing, now: number) {
  const { compiled, contributions, activity, curve } = standing
  const { engagement, limits } = compiled.rules
  const tagged = contributions.flatMap((c) =>
    signalEntries(c, now).map((entry) => ({ entry, group: c.group })),
  )
  const instants = activity.map(({ at }) => Math.min(at, now))
  const idle = idleAt(engagement.idle, instants, now).map(({ rule, since }) => ({
    rule: rule.rule,
    points: rule.points,
    decayed: onGrid(rule.points),
    eventId: activity.at(-1)?.id ?? '',
    at: since,
  }))
  const entries = [...tagged.map(({ entry }) => entry), ...idle]
  const capped = [...entries, ...groupCaps('engagement', engagement.groups, tagged, now)]
  return settled('engagement', capped, limits.engagement, now, curve.at(now))
}

/** Engagement laid out in time, and the fit of today: what stage and temperature are decided on. */
export interface Standing {
  readonly compiled: Compiled
  readonly counted: readonly Signal[]
  readonly activity: readonly Signal[]
  readonly contributions: readonly Contribution[]
  readonly curve: Curve
  readonly fit: number
}

/** Works out everything that does not depend on who asks. `after` leaves out what happened until then. */
export function standingOf(
  input: ScoreInput,
  scoring: ScoringRules,
  now: number,
  after = Number.NEGATIVE_INFINITY,
): Standing {
  const compiled = compiledOf(scoring)
  const counted = countedSignals(input.signals, compiled)
  const activity = activityOf(counted)
  const all = contributionsOf(counted, input.adjustments, compiled)
  const contributions = all.filter(({ at }) => at > after)
  const instants = activity.map(({ at }) => at)
  return {
    compiled,
    counted,
    activity,
    contributions,
    curve: curveOf(contributions, instants, scoring, now),
    fit: fitOf(input, compiled, now).result,
  }
}

/** The numbers alone. */
export function partsAt(standing: Standing, at: number): ScoreParts {
  const engagement = standing.curve.at(at)
  return { fit: standing.fit, engagement, total: standing.fit + engagement }
}

/**
 * The score at an instant. All matching rules count; `decayed` over all entries, among them caps, floors and
 * roundings, sums exactly to `total` (contracts: surface §2).
 */
export function scoreLead(input: ScoreInput, rules: ScoreRules, now: number): Score {
  const standing = standingOf(input, rules.scoring, now)
  const fit = fitOf(input, standing.compiled, now)
  const engagement = engagementOf(standing, now)
  const parts = { fit: fit.result, engagement: engagement.result, total: fit.result + engagement.result }
  const earned =
    input.judgedAt === undefined ? parts : partsAt(standingOf(input, rules.scoring, now, input.judgedAt), now)
  return {
    ...parts,
    entries: [...fit.entries, ...engagement.entries],
    needed: neededFor(input, earned, standing.compiled, rules.settings),
  }
}
