/** What each path of a sequence costs in billed state entries: printed by `tendril check`. */
import { type ForkNode, type Node, type RouteStop, routeOf, type SplitNode } from '../../domain/route.ts'
import { isDecidedAhead, isHeldFrom, landingOf } from '../../domain/route-lead.ts'
import { pathsOf } from '../../domain/route-link.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { longListeners } from './asl-long.ts'

export interface PathCost {
  /** The paths taken, for people: "clicked-checklist: yes"; of branches and wait_fors only those not by default. */
  readonly name: string
  /** The ids of those that are taken by a divert or from the start, in order. */
  readonly took: readonly string[]
  readonly emails: number
  /** State entries of an execution that takes it from start to end, nothing held back; at most. */
  readonly transitions: number
}

interface Count {
  readonly took: readonly string[]
  readonly names: readonly string[]
  readonly emails: number
  readonly entries: number
}

/** More paths than this are not listed. */
export const maxPaths = 256

/** The paths of a sequence with what they cost; the default path first. */
export function transitionsOf(sequence: Sequence): readonly PathCost[] {
  const route = routeOf(sequence)
  const { start, stops } = route
  const late = longListeners(route)
  const stopAt: StopAt = new Map(stops.map((stop) => [stop.node, { ...stop, isLate: late.has(stop.id) }]))
  const found: PathCost[] = []
  const none: Count = { took: [], names: [], emails: 0, entries: 0 }
  for (const { took, names, emails, entries } of ways(start, isHeldFrom(start), none, stopAt)) {
    found.push({ name: names.join(', ') || 'default', took, emails, transitions: entries })
    if (found.length === maxPaths) break
  }
  return found
}

/** Late: an end that is listened at for so long that it has a Hold. */
type StopAt = ReadonlyMap<Node, RouteStop & { readonly isLate: boolean }>

const plus = (count: Count, entries: number, emails = 0): Count => ({
  ...count,
  entries: count.entries + entries,
  emails: count.emails + emails,
})

/** Every way on from a node; the default one first. `isHeld`: the next stop is entered through its Hold. */
function* ways(node: Node, isHeld: boolean, count: Count, stopAt: StopAt): Generator<Count> {
  if (node.kind === 'stop') return yield* arrive(node, isHeld, count, stopAt)
  if (node.kind === 'split') {
    for (const { id, first } of node.paths) yield* ways(first, isHeld, taking(node, id, count), stopAt)
    return
  }
  if (node.kind !== 'fork') return yield* ways(node.next, isHeld, count, stopAt)
  const entries = isHeld ? 2 : 1
  const usual =
    node.step.kind === 'split' ? { ...count, names: namesWith(node, node.paths.at(-1)?.id, count) } : count
  if (isDecidedAhead(node)) {
    yield* ways(node.next, false, plus(usual, entries), stopAt)
    return yield* others(node, plus(count, entries), stopAt)
  }
  yield* ways(node.next, isHeld, usual, stopAt)
  // A branch is decided at the next stop, an event comes before it.
  yield* others(node, plus(count, node.step.kind === 'wait_for' ? entries - 1 : entries), stopAt)
}

function* arrive(node: Node, isHeld: boolean, count: Count, stopAt: StopAt): Generator<Count> {
  const stop = stopAt.get(node)
  if (!stop) return yield count
  if (stop.kind === 'listen') return yield plus(count, isHeld && stop.isLate ? 3 : 2)
  const here = plus(count, isHeld ? 2 : 1, stop.kind === 'send' ? 1 : 0)
  if (stop.last || !stop.node.next) return yield here
  yield* ways(stop.node.next, false, here, stopAt)
}

function* others(fork: ForkNode, count: Count, stopAt: StopAt): Generator<Count> {
  for (const { id, isDefault, first } of fork.paths)
    if (!isDefault) yield* ways(first, landingOf(fork, id).hold, taking(fork, id, count), stopAt)
}

const taking = (node: ForkNode | SplitNode, pathId: string, count: Count): Count => ({
  ...count,
  took: [...count.took, pathId],
  names: namesWith(node, pathId, count),
})

function namesWith(
  { step }: ForkNode | SplitNode,
  pathId: string | undefined,
  { names }: Count,
): Count['names'] {
  const name = pathsOf(step).find(({ id }) => id === pathId)?.name ?? pathId
  return [...names, `${step.id}: ${name}`]
}
