/** Engagement as a function of time: exact sums at every signal, exponential decay in between. */
import type { Contribution } from './scoring-engagement.ts'
import type { IdleRule, ScoringRules } from './scoring-model.ts'

/** Points count half after each half-life. */
export const decayed = (points: number, halfLife: number, age: number): number =>
  halfLife === 0 || age <= 0 ? points : points * 2 ** (-age / halfLife)

/** To the nearest whole, halves up; a hair below a half (float noise) is a half. */
export const whole = (value: number): number => Math.floor(value + 0.5 + 1e-9)

export interface Curve {
  /** Where it jumps: signals and beginnings of idle time, ascending; those after `now` too. */
  readonly instants: readonly number[]
  /** The whole points at an instant; `before` = just before what happens then. */
  at(instant: number, before?: boolean): number
  /** The longest half-life in it, 0 when nothing decays. */
  readonly halfLife: number
  /** It may rise and fall between two instants. */
  readonly isMixed: boolean
}

interface Bucket {
  readonly group: number
  readonly halfLife: number
}

interface Sums {
  readonly buckets: readonly Bucket[]
  readonly instants: readonly number[]
  /** One row of sums for each instant. */
  readonly rows: readonly (readonly number[])[]
}

const keyOf = (c: Contribution): string => `${c.group}/${c.halfLife}`

function bucketsOf(contributions: readonly Contribution[]): Map<string, Bucket> {
  const buckets = new Map<string, Bucket>()
  for (const c of contributions)
    if (!buckets.has(keyOf(c))) buckets.set(keyOf(c), { group: c.group, halfLife: c.halfLife })
  return buckets
}

function sumsOf(contributions: readonly Contribution[], now: number): Sums {
  const keyed = bucketsOf(contributions)
  const index = new Map([...keyed.keys()].map((key, i) => [key, i]))
  const buckets = [...keyed.values()]
  const instants: number[] = []
  const rows: number[][] = []
  for (const c of contributions) {
    const at = Math.min(c.at, now)
    const last = instants.at(-1)
    let row = rows.at(-1)
    if (!row || last === undefined || last < at) {
      const age = at - (last ?? at)
      row = buckets.map(({ halfLife }, i) => decayed(row?.[i] ?? 0, halfLife, age))
      instants.push(at)
      rows.push(row)
    }
    const slot = index.get(keyOf(c)) ?? 0
    row[slot] = (row[slot] ?? 0) + c.counted
  }
  return { buckets, instants, rows }
}

/** Index of the last instant not after `at` (or, with `before`, earlier than it); -1 when there is none. */
function lastIndex(instants: readonly number[], at: number, before: boolean): number {
  let low = 0
  let high = instants.length
  while (low < high) {
    const middle = (low + high) >> 1
    const value = instants[middle] ?? 0
    if (before ? value < at : value <= at) low = middle + 1
    else high = middle
  }
  return low - 1
}

function sumAt(sums: Sums, maxima: readonly (number | undefined)[], at: number, before: boolean): number {
  const i = lastIndex(sums.instants, at, before)
  if (i < 0) return 0
  const age = at - (sums.instants[i] ?? at)
  const row = sums.rows[i] ?? []
  const groups = new Map<number, number>()
  sums.buckets.forEach(({ group, halfLife }, b) => {
    groups.set(group, (groups.get(group) ?? 0) + decayed(row[b] ?? 0, halfLife, age))
  })
  let sum = 0
  for (const [group, value] of groups) sum += Math.min(value, maxima[group] ?? Number.POSITIVE_INFINITY)
  return sum
}

/** Idle rules that count at an instant, given when the lead was last active. */
export function idleAt(
  idle: readonly IdleRule[],
  activity: readonly number[],
  at: number,
  before = false,
): readonly { rule: IdleRule; since: number }[] {
  const last = activity[lastIndex(activity, at, before)]
  if (last === undefined) return []
  return idle
    .filter((rule) => (before ? at - last > rule.for : at - last >= rule.for))
    .map((rule) => ({ rule, since: last + rule.for }))
}

const idleInstants = (idle: readonly IdleRule[], activity: readonly number[]): readonly number[] =>
  activity.flatMap((at, i) =>
    idle
      .map((rule) => at + rule.for)
      .filter((instant) => instant < (activity[i + 1] ?? Number.POSITIVE_INFINITY)),
  )

function isMixed(contributions: readonly Contribution[]): boolean {
  const fading = contributions.filter((c) => c.halfLife > 0 && c.counted !== 0)
  const kinds = new Set(fading.map((c) => `${c.halfLife}/${c.group}`))
  return kinds.size > 1 && fading.some((c) => c.counted > 0) && fading.some((c) => c.counted < 0)
}

/** The curve of engagement. Signals stamped later than `now` count as of now. */
export function curveOf(
  contributions: readonly Contribution[],
  active: readonly number[],
  rules: ScoringRules,
  now: number,
): Curve {
  const { idle, groups } = rules.engagement
  const sums = sumsOf(contributions, now)
  const maxima = groups.map((group) => group.max)
  const activity = active.map((at) => Math.min(at, now))
  const limit = rules.limits.engagement
  const instants = [...new Set([...sums.instants, ...activity, ...idleInstants(idle, activity)])]
  return {
    instants: instants.sort((a, b) => a - b),
    halfLife: Math.max(0, ...sums.buckets.map((bucket) => bucket.halfLife)),
    isMixed: isMixed(contributions),
    at(instant, before = false) {
      let sum = sumAt(sums, maxima, instant, before)
      if (idle.length > 0) for (const { rule } of idleAt(idle, activity, instant, before)) sum += rule.points
      return Math.min(limit, Math.max(0, whole(sum)))
    },
  }
}
