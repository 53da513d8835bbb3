/** Splits that look for a winner: what counts for which arm, and which arm is clearly better. */
import { routeOf } from './route.ts'
import type { Sequence, SplitStep } from './sequence.ts'

/** What became of the leads of one arm. */
export interface ArmCount {
  readonly path: string
  /** Leads that were sent the arm's first mail. */
  readonly sends: number
  /** Those of them that clicked in a mail of the arm. */
  readonly clicks: number
}

/** Of a hundred splits whose arms do the same, so many may have a winner by chance, however often one looks. */
const chance = 0.05

/**
 * How many standard errors are clear after `total` sends. It is asked at every send and click, and who looks often
 * enough finds a fixed bar crossed by chance: this one (Robbins' normal mixture) is for all looks together.
 * Several rivals share the chance (Bonferroni), so that more arms do not make more winners.
 */
const barAfter = (total: number, after: number, rivals: number): number =>
  Math.sqrt((1 + after / total) * Math.log((1 + total / after) * (rivals / chance) ** 2))

/** How many standard errors the click rate of one arm lies above the other's (two-proportion z-test, pooled). */
export function advantage(one: ArmCount, other: ArmCount): number {
  if (one.sends === 0 || other.sends === 0) return 0
  const pooled = (one.clicks + other.clicks) / (one.sends + other.sends)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / one.sends + 1 / other.sends))
  return spread === 0 ? 0 : (one.clicks / one.sends - other.clicks / other.sends) / spread
}

/**
 * The path whose click rate is clearly above that of every other arm, once all arms together were sent `after`
 * times; undefined before, and for as long as chance could explain the difference.
 */
export function winnerOf(arms: readonly ArmCount[], after: number): string | undefined {
  const total = arms.reduce((sum, { sends }) => sum + sends, 0)
  const [best, ...rest] = [...arms].sort((a, b) => rate(b) - rate(a))
  if (best === undefined || rest.length === 0 || total < after) return undefined
  const bar = barAfter(total, after, rest.length)
  return rest.every((other) => advantage(best, other) >= bar) ? best.path : undefined
}

const rate = ({ sends, clicks }: ArmCount): number => (sends === 0 ? 0 : clicks / sends)

/** A mail that counts for an arm of a split with a winner. */
export interface Experiment {
  readonly split: SplitStep
  readonly path: string
  /** The mails of the arm; the first of them makes the lead one of the arm's. */
  readonly steps: readonly string[]
}

/** What a mail counts for: each split with a winner that it lies in. */
export function experimentsOf(sequence: Sequence, stepId: string): readonly Experiment[] {
  const { byId, splits, stops } = routeOf(sequence)
  const on = byId.get(stepId)?.on ?? []
  return splits.flatMap(({ step: split }) => {
    const path = on.find(({ branch }) => branch === split.id)?.path
    if (split.winner === undefined || path === undefined) return []
    const mine = stops.filter((stop) => stop.kind === 'send' && stop.on.some((place) => place.path === path))
    return [{ split, path, steps: mine.map(({ id }) => id) }]
  })
}

/** Whether a sequence has a split that looks for a winner. */
export const hasExperiments = (sequence: Sequence): boolean =>
  routeOf(sequence).splits.some(({ step }) => step.winner !== undefined)
