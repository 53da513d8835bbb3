/** What each path of a sequence costs in billed state entries: printed by `tendril check`. */
import { type ForkNode, type Node, pathsOf, type RouteStop, routeOf } from '../../domain/route.ts'
import { landingOf, leadFrom } from '../../domain/route-lead.ts'
import type { Sequence } from '../../domain/sequence.ts'

export interface PathCost {
  /** The paths taken other than the default ones, for people: "clicked-checklist: yes". */
  readonly name: string
  /** Their ids, in order. */
  readonly took: readonly string[]
  readonly emails: number
  /** State entries of an execution that takes it from start to end, nothing held back; at most. */
  readonly transitions: number
}

interface Count {
  readonly took: readonly { readonly id: string; readonly name: string }[]
  readonly emails: number
  readonly entries: number
}

/** More paths than this are not listed. */
export const maxPaths = 256

/** The paths of a sequence with what they cost; the default path first. */
export function transitionsOf(sequence: Sequence): readonly PathCost[] {
  const { start, stops } = routeOf(sequence)
  const stopAt = new Map<Node, RouteStop>(stops.map((stop) => [stop.node, stop]))
  const lead = leadFrom(start)
  const held = lead.waits.length > 0 || lead.stop.kind === 'fork'
  const found: PathCost[] = []
  for (const { took, emails, entries } of ways(start, held, { took: [], emails: 0, entries: 0 }, stopAt)) {
    const name = took.map((path) => path.name).join(', ') || 'default'
    found.push({ name, took: took.map(({ id }) => id), emails, transitions: entries })
    if (found.length === maxPaths) break
  }
  return found
}

type StopAt = ReadonlyMap<Node, RouteStop>

const plus = (count: Count, entries: number, emails = 0): Count => ({
  ...count,
  entries: count.entries + entries,
  emails: count.emails + emails,
})

/** Every way on from a node; the default one first. `held`: the next stop is entered through its Hold. */
function* ways(node: Node, held: boolean, count: Count, stopAt: StopAt): Generator<Count> {
  const lead = leadFrom(node)
  const stop = stopAt.get(lead.stop)
  const entries = held ? 2 : 1
  if (stop) yield* arrive(stop, entries, count, stopAt)
  else yield count
  for (const fork of lead.forks) {
    const spent = fork.step.kind === 'branch' ? entries : entries - 1
    yield* others(fork, plus(count, spent), stopAt)
  }
}

function* arrive(stop: RouteStop, entries: number, count: Count, stopAt: StopAt): Generator<Count> {
  const { node, kind } = stop
  if (kind === 'listen') return yield plus(count, 2)
  const here = plus(count, entries, kind === 'send' ? 1 : 0)
  if (stop.last || !node.next) return yield here
  yield* ways(node.next, false, here, stopAt)
  if (node.kind === 'fork') yield* others(node, here, stopAt)
}

function* others(fork: ForkNode, count: Count, stopAt: StopAt): Generator<Count> {
  for (const path of fork.paths) {
    if (path.isDefault) continue
    const name = pathsOf(fork.step).find(({ id }) => id === path.id)?.name ?? path.id
    const took = [...count.took, { id: path.id, name: `${fork.step.id}: ${name}` }]
    yield* ways(path.first, landingOf(fork, path.id).hold, { ...count, took }, stopAt)
  }
}
