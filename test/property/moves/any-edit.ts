/** Any edit of any sequence: steps taken out, put in, moved about and waits changed, anywhere. */
import fc from 'fast-check'
import { idsOf } from '../../../domain/move-place.ts'
import type { Path, Removal, Sequence, Step } from '../../../domain/sequence.ts'
import { days, send, sequenceOf } from './edits.ts'

/** What is done at a place, named by a number that is taken modulo the places there are. */
export type Op =
  | { readonly do: 'remove'; readonly at: number; readonly to: number | 'exit' | 'pin' | 'none' }
  | { readonly do: 'insert'; readonly at: number; readonly step: 'send' | 'wait' | 'act' }
  | { readonly do: 'move'; readonly at: number; readonly to: number }

const place = fc.nat({ max: 40 })
const op: fc.Arbitrary<Op> = fc.oneof(
  fc.record({
    do: fc.constant('remove' as const),
    at: place,
    to: fc.oneof(place, fc.constantFrom('exit' as const, 'pin' as const, 'none' as const)),
  }),
  fc.record({ do: fc.constant('insert' as const), at: place, step: fc.constantFrom('send', 'wait', 'act') }),
  fc.record({ do: fc.constant('move' as const), at: place, to: place }),
)
export const anyOps = fc.array(op, { minLength: 1, maxLength: 4 })

type Change = (steps: readonly Step[], index: number) => readonly Step[]

const inPaths = (step: Step, change: (steps: readonly Step[]) => readonly Step[]): Step => {
  const within = <P extends Path>(path: P): P => ({ ...path, steps: change(path.steps) })
  if (step.kind === 'wait_for') return { ...step, yes: within(step.yes), no: within(step.no) }
  if (step.kind === 'branch') return { ...step, paths: step.paths.map(within) }
  return step.kind === 'split' ? { ...step, paths: step.paths.map(within) } : step
}

/** The number of places in a list of steps and in all within it: one before each step. */
const places = (steps: readonly Step[]): number => {
  let count = 0
  for (const step of steps) {
    count += 1
    inPaths(step, (inner) => {
      count += places(inner)
      return inner
    })
  }
  return count
}

/** Changes the list that holds the place. */
const changedAt = (steps: readonly Step[], at: number, change: Change): readonly Step[] => {
  let left = at
  const go = (list: readonly Step[]): readonly Step[] => {
    const out: Step[] = []
    for (const [index, step] of list.entries()) {
      if (left === 0) {
        left = -1
        return change([...out, ...list.slice(index)], index)
      }
      left -= 1
      out.push(left < 0 ? step : inPaths(step, go))
    }
    return out
  }
  return go(steps)
}

const isLast = (step: Step | undefined): boolean => step?.kind === 'end' || step?.kind === 'next'

const apply = (steps: readonly Step[], one: Op, count: number): readonly Step[] => {
  const at = one.at % Math.max(1, places(steps))
  if (one.do === 'insert') {
    const id = `new-${count}`
    const put: Step =
      one.step === 'send'
        ? send(id)
        : one.step === 'wait'
          ? days(3)
          : { kind: 'act', id, action: { do: 'tag', add: [id], remove: [] } }
    return changedAt(steps, at, (list, index) => list.toSpliced(index, 0, put))
  }
  let taken: Step | undefined
  const without = changedAt(steps, at, (list, index) => {
    taken = list[index]
    return isLast(taken) ? list : list.toSpliced(index, 1)
  })
  if (one.do === 'remove' || taken === undefined || isLast(taken)) return without
  const put = taken
  return changedAt(without, one.to % Math.max(1, places(without)), (list, index) =>
    list.toSpliced(index, 0, put),
  )
}

/** The sequence behind some edits; what was taken out goes where the edit says. */
export const editedBy = (old: Sequence, ops: readonly Op[]): Sequence | undefined => {
  let { steps } = old
  for (const [index, one] of ops.entries()) steps = apply(steps, one, index)
  const left = idsOf(steps)
  if (!left.some((id) => id.startsWith('send') || id.startsWith('new'))) return undefined
  const gone = idsOf(old.steps).filter((id) => !left.includes(id))
  const removals = ops.flatMap((one) => (one.do === 'remove' ? [one.to] : []))
  const removed: Record<string, Removal> = {}
  for (const [index, id] of gone.entries()) {
    const to = removals[index % removals.length] ?? 'none'
    if (to === 'exit' || to === 'pin') removed[id] = to
    else if (to !== 'none') removed[id] = { map: left[to % left.length] ?? '' }
  }
  return sequenceOf(steps, { removed })
}
