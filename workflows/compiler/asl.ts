/**
 * The checked model → one state machine in Amazon States Language.
 *
 * What the workers answer with, and where it leads (the Cause is always JSON, `{due, via}`, with the whole plan):
 * - `Tendril.Defer`: "not now". To the Hold of the same stop. A new plan that a claim meets before its email went
 *   out is answered with this name too, `via` saying what it was: a state can catch a name only once.
 * - `Tendril.Replan`: "new plan". From an email that listens after its send to the Hold of the next stop; from a
 *   Hold to itself.
 * - `Tendril.Branch.<path id>`: to the path's first stop, through its Hold when it may not be due at once. Caught
 *   from the stop before the fork up to and including the stop where its paths meet again.
 * - `Tendril.At.<stop id>`: "go on from there", to that stop's Hold. Caught where the machine starts: an execution
 *   that follows another one, of this version or of an older one, does not begin at the beginning.
 * - `Tendril.Exit`, `Tendril.SalesReady`, `Tendril.Move`: the execution succeeds.
 *
 * Entries that are billed: an email 1; a stop reached through its Hold 1 more; a branch on score or field or an
 * uneven split 1 more on any path but the default; a branch that must be decided ahead of its paths 1 more on all of
 * them ("Decide"); an end that is listened at 2 ("Listen", "Completed"); the start of another sequence 1; an act
 * that no other stop can do 1. The paths of an even split share their states, which costs nothing: the plan holds
 * one step of each state.
 *
 * "Decide" and "Listen" are holds (`op: hold`): nothing is sent. The branch of a "Decide" stop is decided by the
 * message of its own state, not by that of its Hold. A last email followed by a wait listens like any other email: it times
 * out to "Listen", whose claim settles what is left, and from there to "Completed".
 *
 * An execution ends within a year: by its day 350 every state times out, and the worker that is told before the
 * time of its step moves the enrolment to an execution of its own.
 */
import { type Node, type Route, routeOf } from '../../domain/route.ts'
import { isHeldFrom, landingOf, leadsFrom } from '../../domain/route-lead.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { longListeners } from './asl-long.ts'
import { namesOf, type StateNames } from './asl-names.ts'
import { type StateMachine, type SucceedState, type TaskState, taskOf, terminal } from './asl-state.ts'

const oneYearLessADay = 364 * 86_400

/** The stops that share one state; never empty. */
type Group = Route['groups'][number]

interface Plan {
  readonly route: Route
  readonly names: ReadonlyMap<string, StateNames>
  readonly groupAt: ReadonlyMap<Node, Group>
}

/** The state machine of a sequence, with `${SendQueueUrl}` to be put in. */
export function stateMachineOf(sequence: Sequence): StateMachine {
  const route = routeOf(sequence)
  const { groups } = route
  const groupAt = new Map(groups.flatMap((group) => group.map(({ node }): [Node, Group] => [node, group])))
  const plan: Plan = { route, names: namesOf(groups, longListeners(route)), groupAt }
  return {
    Comment: `${sequence.name} (${sequence.id}, version ${sequence.version}). A caught States.Timeout is the normal way on.`,
    QueryLanguage: 'JSONata',
    StartAt: startOf(plan),
    TimeoutSeconds: oneYearLessADay,
    States: Object.fromEntries([...groups.flatMap((group) => statesOf(plan, group)), ...endsOf(route)]),
  }
}

function endsOf(route: Route): readonly (readonly [string, SucceedState])[] {
  const isListened = route.stops.some(({ kind }) => kind === 'listen')
  const names = [terminal.exited, terminal.salesReady, terminal.moved]
  return [...(isListened ? [terminal.completed] : []), ...names].map((name) => [name, { Type: 'Succeed' }])
}

/** The stops to which the ways from a node lead first. */
function groupFrom(plan: Plan, node: Node): Group {
  const [lead] = leadsFrom(node)
  const group = lead && plan.groupAt.get(lead.stop)
  if (!group) throw new RangeError('a way leads to no stop')
  return group
}

function namesAt(plan: Plan, [stop]: Group): StateNames {
  const names = plan.names.get(stop?.id ?? '')
  if (!names) throw new RangeError(`no state for ${stop?.id}`)
  return names
}

const idsOf = (group: Group): readonly string[] => group.map(({ id }) => id)

/** At its email when the sequence begins with one, at its Hold when it begins with a wait. */
function startOf(plan: Plan): string {
  const { start } = plan.route
  const names = namesAt(plan, groupFrom(plan, start))
  return isHeldFrom(start) ? names.hold : names.main
}

/** The stops that follow by default; none after the last message. */
function following(plan: Plan, group: Group): Group | undefined {
  const [stop] = group
  return !stop?.node.next || stop.last ? undefined : groupFrom(plan, stop.node.next)
}

function statesOf(plan: Plan, group: Group): readonly (readonly [string, TaskState])[] {
  const names = namesAt(plan, group)
  const kind = group[0]?.kind ?? 'listen'
  const isListener = kind === 'listen'
  const own = {
    steps: idsOf(group),
    ownHold: names.hold,
    branches: branchesAt(plan, group),
    starts: startsAt(plan, group),
  }
  const waiting = { ...own, op: 'hold', replan: names.hold } as const
  const hold = taskOf({
    ...waiting,
    comment: 'Waits for its time, sends nothing',
    next: { state: names.main, steps: own.steps },
  })
  if (isListener) {
    const next = { state: terminal.completed, steps: own.steps }
    const listen = taskOf({ ...waiting, comment: comments.listen, next })
    return [[names.main, listen], ...(names.hold === names.main ? [] : [[names.hold, hold] as const])]
  }
  const then = following(plan, group)
  const isDecision = kind === 'decide'
  const main = taskOf({
    ...own,
    op: isDecision ? 'hold' : 'send',
    comment: comments[kind],
    ...(then ? { next: { state: namesAt(plan, then).main, steps: idsOf(then) } } : {}),
    replan: then && !isDecision ? namesAt(plan, then).hold : names.hold,
  })
  return [
    [names.main, main],
    [names.hold, hold],
  ]
}

const comments = {
  send: 'Sends the email, then listens until the next stop is due',
  notify: 'Notifies the team, then listens until the next stop is due',
  act: 'Does what the step says, then listens until the next stop is due',
  next: 'Starts the next sequence',
  decide: 'Decides a branch, then listens',
  listen: 'Listens to the end, sends nothing',
}

/** Where an execution begins that goes on from another one: at the Hold of any stop. */
function startsAt(plan: Plan, group: Group): ReadonlyMap<string, readonly string[]> {
  if (group !== groupFrom(plan, plan.route.start)) return new Map()
  return new Map(plan.route.groups.map((one) => [namesAt(plan, one).hold, idsOf(one)]))
}

/** The diverts to branch paths that are caught at a stop. */
function branchesAt(plan: Plan, group: Group): ReadonlyMap<string, string> {
  const open = new Set(group.flatMap(({ open = [], meets = [] }) => [...open, ...meets]))
  return new Map(
    plan.route.forks
      .filter(({ step }) => open.has(step.id))
      .flatMap((fork) =>
        fork.paths
          .filter((path) => !path.isDefault)
          .map((path): [string, string] => {
            const names = namesAt(plan, groupFrom(plan, path.first))
            return [path.id, landingOf(fork, path.id).hold ? names.hold : names.main]
          }),
      ),
  )
}
