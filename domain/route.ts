/**
 * A sequence as a route: its steps linked to what follows them, and the stops on it. A stop is what the execution
 * has a state for: an email, a notification, an act that no other stop can do, the start of another sequence, a
 * decision that must be made ahead of its paths, or an end that is listened at. The paths of an even split share
 * their states: route-link.ts says which splits are even, and where acts are done.
 */
import type { Stop } from './enrolment.ts'
import { forksOn, isDecidedAhead, leadsFrom } from './route-lead.ts'
import { linked } from './route-link.ts'
import type {
  ActStep,
  BranchStep,
  EndStep,
  NextStep,
  NotifyStep,
  SendStep,
  Sequence,
  SplitStep,
  Step,
  Wait,
  WaitForStep,
} from './sequence.ts'

export interface StopNode {
  readonly kind: 'stop'
  readonly step: SendStep | NotifyStep | ActStep | EndStep | NextStep
  readonly on: Stop['on']
  /** Nothing follows an end or the start of another sequence. */
  readonly next?: Node
}

export interface WaitNode {
  readonly kind: 'wait'
  readonly wait: Wait
  readonly next: Node
}

/** An act that is done with the stop behind it (`before`), or with the message right in front of it (`after`). */
export interface ActNode {
  readonly kind: 'act'
  readonly step: ActStep
  readonly place: 'before' | 'after'
  readonly next: Node
}

export interface ForkPath {
  readonly id: string
  readonly isDefault: boolean
  readonly first: Node
}

interface Parting {
  readonly on: Stop['on']
  readonly paths: readonly ForkPath[]
  /** The first node of the default path. */
  readonly next: Node
  /** Where the paths meet again. */
  readonly after: Node
}

/** Paths of which one is taken by a divert. */
export interface ForkNode extends Parting {
  readonly kind: 'fork'
  readonly step: BranchStep | WaitForStep | SplitStep
}

/** An even split: every lead has its path from the start, and the k-th stops of the paths share one state. */
export interface SplitNode extends Parting {
  readonly kind: 'split'
  readonly step: SplitStep
}

export type Node = StopNode | WaitNode | ActNode | ForkNode | SplitNode

export type StopKind = 'send' | 'notify' | 'act' | 'next' | 'decide' | 'listen'

/**
 * A stop with what it is. `decide` and `listen` are holds: no message comes of them, so no record is theirs. A
 * `listen` stop is last too, but it ends by itself when its time has come.
 */
export interface RouteStop extends Stop {
  readonly kind: StopKind
  readonly node: StopNode | ForkNode
}

export interface Route {
  readonly start: Node
  readonly stops: readonly RouteStop[]
  readonly byId: ReadonlyMap<string, RouteStop>
  readonly forks: readonly ForkNode[]
  readonly splits: readonly SplitNode[]
  /** Attached or stops of their own. */
  readonly acts: readonly ActStep[]
  /** The stops that share one state, in file order of the first of them; most are alone. */
  readonly groups: readonly (readonly RouteStop[])[]
}

const routes = new WeakMap<Sequence, Route>()

/** The route of a checked sequence. */
export function routeOf(sequence: Sequence): Route {
  const known = routes.get(sequence)
  if (known) return known
  const start = linked(closed(sequence.steps), undefined, [])
  if (!start) throw new RangeError(`the sequence ${sequence.id} has no steps`)
  const nodes = [...nodesFrom(start)]
  const forks = nodes.filter((node) => node.kind === 'fork')
  const splits = nodes.filter((node) => node.kind === 'split')
  const stops = nodes.flatMap((node) => stopOf(node, nodes)).map((stop) => withForks(stop, forks))
  const byId = new Map(stops.map((stop) => [stop.id, stop]))
  const acts = nodes.flatMap((node) => (node.kind !== 'wait' && node.step.kind === 'act' ? [node.step] : []))
  const route = { start, stops, forks, splits, acts, byId, groups: groupsOf(stops, splits) }
  routes.set(sequence, route)
  return route
}

/** The stops in file order: what the arbiter goes by. */
export const stopsOf = (sequence: Sequence): readonly RouteStop[] => routeOf(sequence).stops

/** The stop that a branch is decided at when it must be decided ahead of its default path's first stop. */
export const decisionId = (branch: string): string => `${branch}.decide`

/** Whether a stop or fork lies on the way taken; a branch that is not named took its default. */
export const isOn = (on: Stop['on'], took: Readonly<Record<string, string>>): boolean =>
  on.every(({ branch, path, isDefault }) => (took[branch] === undefined ? isDefault : took[branch] === path))

function closed(steps: readonly Step[]): readonly Step[] {
  const last = steps.at(-1)
  if (last?.kind === 'end' || last?.kind === 'next') return steps
  return [...steps, { kind: 'end', id: 'end', outcome: 'finished' }]
}

const parts = (node: Node): node is ForkNode | SplitNode => node.kind === 'fork' || node.kind === 'split'

/** Every node once, in file order. */
function* nodesFrom(start: Node, until?: Node): Generator<Node> {
  for (let at: Node | undefined = start; at && at !== until; at = parts(at) ? at.after : at.next) {
    yield at
    if (parts(at)) for (const { first } of at.paths) yield* nodesFrom(first, at.after)
  }
}

function stopOf(node: Node, nodes: readonly Node[]): readonly RouteStop[] {
  if (node.kind === 'fork') {
    if (!isDecidedAhead(node)) return []
    const { on, step } = node
    return [{ id: decisionId(step.id), on, last: false, silent: true, kind: 'decide', node }]
  }
  if (node.kind !== 'stop') return []
  const { on, step } = node
  if (step.kind === 'end') {
    return isListenedAt(node, nodes)
      ? [{ id: step.id, on, last: true, silent: true, kind: 'listen', node }]
      : []
  }
  const last = step.kind === 'next' || endsAtOnce(node)
  const silent = step.kind === 'next' || step.kind === 'act'
  return [{ id: step.id, on, last, ...(silent && { silent }), kind: step.kind, node }]
}

/** Which forks are still open at a stop. */
function withForks(stop: RouteStop, forks: readonly ForkNode[]): RouteStop {
  const { node, on } = stop
  const ways = node.next ? leadsFrom(node.next) : []
  const isAhead = (fork: ForkNode): boolean =>
    ways.some((lead) => lead.stop === fork || forksOn(lead).includes(fork))
  const isInside = ({ step }: ForkNode): boolean => on.some(({ branch }) => branch === step.id)
  const open = forks.filter((fork) => node === fork || isInside(fork) || isAhead(fork))
  const meets = forks.filter(({ after }) => leadsFrom(after).some((lead) => lead.stop === node))
  const ids = (some: readonly ForkNode[]): readonly string[] => some.map(({ step }) => step.id)
  return {
    ...stop,
    ...(open.length > 0 && { open: ids(open) }),
    ...(meets.length > 0 && { meets: ids(meets) }),
  }
}

/** Nothing comes after this message, not even a wait: its worker ends the execution. */
const endsAtOnce = ({ next }: StopNode): boolean =>
  next !== undefined &&
  leadsFrom(next).every(
    ({ stop, waits }) => stop.kind === 'stop' && stop.step.kind === 'end' && waits.length === 0,
  )

/** An end that is reached in any way other than straight from the last message. */
function isListenedAt(end: StopNode, nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    if (node.kind !== 'fork' && node.kind !== 'stop') return false
    const ways = node.kind === 'fork' ? node.paths.map((path) => path.first) : node.next ? [node.next] : []
    return ways
      .flatMap(leadsFrom)
      .some(({ stop, waits }) => stop === end && (node.kind === 'fork' || waits.length > 0))
  })
}

/** The k-th stops of an even split's paths belong together. */
function groupsOf(
  stops: readonly RouteStop[],
  splits: readonly SplitNode[],
): readonly (readonly RouteStop[])[] {
  const beside = new Map<RouteStop, readonly RouteStop[]>()
  for (const { step, paths } of splits) {
    const columns = paths.map(({ id }) =>
      stops.filter(({ on }) => on.some(({ branch, path }) => branch === step.id && path === id)),
    )
    for (const [row] of columns[0]?.entries() ?? []) {
      const group = columns.flatMap((column) => column[row] ?? [])
      for (const stop of group) beside.set(stop, group)
    }
  }
  return [...new Set(stops.map((stop) => beside.get(stop) ?? [stop]))]
}
