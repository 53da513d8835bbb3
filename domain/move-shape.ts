/** Whether two versions of a sequence are one machine: the same stops, waits and ways, however their texts differ. */
import type { Sequence, Step } from './sequence.ts'

/** Bare steps, as far as the map and the plan go by them. */
function shapeOf(step: Step): unknown {
  switch (step.kind) {
    case 'wait':
      return ['wait', step.wait]
    case 'send':
      return ['send', step.id, step.immediately]
    case 'branch':
    case 'split':
      return [step.kind, step.id, step.paths.map(({ id, steps }) => [id, shapesOf(steps)])]
    case 'wait_for':
      return [
        'wait_for',
        step.id,
        step.timeout,
        ...[step.yes, step.no].map((path) => shapesOf(path.steps, path.id)),
      ]
    default:
      return [step.kind, step.id]
  }
}

const shapesOf = (steps: readonly Step[], ...about: readonly string[]): unknown => [
  ...about,
  ...steps.map(shapeOf),
]

/** JSON in which the order of keys says nothing. */
const textOf = (value: unknown): string =>
  JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'object' && part !== null && !Array.isArray(part)
      ? Object.fromEntries(Object.entries(part).sort(([a], [b]) => (a < b ? -1 : 1)))
      : part,
  )

/**
 * Whether a lead may go on by the other version where it is: its plan and the machine it runs on are right for both.
 * Templates, subjects, names, conditions, acts' contents, goals and exits may differ.
 */
export const isSameShape = (one: Sequence, other: Sequence): boolean =>
  textOf(shapesOf(one.steps)) === textOf(shapesOf(other.steps))
