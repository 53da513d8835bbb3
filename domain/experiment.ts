/** Which arm of a split is clearly better. */

/** What became of the leads of one arm. */
export interface ArmCount {
  readonly path: string
  /** Leads that were sent the arm's first mail. */
  readonly sends: number
  /** Those of them that clicked in a mail of the arm. */
  readonly clicks: number
}

/** 97.5 % of a normal distribution lie below: two-sided, five in a hundred winners would be chance. */
const clear = 1.96

/** How many standard errors the click rate of one arm lies above the other's (two-proportion z-test, pooled). */
export function advantage(one: ArmCount, other: ArmCount): number {
  if (one.sends === 0 || other.sends === 0) return 0
  const pooled = (one.clicks + other.clicks) / (one.sends + other.sends)
  const spread = Math.sqrt(pooled * (1 - pooled) * (1 / one.sends + 1 / other.sends))
  return spread === 0 ? 0 : (one.clicks / one.sends - other.clicks / other.sends) / spread
}

/**
 * The path whose click rate is clearly above that of every other arm, once all arms together were sent `after`
 * times; undefined before, and for as long as chance could explain the difference. With several rivals the bar is
 * raised (Bonferroni), so that more arms do not make more winners.
 */
export function winnerOf(arms: readonly ArmCount[], after: number): string | undefined {
  const total = arms.reduce((sum, { sends }) => sum + sends, 0)
  const [best, ...rest] = [...arms].sort((a, b) => rate(b) - rate(a))
  if (best === undefined || rest.length === 0 || total < after) return undefined
  const bar = clear + 0.3 * (rest.length - 1)
  return rest.every((other) => advantage(best, other) >= bar) ? best.path : undefined
}

const rate = ({ sends, clicks }: ArmCount): number => (sends === 0 ? 0 : clicks / sends)
