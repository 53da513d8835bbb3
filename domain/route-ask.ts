/** What the workers ask of a route: what is to be done and decided at a stop, what is listened for, what comes after. */
import { claim } from './arbiter.ts'
import { mayDecide } from './arbiter-decide.ts'
import type { Arbiter, Due, Hop } from './enrolment.ts'
import { type ForkNode, isOn, type Node, type RouteStop, routeOf, stopsOf } from './route.ts'
import { forksOn, isHeldFrom, type Lead, leadsFrom } from './route-lead.ts'
import type { ActStep, BranchStep, Sequence, SplitStep, WaitForStep } from './sequence.ts'

type Took = Readonly<Record<string, string>>

/** The stop of this id, if the sequence has one. */
export const stopOfId = (sequence: Sequence, stepId: string): RouteStop | undefined =>
  routeOf(sequence).byId.get(stepId)

interface Origin {
  /** The stop that the way begins behind; none at the start of the sequence or of a path. */
  readonly stop?: RouteStop
  /** The path that the way begins with. */
  readonly path?: { readonly fork: ForkNode; readonly id: string }
  readonly lead: Lead
}

const originsBySequence = new WeakMap<Sequence, readonly Origin[]>()

/** Every way on which one stop follows another. */
function originsOf(sequence: Sequence): readonly Origin[] {
  const known = originsBySequence.get(sequence)
  if (known) return known
  const route = routeOf(sequence)
  const behind = (stop: RouteStop): readonly Origin[] => {
    const next: Node | undefined = stop.node.next
    return next ? leadsFrom(next).map((lead) => ({ stop, lead })) : []
  }
  const paths = route.forks.flatMap((fork) =>
    fork.paths.flatMap(({ id, isDefault, first }) =>
      isDefault ? [] : leadsFrom(first).map((lead) => ({ path: { fork, id }, lead })),
    ),
  )
  const starts = leadsFrom(route.start).map((lead) => ({ lead }))
  const origins = [...starts, ...route.stops.flatMap(behind), ...paths]
  originsBySequence.set(sequence, origins)
  return origins
}

const isAt = (sequence: Sequence, lead: Lead, stepId: string): boolean =>
  routeOf(sequence).byId.get(stepId)?.node === lead.stop

const isDefault = ({ step, paths }: ForkNode, took: Took): boolean =>
  (took[step.id] ?? paths.at(-1)?.id) === paths.at(-1)?.id

/** Whether this is the way that was taken: of all ways to a stop, exactly one is. */
function isTaken({ stop, path, lead }: Origin, took: Took): boolean {
  if (stop && !isOn(stop.on, took)) return false
  if (stop?.node.kind === 'fork' && !isDefault(stop.node, took)) return false
  if (path && (took[path.fork.step.id] !== path.id || !isOn(path.fork.on, took))) return false
  return isOn(lead.on, took) && forksOn(lead).every((fork) => isDefault(fork, took))
}

/** What is decided by a worker, not by an event. */
export type Decision = BranchStep | SplitStep

/**
 * What comes before a stop's claim, in order: acts, and the branches and splits that are still to be decided. All
 * behind a decision is for its default path; any other path is a divert, and what lies on it comes with the hop
 * that follows it.
 */
export function stepsBefore(
  sequence: Sequence,
  stepId: string,
  took: Took = {},
): readonly (ActStep | Decision)[] {
  const stop = stopOfId(sequence, stepId)
  const way = originsOf(sequence).find(
    (origin) => isAt(sequence, origin.lead, stepId) && isTaken(origin, took),
  )
  const passed = [...(way?.lead.passed ?? []), ...(stop?.node.kind === 'fork' ? [stop.node] : [])]
  return passed.flatMap((node): readonly (ActStep | Decision)[] => {
    if (node.kind === 'act') return node.place === 'before' ? [node.step] : []
    return node.step.kind === 'wait_for' || took[node.step.id] !== undefined ? [] : [node.step]
  })
}

/**
 * The acts that are done when this stop's message arrives, outermost way first, as far as its way is decided: those
 * behind a branch of `branchesBefore` come once `took` names the path that was chosen there.
 */
export function actsBefore(sequence: Sequence, stepId: string, took: Took = {}): readonly ActStep[] {
  const steps = stepsBefore(sequence, stepId, took)
  const open = steps.findIndex(({ kind }) => kind !== 'act')
  return steps.slice(0, open === -1 ? steps.length : open).filter((step) => step.kind === 'act')
}

/** The acts that are done once this stop's message is settled. */
export function actsAfter(sequence: Sequence, stepId: string): readonly ActStep[] {
  const acts: ActStep[] = []
  let node = stopOfId(sequence, stepId)?.node.next
  for (; node?.kind === 'act' && node.place === 'after'; node = node.next) acts.push(node.step)
  return acts
}

/** The act of this id, wherever it is done. */
export const actOfId = (sequence: Sequence, stepId: string): ActStep | undefined =>
  routeOf(sequence).acts.find(({ id }) => id === stepId)

/**
 * The branches on score or field and the uneven splits that are to be decided before this stop is claimed,
 * outermost first; those already decided (`took`) are left out. Ask for a message (op `send`), and for a hold only where
 * a stop of kind `decide` is entered because its time has come: `decisionsAt` does both.
 */
export const branchesBefore = (sequence: Sequence, stepId: string, took: Took = {}): readonly Decision[] =>
  stepsBefore(sequence, stepId, took).filter((step) => step.kind !== 'act')

/** A message of the execution, as far as it matters here. */
type Arrival = Pick<Hop, 'op' | 'step' | 'n' | 'via'>
type Place = Pick<Arbiter, 'due' | 'took'>

/** How far a worker's clock may be behind that of the execution. */
const skew = 900

/** Whether a stop's own time has come: its email is to be sent, its act to be done, its branch to be decided. */
function isReached(sequence: Sequence, hop: Arrival, due: Due, now: number): boolean {
  if (hop.op === 'send') return true
  if (stopOfId(sequence, hop.step)?.kind !== 'decide') return false
  // Its Hold is a hold too: there an execution is diverted to, or starts when the decision has to wait.
  const isHeld = hop.via !== undefined || (hop.n === 0 && isHeldFrom(routeOf(sequence).start))
  return !isHeld && (due[hop.step] ?? Number.POSITIVE_INFINITY) <= now + skew
}

/** The branches and splits to decide when a message of the execution arrives. */
export const decisionsAt = (
  sequence: Sequence,
  hop: Arrival,
  { due, took }: Place,
  now: number,
): readonly Decision[] => (isReached(sequence, hop, due, now) ? branchesBefore(sequence, hop.step, took) : [])

/**
 * All that a message brings before its claim, in order: acts, decisions, and last the stop's own act. Nothing when
 * it will not be claimed. Whoever decides for a path other than the default one diverts and leaves the rest.
 */
export function stepsAt(
  sequence: Sequence,
  hop: Hop,
  item: Arbiter,
  now: number,
): readonly (ActStep | Decision)[] {
  const ctx = { now, route: stopsOf(sequence) }
  if (!mayDecide(item, hop, ctx)) return []
  const { due, took } = claim(item, hop, ctx)
  if (!isReached(sequence, hop, due, now)) return []
  const own = stopOfId(sequence, hop.step)?.node.step
  return [...stepsBefore(sequence, hop.step, took), ...(own?.kind === 'act' ? [own] : [])]
}

export interface Listening {
  readonly step: WaitForStep
  /** The path that the event leads to: `Tendril.Branch.<path>`. */
  readonly path: string
  /** The key of `due` from which on it listens; none: since the sequence began. */
  readonly opens?: string
  /** The key of `due` until which it listens. */
  readonly closes: string
}

function listeningOn({ stop, path, lead }: Origin): readonly Listening[] {
  let opens = stop?.id ?? path?.fork.step.id
  return forksOn(lead).flatMap(({ step }) => {
    if (step.kind !== 'wait_for') return []
    const found = { step, path: step.yes.id, closes: step.id, ...(opens === undefined ? {} : { opens }) }
    opens = step.id
    return [found]
  })
}

const isNear = (sequence: Sequence, { stop, lead }: Origin, stepId: string): boolean =>
  stop?.id === stepId || isAt(sequence, lead, stepId)

/** The wait_for steps that an enrolment may listen for while this is its current step, sent or still held. */
export const listensAt = (sequence: Sequence, stepId: string): readonly Listening[] =>
  originsOf(sequence)
    .filter((origin) => isNear(sequence, origin, stepId))
    .flatMap(listeningOn)

/** Those of them that are open at this instant: the plan says so, and they have not been taken yet. */
export function listeningNow(
  sequence: Sequence,
  item: { readonly step?: string; readonly due: Due; readonly took: Took },
  at: number,
): readonly Listening[] {
  const { step: current, due, took } = item
  if (current === undefined) return []
  const isOpen = ({ opens, closes }: Listening): boolean =>
    at >= (opens === undefined ? 0 : (due[opens] ?? Number.POSITIVE_INFINITY)) && at < (due[closes] ?? 0)
  const open = originsOf(sequence)
    .filter((origin) => isNear(sequence, origin, current) && isTaken(origin, took))
    .flatMap(listeningOn)
    .filter((one) => isOpen(one) && took[one.step.id] === undefined)
  return [...new Map(open.map((one) => [one.step.id, one])).values()]
}

/** The sequence that this stop starts. */
export function nextSequenceAfter(sequence: Sequence, stepId: string): string | undefined {
  const step = stopOfId(sequence, stepId)?.node.step
  return step?.kind === 'next' ? step.sequence : undefined
}
