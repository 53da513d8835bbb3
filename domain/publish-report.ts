/** The sum over all leads of what a publication means to them. */
import { day } from './move-age.ts'
import type { Fate, PlannedMail } from './publish-lead.ts'
import type { Settings } from './settings.ts'

/** How far ahead the forecast looks. */
export const forecastDays = 14

/** Counts over the leads of one sequence. */
export interface Tally {
  readonly leads: number
  /** Who waits for which step. */
  readonly waiting: Readonly<Record<string, number>>
  /** Who waits for a step that is gone, and nothing is said of it. */
  readonly unmapped: Readonly<Record<string, number>>
  readonly moves: number
  readonly leaves: number
  /** Who would get more mails in a stretch than the limit; and how many the most would. */
  readonly over: { readonly leads: number; readonly most: number }
  /** Mails per day (of UTC), from today on. */
  readonly before: readonly number[]
  readonly after: readonly number[]
}

/** At most so many mails to one lead in so many seconds. */
export interface Limit {
  readonly max: number
  readonly per: number
  /** Whether mails that were asked for count too. */
  readonly all: boolean
}

/** The limits of the settings: the frequency cap and the guard. */
export const limitsOf = ({ sending: { cap, guard } }: Settings): readonly Limit[] => [
  ...(cap ? [{ max: cap.max, per: cap.per / 1000, all: cap.transactional === 'counted' }] : []),
  ...(guard?.perLead ? [{ max: guard.perLead.max, per: guard.perLead.per / 1000, all: true }] : []),
]

/** The most mails that any stretch of the limit's length holds. */
export function mostIn(mails: readonly PlannedMail[], { per, all }: Limit): number {
  const times = mails.filter(({ immediately }) => all || !immediately).map(({ at }) => at)
  times.sort((a, b) => a - b)
  let [most, from] = [0, 0]
  for (const [index, at] of times.entries()) {
    while ((times[from] ?? at) <= at - per) from += 1
    most = Math.max(most, index - from + 1)
  }
  return most
}

const none: readonly number[] = Array.from({ length: forecastDays }, () => 0)

export const emptyTally: Tally = {
  leads: 0,
  waiting: {},
  unmapped: {},
  moves: 0,
  leaves: 0,
  over: { leads: 0, most: 0 },
  before: none,
  after: none,
}

function perDay(mails: readonly PlannedMail[], now: number): readonly number[] {
  const days = [...none]
  for (const { at } of mails) {
    const index = Math.max(0, Math.floor(at / day) - Math.floor(now / day))
    if (index < forecastDays) days[index] = (days[index] ?? 0) + 1
  }
  return days
}

const plus = (one: readonly number[], other: readonly number[]): readonly number[] =>
  one.map((count, index) => count + (other[index] ?? 0))

const counted = (counts: Tally['waiting'], step: string | undefined): Tally['waiting'] =>
  step === undefined ? counts : { ...counts, [step]: (counts[step] ?? 0) + 1 }

/** How many mails too many the new plan brings that the old one does not. */
function excess({ before, after }: Fate, limits: readonly Limit[]): number {
  const worse = limits.filter((limit) => {
    const most = mostIn(after, limit)
    return most > limit.max && most > mostIn(before, limit)
  })
  return Math.max(0, ...worse.map((limit) => mostIn(after, limit)))
}

/** With one lead more. */
export function withLead(tally: Tally, fate: Fate, limits: readonly Limit[], now: number): Tally {
  const most = excess(fate, limits)
  return {
    leads: tally.leads + 1,
    waiting: counted(tally.waiting, fate.step),
    unmapped: fate.is === 'unmapped' ? counted(tally.unmapped, fate.step) : tally.unmapped,
    moves: tally.moves + (fate.is === 'moves' ? 1 : 0),
    leaves: tally.leaves + (fate.is === 'leaves' ? 1 : 0),
    over: { leads: tally.over.leads + (most > 0 ? 1 : 0), most: Math.max(tally.over.most, most) },
    before: plus(tally.before, perDay(fate.before, now)),
    after: plus(tally.after, perDay(fate.after, now)),
  }
}

/** A day on which far more would be mailed than without the publication. */
export interface Surge {
  /** Days from today. */
  readonly day: number
  readonly before: number
  readonly after: number
}

/** More than a fifth above what was planned, and enough mails to matter. */
const [share, least] = [1.2, 50]

export const surgesIn = (tallies: readonly Pick<Tally, 'before' | 'after'>[]): readonly Surge[] => {
  const before = tallies.reduce((sum, tally) => plus(sum, tally.before), none)
  const after = tallies.reduce((sum, tally) => plus(sum, tally.after), none)
  return after.flatMap((count, index) => {
    const was = before[index] ?? 0
    return count > least && count > was * share ? [{ day: index, before: was, after: count }] : []
  })
}
