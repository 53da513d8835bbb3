/** Ends that are listened at for so long that an execution may end before them. */
import { durationSeconds } from '../../domain/duration.ts'
import type { Route } from '../../domain/route.ts'
import { leadsFrom } from '../../domain/route-lead.ts'
import type { Wait } from '../../domain/sequence.ts'

/** Nominal seconds; an execution's states end by its day 350. */
const long = 300 * 86_400

/** A date may lie years ahead. */
const isLong = (waits: readonly Wait[]): boolean =>
  waits.some(({ date }) => date !== undefined) ||
  waits.reduce((sum, wait) => sum + durationSeconds(wait.for ?? 'PT0S'), 0) > long

/**
 * The ids of these ends. They have a Hold of their own, as any other stop has one: what ends early ends at the state
 * behind it, whose worker moves the lead on; a state that leads to the end itself would end the sequence early.
 */
export function longListeners(route: Route): ReadonlySet<string> {
  const ways = [
    route.start,
    ...route.stops.flatMap(({ node }) => node.next ?? []),
    ...route.forks.flatMap(({ paths }) => paths.map(({ first }) => first)),
  ].flatMap(leadsFrom)
  const ends = route.stops.filter(({ kind }) => kind === 'listen')
  const late = ends.filter(({ node }) => ways.some(({ stop, waits }) => stop === node && isLong(waits)))
  return new Set(late.map(({ id }) => id))
}
