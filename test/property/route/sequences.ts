/** Any sequence: every kind of step, in any order, forks within forks. */
import fc from 'fast-check'
import type { Path, Sequence, Step, Wait } from '../../../domain/sequence.ts'

/** A step without its id. */
type Shape =
  | { readonly kind: 'send'; readonly immediately: boolean }
  | { readonly kind: 'notify' }
  | { readonly kind: 'act' }
  | { readonly kind: 'end' }
  | { readonly kind: 'next' }
  | { readonly kind: 'wait'; readonly wait: Wait }
  | { readonly kind: 'branch' | 'split' | 'wait_for'; readonly paths: readonly (readonly Shape[])[] }

const slot = { days: [2, 3, 4], minute: 570 }
const date = { field: 'contract.end', shift: { by: 'P30D', to: 'before' }, otherwise: 'P9D' } as const
const anyWait = fc.constantFrom<Wait>(
  { for: 'PT20M' },
  { for: 'PT30H' },
  { for: 'P1D' },
  { for: 'P4D' },
  { for: 'P4D', until: slot },
  { until: slot },
  { date },
  { date, until: slot },
)

const plainStep: fc.Arbitrary<Shape> = fc.oneof(
  { weight: 5, arbitrary: fc.boolean().map((immediately): Shape => ({ kind: 'send', immediately })) },
  { weight: 1, arbitrary: fc.constant<Shape>({ kind: 'notify' }) },
  { weight: 6, arbitrary: fc.constant<Shape>({ kind: 'act' }) },
  { weight: 4, arbitrary: anyWait.map((wait): Shape => ({ kind: 'wait', wait })) },
)

function anySteps(depth: number): fc.Arbitrary<readonly Shape[]> {
  if (depth === 0) return fc.array(plainStep, { maxLength: 3 })
  const inner = anySteps(depth - 1)
  const closed = fc
    .tuple(inner, fc.constantFrom<readonly Shape[]>([], [], [], [{ kind: 'end' }], [{ kind: 'next' }]))
    .map(([steps, end]) => [...steps, ...end])
  const parted = fc
    .tuple(fc.constantFrom('branch', 'split', 'wait_for'), fc.array(closed, { minLength: 2, maxLength: 3 }))
    .map(([kind, paths]): Shape => ({ kind, paths: kind === 'wait_for' ? paths.slice(0, 2) : paths }))
  const step = fc.oneof({ weight: 3, arbitrary: plainStep }, { weight: 1, arbitrary: parted })
  return fc.array(step, { maxLength: 5 })
}

/** Gives every step its id and leaves out what would never be reached. */
class Numbering {
  #count = 0

  steps(shapes: readonly Shape[]): readonly Step[] {
    const steps: Step[] = []
    for (const shape of shapes) {
      steps.push(this.#step(shape))
      if (isOver(steps.at(-1))) break
    }
    return steps
  }

  #step(shape: Shape): Step {
    const id = `${shape.kind.replace('_', '-')}-${this.#count++}`
    if (shape.kind === 'send') return { kind: 'send', id, template: id, immediately: shape.immediately }
    if (shape.kind === 'wait') return { kind: 'wait', wait: shape.wait }
    if (shape.kind === 'notify') return { kind: 'notify', id, template: id, to: 'maya' }
    if (shape.kind === 'act') return { kind: 'act', id, action: { do: 'tag', add: [id], remove: [] } }
    if (shape.kind === 'end') return { kind: 'end', id, outcome: 'over' }
    if (shape.kind === 'next') return { kind: 'next', id, sequence: 'other' }
    return this.#parted(shape.kind, id, shape.paths)
  }

  #parted(kind: 'branch' | 'split' | 'wait_for', id: string, shapes: readonly (readonly Shape[])[]): Step {
    const paths = shapes.map((shape, index): Path => {
      const name = String.fromCharCode(97 + index)
      return { id: `${id}.${name}`, name, steps: this.steps(shape) }
    })
    const [yes, no] = paths
    if (kind === 'wait_for' && yes && no)
      return { kind, id, event: { name: 'email.clicked' }, timeout: 'P3D', yes, no }
    if (kind === 'split') return { kind, id, paths: paths.map((path) => ({ ...path, share: 5000 })) }
    const when = { stage: ['mql'] }
    return {
      kind: 'branch',
      id,
      paths: paths.map((path, index) => (index === paths.length - 1 ? path : { ...path, if: when })),
    }
  }
}

const pathsIn = (step: Step): readonly Path[] => {
  if (step.kind === 'wait_for') return [step.yes, step.no]
  return step.kind === 'branch' || step.kind === 'split' ? step.paths : []
}

function isOver(step: Step | undefined): boolean {
  if (!step || step.kind === 'end' || step.kind === 'next') return step !== undefined
  const paths = pathsIn(step)
  return paths.length > 0 && paths.every(({ steps }) => isOver(steps.at(-1)))
}

const sequenceOf = (steps: readonly Step[]): Sequence => ({
  id: 'test',
  version: '0',
  name: 'Test',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps: isOver(steps.at(-1)) ? steps : [...steps, { kind: 'end', id: 'end', outcome: 'finished' }],
})

/** Sequences that send at least one mail on their way. */
export const anySequence = anySteps(2)
  .map((shapes) =>
    new Numbering().steps([...shapes.slice(0, 2), { kind: 'send', immediately: false }, ...shapes.slice(2)]),
  )
  .map(sequenceOf)

/** The steps of a way in order: of every fork the path that is named, else the last. */
export function stepsOn(steps: readonly Step[], taken: ReadonlySet<string>): readonly Step[] {
  const way: Step[] = []
  for (const step of steps) {
    way.push(step)
    const paths = pathsIn(step)
    const path = paths.find(({ id }) => taken.has(id)) ?? paths.at(-1)
    if (path) way.push(...stepsOn(path.steps, taken))
    if (isOver(way.at(-1))) break
  }
  return way
}
