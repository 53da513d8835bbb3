/**
 * Steps → linked nodes, from the last to the first.
 *
 * Where an act is done. It costs nothing where another stop can do it:
 * - `before`: no wait, no wait_for and no end lies between it and the next stop, whichever path of an even split is
 *   taken. It is done when that stop's message arrives: behind the branches in front of it, before those behind it.
 *   In front of a branch that is decided ahead, that stop is the decision; it counts as a wait when all of its paths
 *   begin with one, for it is made when the first of them falls due.
 * - `after`: any other act behind a send or notify in the same list, with nothing but acts between: done once that
 *   message is settled.
 * - Any other act is a stop of its own; those right in front of it are done `before` it.
 * So an act is never done before the waits in front of it are over, and later only where nothing waits between: for
 * as long as the next mail has to wait for its window, its gap or a defer.
 *
 * Which splits are even. All paths have the same number of stops, no fork, `next` or `end`, and the same outcome
 * for the last of them (an end that is listened at, or not). The others are forks.
 */
import type { Stop } from './enrolment.ts'
import type { ForkNode, ForkPath, Node, SplitNode } from './route.ts'
import { isDecidedAtOnce, leadsFrom } from './route-lead.ts'
import type { ActStep, BranchStep, Path, SplitStep, Step, WaitForStep } from './sequence.ts'

type On = Stop['on']
type Parted = BranchStep | WaitForStep | SplitStep

/** More ways than this to one stop are too many to compare. */
const maxWays = 16

/** The first node of a list of steps that goes on to `after`. */
export function linked(steps: readonly Step[], after: Node | undefined, on: On): Node | undefined {
  let following = after
  for (const [index, step] of [...steps.entries()].toReversed())
    following = link(step, steps.slice(0, index), following, on)
  return following
}

function link(step: Step, before: readonly Step[], next: Node | undefined, on: On): Node {
  if (step.kind === 'end' || step.kind === 'next') return { kind: 'stop', step, on }
  if (!next) throw new RangeError('a path leads nowhere')
  if (step.kind === 'wait') return { kind: 'wait', wait: step.wait, next }
  if (step.kind === 'act') return act(step, before, next, on)
  return step.kind === 'send' || step.kind === 'notify'
    ? { kind: 'stop', step, on, next }
    : parted(step, next, on)
}

/** The paths of a branch, split or wait_for; the last one is the default. */
export const pathsOf = (step: Parted): readonly Path[] =>
  step.kind === 'wait_for' ? [step.yes, step.no] : step.paths

function act(step: ActStep, before: readonly Step[], next: Node, on: On): Node {
  if (leadsToStop(next)) return { kind: 'act', step, place: 'before', next }
  const behind = before.findLast(({ kind }) => kind !== 'act')?.kind
  if (behind === 'send' || behind === 'notify') return { kind: 'act', step, place: 'after', next }
  return { kind: 'stop', step, on, next }
}

/** Whether a stop follows at once that can do what stands in front of it. */
const leadsToStop = (node: Node): boolean =>
  leadsFrom(node).every(
    ({ waits, stop }) =>
      waits.length === 0 && (stop.kind === 'fork' ? isDecidedAtOnce(stop) : stop.step.kind !== 'end'),
  )

function parted(step: Parted, after: Node, on: On): ForkNode | SplitNode {
  const given = pathsOf(step)
  const paths = given.map((path, index) => {
    const isDefault = index === given.length - 1
    const inside = [...on, { branch: step.id, path: path.id, isDefault }]
    return { id: path.id, isDefault, first: linked(path.steps, after, inside) ?? after }
  })
  const parts = { on, paths, next: paths.at(-1)?.first ?? after, after }
  return step.kind === 'split' && isEven(paths, after)
    ? { kind: 'split', step, ...parts }
    : { kind: 'fork', step, ...parts }
}

function isEven(paths: readonly ForkPath[], after: Node): boolean {
  const shapes = paths.map(({ first }) => shapeOf(first, after))
  const [one] = shapes
  const isAtEnd = leadsFrom(after).some(
    ({ waits, stop }) => waits.length === 0 && stop.kind === 'stop' && stop.step.kind === 'end',
  )
  const isAlike = shapes.every(
    (shape) => shape && one && shape.stops === one.stops && (!isAtEnd || shape.waits === one.waits),
  )
  return isAlike && paths.flatMap(({ first }) => leadsFrom(first)).length <= maxWays
}

/** How many stops a path has, and whether a wait follows the last of them; none when a path parts or ends in it. */
function shapeOf(first: Node, after: Node): { readonly stops: number; readonly waits: boolean } | undefined {
  let [stops, waits] = [0, false]
  for (let node: Node | undefined = first; node !== after; node = node.next) {
    if (!node || node.kind === 'fork' || node.kind === 'split') return undefined
    if (node.kind === 'wait') waits = true
    if (node.kind === 'stop') [stops, waits] = [stops + 1, false]
  }
  return { stops, waits }
}
