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
 * - `Tendril.Exit`, `Tendril.SalesReady`, `Tendril.Move`: the execution succeeds.
 *
 * Entries that are billed: an email 1; a stop reached through its Hold 1 more; a branch on score or field 1 more on
 * any path but the default; a branch that must be decided ahead of its paths 1 more on all of them ("Decide"); an
 * end that is listened at 2 ("Listen", "Completed"); the start of another sequence 1.
 *
 * "Decide" and "Listen" are holds (`op: hold`): nothing is sent. The branch of a "Decide" stop is decided when its
 * message arrives and its time has come. A last email followed by a wait listens like any other email: it times
 * out to "Listen", whose claim settles what is left, and from there to "Completed".
 */
import { type ForkNode, type Route, type RouteStop, routeOf, type StopNode } from '../../domain/route.ts'
import { landingOf, leadFrom } from '../../domain/route-lead.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { namesOf, type StateNames } from './asl-names.ts'
import { type StateMachine, type SucceedState, type TaskState, taskOf, terminal } from './asl-state.ts'

const oneYearLessADay = 364 * 86_400

interface Plan {
  readonly route: Route
  readonly names: ReadonlyMap<string, StateNames>
  readonly stopAt: ReadonlyMap<StopNode | ForkNode, RouteStop>
}

/** The state machine of a sequence, with `${SendQueueUrl}` to be put in. */
export function stateMachineOf(sequence: Sequence): StateMachine {
  const route = routeOf(sequence)
  const stopAt = new Map(route.stops.map((stop) => [stop.node, stop]))
  const plan: Plan = { route, names: namesOf(route.stops), stopAt }
  return {
    Comment: `${sequence.name} (${sequence.id}, version ${sequence.version}). A caught States.Timeout is the normal way on.`,
    QueryLanguage: 'JSONata',
    StartAt: startOf(plan),
    TimeoutSeconds: oneYearLessADay,
    States: Object.fromEntries([...route.stops.flatMap((stop) => statesOf(plan, stop)), ...endsOf(route)]),
  }
}

function endsOf(route: Route): readonly (readonly [string, SucceedState])[] {
  const isListened = route.stops.some(({ kind }) => kind === 'listen')
  const names = [terminal.exited, terminal.salesReady, terminal.moved]
  return [...(isListened ? [terminal.completed] : []), ...names].map((name) => [name, { Type: 'Succeed' }])
}

function stopOf(plan: Plan, node: StopNode | ForkNode): RouteStop {
  const stop = plan.stopAt.get(node)
  if (!stop) throw new RangeError(`no stop at ${node.step.id}`)
  return stop
}

function namesAt(plan: Plan, stop: RouteStop): StateNames {
  const names = plan.names.get(stop.id)
  if (!names) throw new RangeError(`no state for ${stop.id}`)
  return names
}

/** At its email when the sequence begins with one, at its Hold when it begins with a wait. */
function startOf(plan: Plan): string {
  const lead = leadFrom(plan.route.start)
  const stop = stopOf(plan, lead.stop)
  const names = namesAt(plan, stop)
  return lead.waits.length > 0 || stop.kind === 'decide' ? names.hold : names.main
}

/** The stop that follows by default; none after the last message. */
function following(plan: Plan, stop: RouteStop): RouteStop | undefined {
  const { next } = stop.node
  return stop.last || !next ? undefined : stopOf(plan, leadFrom(next).stop)
}

function statesOf(plan: Plan, stop: RouteStop): readonly (readonly [string, TaskState])[] {
  const names = namesAt(plan, stop)
  const branches = branchesAt(plan, stop)
  const own = { step: stop.id, ownHold: names.hold, branches }
  const then = following(plan, stop)
  const held = stop.kind === 'listen' ? terminal.completed : names.main
  const hold = taskOf({
    ...own,
    op: 'hold',
    comment:
      stop.kind === 'listen' ? 'Listens to the end, sends nothing' : 'Waits for its time, sends nothing',
    next: { state: held, due: stop.id },
    replan: names.hold,
  })
  if (stop.kind === 'listen') return [[names.main, hold]]
  const next = then && { state: namesAt(plan, then).main, due: then.id }
  const isDecision = stop.kind === 'decide'
  const main = taskOf({
    ...own,
    op: isDecision ? 'hold' : 'send',
    comment: isDecision ? 'Decides a branch, then listens' : comments[stop.kind],
    ...(next ? { next } : {}),
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
  next: 'Starts the next sequence',
}

/** The diverts to branch paths that are caught at a stop. */
function branchesAt(plan: Plan, stop: RouteStop): ReadonlyMap<string, string> {
  const caught = plan.route.forks.filter((fork) => isWithin(plan, fork, stop))
  return new Map(
    caught.flatMap((fork) =>
      fork.paths
        .filter((path) => !path.isDefault)
        .map((path): [string, string] => {
          const landing = landingOf(fork, path.id)
          const names = namesAt(plan, stopOf(plan, landing.stop))
          return [path.id, landing.hold ? names.hold : names.main]
        }),
    ),
  )
}

/** From the stop before a fork up to and including the stop where its paths meet again. */
function isWithin(plan: Plan, fork: ForkNode, stop: RouteStop): boolean {
  if (stop.node === fork || stop.on.some(({ branch }) => branch === fork.step.id)) return true
  if (plan.stopAt.get(leadFrom(fork.after).stop) === stop) return true
  const lead = stop.node.next && leadFrom(stop.node.next)
  return lead !== undefined && (lead.stop === fork || lead.forks.includes(fork))
}
