/** A step of a sequence by its id, however deep it lies. */
import type { Step } from './sequence.ts'

const insideOf = (step: Step): readonly Step[] => {
  if (step.kind === 'branch' || step.kind === 'split') return step.paths.flatMap((path) => path.steps)
  return step.kind === 'wait_for' ? [...step.yes.steps, ...step.no.steps] : []
}

/** The step, if it is among these or inside one of them. Waits have no id. */
export function findStep(steps: readonly Step[], id: string): Step | undefined {
  for (const step of steps) {
    if (step.kind !== 'wait' && step.id === id) return step
    const inside = findStep(insideOf(step), id)
    if (inside) return inside
  }
  return undefined
}
