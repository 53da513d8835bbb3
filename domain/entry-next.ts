/** When time alone could make a lead enter a sequence: a score that decays into a range, a date that comes. */
import { leadDates } from './entry-date.ts'
import { type Placed, zoneOf } from './lead-zone.ts'
import type { Standing } from './scoring.ts'
import type { Sequence, Trigger } from './sequence.ts'
import type { Settings } from './settings.ts'
import { firstCrossing, type Gate, moving } from './stage-next.ts'

type Sequences = Readonly<Record<string, Sequence>>

interface Timed {
  readonly gates: readonly Gate[]
  readonly dates: readonly Extract<Trigger, { kind: 'date' }>[]
}

/** By sequence: what time alone can pull. */
export const timedTriggers = (sequences: Sequences): readonly (readonly [string, readonly Trigger[]])[] =>
  Object.values(sequences)
    .map(({ id, enrol }) => [id, enrol.when.filter(isTimed)] as const)
    .filter(([, triggers]) => triggers.length > 0)

const isTimed = ({ kind }: Trigger): boolean => kind === 'score' || kind === 'temperature' || kind === 'date'

const known = new WeakMap<Sequences, Timed>()

/** The triggers of all sequences that time alone can pull; the temperature's gates are looked at for its own sake. */
function timedOf(sequences: Sequences): Timed {
  const before = known.get(sequences)
  if (before) return before
  const triggers = timedTriggers(sequences).flatMap(([, timed]) => timed)
  const timed: Timed = {
    gates: moving(
      triggers.flatMap((one) => (one.kind === 'score' ? [{ part: one.score, range: one.is }] : [])),
    ),
    dates: triggers.filter((one) => one.kind === 'date'),
  }
  known.set(sequences, timed)
  return timed
}

/** The next instant (ms) after `now`, or undefined. */
export function nextEntry(
  lead: Placed,
  standing: Standing,
  rules: { readonly sequences?: Sequences; readonly settings: Settings },
  now: number,
): number | undefined {
  if (!rules.sequences) return undefined
  const { gates, dates } = timedOf(rules.sequences)
  const crossing = firstCrossing(gates, standing, now)
  if (dates.length === 0) return crossing
  const zone = zoneOf(lead, rules.settings)
  const coming = dates.flatMap((trigger) => leadDates(trigger, lead.profile, zone)).map(({ at }) => at)
  const ahead = [...coming, ...(crossing === undefined ? [] : [crossing])].filter((at) => at > now)
  return ahead.length === 0 ? undefined : Math.min(...ahead)
}
