/** What all steps have in common: the paths inside them, and whether anything can follow. */
import type { Path, Step } from '../../domain/sequence.ts'

/** The paths of a fork, the default one last; none of any other step. */
export function pathsIn(step: Step): readonly Path[] {
  if (step.kind === 'branch' || step.kind === 'split') return step.paths
  return step.kind === 'wait_for' ? [step.yes, step.no] : []
}

/** Whether nothing can follow a step. */
export function isOver(step: Step): boolean {
  if (step.kind === 'end' || step.kind === 'next') return true
  const paths = pathsIn(step)
  return paths.length > 0 && paths.every(({ steps }) => steps.some(isOver))
}

/** Every step, those inside of paths too. */
export function everyStep(steps: readonly Step[]): readonly Step[] {
  return steps.flatMap((step) => [step, ...pathsIn(step).flatMap((path) => everyStep(path.steps))])
}
