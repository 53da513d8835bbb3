/**
 * The keys of an enrolment's due and records in the order of its sequence version, and the templates that a step may
 * send instead of its own: the codec's alphabet.
 */
import { type RouteStop, routeOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'

const known = new WeakMap<Sequence, readonly string[]>()

const templatesOf = ({ node }: RouteStop): readonly string[] => {
  const { step } = node
  return step.kind === 'send'
    ? [...(step.stream ?? []), ...Object.values(step.variants?.templates ?? {})]
    : []
}

export const stepKeys = (sequence: Sequence): readonly string[] => {
  const cached = known.get(sequence)
  if (cached !== undefined) return cached
  const { stops, forks } = routeOf(sequence)
  const keys = [
    ...stops.map((stop) => stop.id),
    ...forks.map((fork) => fork.step.id),
    ...stops.flatMap(templatesOf),
  ]
  known.set(sequence, keys)
  return keys
}
