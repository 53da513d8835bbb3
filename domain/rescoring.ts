/** What other scoring rules would make of the leads that there are, before anybody publishes them. */
import type { LeadEvent } from './event.ts'
import { foldLead, type LeadRules, type LeadState } from './lead.ts'
import type { ScoreParts } from './scoring.ts'
import type { ScoringRules } from './scoring-model.ts'
import { deserves, promotion } from './stage-promotion.ts'

/** One lead under both sets of rules. */
export interface Comparison {
  readonly stage: string
  readonly before: ScoreParts
  readonly after: ScoreParts
  /** The stage that only the new rules would move it to. */
  readonly crosses?: string
  /** It is in a stage that it deserves by the live rules, and by the new ones not: it stays, and would not come again. */
  readonly falls: boolean
}

/** The lead by the live rules and by others; undefined for a test lead, which is in no statistics. */
export function compareRules(
  events: readonly LeadEvent[],
  live: LeadRules,
  scoring: ScoringRules,
  now: number,
): Comparison | undefined {
  const { settings, forms } = live
  const rulesOf = (scored: ScoringRules) => ({ settings, scoring: scored, ...(forms && { forms }) })
  const was = foldLead(events, rulesOf(live.scoring), now)
  if (was.isTest) return undefined
  const is = foldLead(events, rulesOf(scoring), now)
  const moveOf = (state: LeadState, scored: ScoringRules) => promotion(state, rulesOf(scored), now)?.to
  const crosses = moveOf(is, scoring)
  const { stage } = was
  return {
    stage,
    before: was.score,
    after: is.score,
    ...(crosses !== undefined && crosses !== moveOf(was, live.scoring) && { crosses }),
    falls: deserves(stage, was, live.scoring, now) && !deserves(stage, is, scoring, now),
  }
}

export interface Changed {
  readonly leadId: string
  readonly email?: string
  readonly stage: string
  readonly before: ScoreParts
  readonly after: ScoreParts
}

/** Many leads counted. By stage: who would move there, and who is there and would not come again. */
export interface Preview {
  readonly leads: number
  readonly up: number
  readonly down: number
  readonly same: number
  readonly cross: Readonly<Record<string, number>>
  readonly fall: Readonly<Record<string, number>>
  /** Those whose score changes most. */
  readonly most: readonly Changed[]
}

export const noPreview: Preview = { leads: 0, up: 0, down: 0, same: 0, cross: {}, fall: {}, most: [] }

const mostShown = 20

const sumOf = (
  a: Readonly<Record<string, number>>,
  b: Readonly<Record<string, number>>,
): Readonly<Record<string, number>> => {
  const sums = new Map(Object.entries(a))
  for (const [key, count] of Object.entries(b)) sums.set(key, (sums.get(key) ?? 0) + count)
  return Object.fromEntries(sums)
}

const changeOf = ({ before, after }: Changed): number => Math.abs(after.total - before.total)

/** Two counts as one. */
export const addPreviews = (a: Preview, b: Preview): Preview => ({
  leads: a.leads + b.leads,
  up: a.up + b.up,
  down: a.down + b.down,
  same: a.same + b.same,
  cross: sumOf(a.cross, b.cross),
  fall: sumOf(a.fall, b.fall),
  most: [...a.most, ...b.most]
    .sort((x, y) => changeOf(y) - changeOf(x) || (x.leadId < y.leadId ? -1 : 1))
    .slice(0, mostShown),
})

/** One lead counted. */
export function previewOf(
  lead: { readonly leadId: string; readonly email?: string },
  { stage, before, after, crosses, falls }: Comparison,
): Preview {
  const change = after.total - before.total
  return {
    leads: 1,
    up: change > 0 ? 1 : 0,
    down: change < 0 ? 1 : 0,
    same: change === 0 ? 1 : 0,
    cross: crosses === undefined ? {} : { [crosses]: 1 },
    fall: falls ? { [stage]: 1 } : {},
    most: change === 0 ? [] : [{ ...lead, stage, before, after }],
  }
}
