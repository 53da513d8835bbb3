/** The keys of an enrolment's due and records in the order of its sequence version: the codec's alphabet. */
import { stopsOf } from '../../domain/route.ts'
import type { Sequence, Step } from '../../domain/sequence.ts'

const branchIds = (steps: readonly Step[]): string[] =>
  steps.flatMap((step) => {
    if (step.kind === 'branch') return [step.id, ...step.paths.flatMap((path) => branchIds(path.steps))]
    if (step.kind === 'wait_for') return [step.id, ...branchIds(step.yes.steps), ...branchIds(step.no.steps)]
    return []
  })

const known = new WeakMap<Sequence, readonly string[]>()

export const stepKeys = (sequence: Sequence): readonly string[] => {
  const cached = known.get(sequence)
  if (cached !== undefined) return cached
  const keys = [...stopsOf(sequence).map((stop) => stop.id), ...branchIds(sequence.steps)]
  known.set(sequence, keys)
  return keys
}
