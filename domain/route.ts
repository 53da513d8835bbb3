/**
 * A sequence as a route: its steps linked to what follows them, and the stops on it. A stop is what the execution
 * has a state for: an email, a notification, the start of another sequence, a decision that must be made ahead of
 * its paths, or an end that is listened at.
 */
import type { Stop } from './enrolment.ts'
import { isDecidedAhead, leadFrom } from './route-lead.ts'
import type {
  BranchStep,
  EndStep,
  NextStep,
  NotifyStep,
  Path,
  SendStep,
  Sequence,
  Step,
  Wait,
  WaitForStep,
} from './sequence.ts'

export interface StopNode {
  readonly kind: 'stop'
  readonly step: SendStep | NotifyStep | EndStep | NextStep
  readonly on: Stop['on']
  /** Nothing follows an end or the start of another sequence. */
  readonly next?: Node
}

export interface WaitNode {
  readonly kind: 'wait'
  readonly wait: Wait
  readonly next: Node
}

export interface ForkPath {
  readonly id: string
  readonly isDefault: boolean
  readonly first: Node
}

export interface ForkNode {
  readonly kind: 'fork'
  readonly step: BranchStep | WaitForStep
  readonly on: Stop['on']
  readonly paths: readonly ForkPath[]
  /** The first node of the default path. */
  readonly next: Node
  /** Where the paths meet again. */
  readonly after: Node
}

export type Node = StopNode | WaitNode | ForkNode

export type StopKind = 'send' | 'notify' | 'next' | 'decide' | 'listen'

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
}

const routes = new WeakMap<Sequence, Route>()

/** The route of a checked sequence. */
export function routeOf(sequence: Sequence): Route {
  const known = routes.get(sequence)
  if (known) return known
  const steps = closed(sequence.steps)
  const start = build(steps, undefined, [])
  if (!start) throw new RangeError(`the sequence ${sequence.id} has no steps`)
  const nodes = nodesFrom(start)
  const forks = nodes.filter((node) => node.kind === 'fork')
  const stops = nodes.flatMap((node) => stopOf(node, nodes))
  const route = { start, stops, forks, byId: new Map(stops.map((stop) => [stop.id, stop])) }
  routes.set(sequence, route)
  return route
}

/** The stops in file order: what the arbiter goes by. */
export const stopsOf = (sequence: Sequence): readonly RouteStop[] => routeOf(sequence).stops

/** The stop that a branch is decided at when it must be decided ahead of its default path's first stop. */
export const decisionId = (branch: string): string => `${branch}.decide`

function closed(steps: readonly Step[]): readonly Step[] {
  const last = steps.at(-1)
  if (last?.kind === 'end' || last?.kind === 'next') return steps
  return [...steps, { kind: 'end', id: 'end', outcome: 'finished' }]
}

function build(steps: readonly Step[], after: Node | undefined, on: Stop['on']): Node | undefined {
  let following = after
  for (const step of steps.toReversed()) following = link(step, following, on)
  return following
}

function link(step: Step, following: Node | undefined, on: Stop['on']): Node {
  if (step.kind === 'end' || step.kind === 'next') return { kind: 'stop', step, on }
  if (!following) throw new RangeError('a path leads nowhere')
  if (step.kind === 'wait') return { kind: 'wait', wait: step.wait, next: following }
  if (step.kind === 'branch' || step.kind === 'wait_for') return fork(step, following, on)
  if (step.kind === 'act' || step.kind === 'split') throw new RangeError(`no route for ${step.kind} yet`)
  return { kind: 'stop', step, on, next: following }
}

/** The paths of a branch or wait_for; the last one is the default. */
export const pathsOf = (step: BranchStep | WaitForStep): readonly Path[] =>
  step.kind === 'branch' ? step.paths : [step.yes, step.no]

function fork(step: BranchStep | WaitForStep, after: Node, on: Stop['on']): ForkNode {
  const given = pathsOf(step)
  const paths = given.map((path, index) => {
    const isDefault = index === given.length - 1
    const inside = [...on, { branch: step.id, path: path.id, isDefault }]
    return { id: path.id, isDefault, first: build(path.steps, after, inside) ?? after }
  })
  return { kind: 'fork', step, on, paths, next: paths.at(-1)?.first ?? after, after }
}

/** Every node once, in file order. */
function nodesFrom(start: Node): readonly Node[] {
  const seen = new Set<Node>()
  const visit = (node: Node | undefined, until?: Node): void => {
    for (let at = node; at && at !== until && !seen.has(at); at = afterOf(at)) {
      seen.add(at)
      if (at.kind === 'fork') for (const path of at.paths) visit(path.first, at.after)
    }
  }
  visit(start)
  return [...seen]
}

const afterOf = (node: Node): Node | undefined => (node.kind === 'fork' ? node.after : node.next)

function stopOf(node: Node, nodes: readonly Node[]): readonly RouteStop[] {
  if (node.kind === 'wait') return []
  const { on, step } = node
  if (node.kind === 'fork') {
    if (!isDecidedAhead(node)) return []
    return [{ id: decisionId(step.id), on, last: false, silent: true, kind: 'decide', node }]
  }
  if (step.kind === 'end') {
    return isListenedAt(node, nodes)
      ? [{ id: step.id, on, last: true, silent: true, kind: 'listen', node }]
      : []
  }
  const last = step.kind === 'next' || endsAtOnce(node)
  const silent = step.kind === 'next'
  return [{ id: step.id, on, last, ...(silent && { silent }), kind: step.kind as StopKind, node }]
}

/** Nothing comes after this message, not even a wait: its worker ends the execution. */
function endsAtOnce(node: StopNode): boolean {
  const lead = node.next && leadFrom(node.next)
  return lead?.stop.kind === 'stop' && lead.stop.step.kind === 'end' && lead.waits.length === 0
}

/** An end that is reached in any way other than straight from the last message. */
function isListenedAt(end: StopNode, nodes: readonly Node[]): boolean {
  return nodes.some((node) => {
    if (node.kind === 'wait') return false
    const ways = node.kind === 'fork' ? node.paths.map((path) => path.first) : node.next ? [node.next] : []
    return ways.some((way) => {
      const lead = leadFrom(way)
      return lead.stop === end && (node.kind === 'fork' || lead.waits.length > 0)
    })
  })
}
