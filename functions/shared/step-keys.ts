/** The keys of an enrolment's due and records in the order of its sequence version: the codec's alphabet. */
import { routeOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'

const known = new WeakMap<Sequence, readonly string[]>()

export const stepKeys = (sequence: Sequence): readonly string[] => {
  const cached = known.get(sequence)
  if (cached !== undefined) return cached
  const { stops, forks } = routeOf(sequence)
  const keys = [...stops.map((stop) => stop.id), ...forks.map((fork) => fork.step.id)]
  known.set(sequence, keys)
  return keys
}
