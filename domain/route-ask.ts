/** What the workers ask of a route: what is to be decided at a stop, what is listened for, what comes after. */
import type { Due, Stop } from './enrolment.ts'
import { type ForkNode, type Node, type RouteStop, routeOf, stopsOf } from './route.ts'
import { type Lead, leadFrom } from './route-lead.ts'
import type { BranchStep, Sequence, WaitForStep } from './sequence.ts'

type Took = Readonly<Record<string, string>>

/** The stop of this id, if the sequence has one. */
export const stopOfId = (sequence: Sequence, stepId: string): RouteStop | undefined =>
  routeOf(sequence).byId.get(stepId)

interface Origin {
  /** The stop that the way begins behind; none at the start of the sequence or of a path. */
  readonly stop?: RouteStop
  /** The path that the way begins with. */
  readonly path?: { readonly branch: string; readonly path: string }
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
    return next ? [{ stop, lead: leadFrom(next) }] : []
  }
  const paths = route.forks.flatMap(({ step, paths: all }) =>
    all.flatMap(({ id, isDefault, first }) =>
      isDefault ? [] : [{ path: { branch: step.id, path: id }, lead: leadFrom(first) }],
    ),
  )
  const origins = [{ lead: leadFrom(route.start) }, ...route.stops.flatMap(behind), ...paths]
  originsBySequence.set(sequence, origins)
  return origins
}

const isAt = (sequence: Sequence, lead: Lead, stepId: string): boolean =>
  routeOf(sequence).byId.get(stepId)?.node === lead.stop

/** Whether the path that a stop or fork lies on is the one taken; a branch that is not named took its default. */
const isOn = (on: Stop['on'], took: Took): boolean =>
  on.every(({ branch, path, isDefault }) => (took[branch] === undefined ? isDefault : took[branch] === path))

/**
 * The branches on score or field that are to be decided before this stop is claimed, outermost first; those
 * already decided otherwise (`took`) are left out. Ask for a message (op `send`), and for a hold only at a stop of
 * kind `decide` whose time has come: `decisionsAt` does both.
 */
export function branchesBefore(sequence: Sequence, stepId: string, took: Took = {}): readonly BranchStep[] {
  const stop = stopOfId(sequence, stepId)
  const forks =
    stop?.node.kind === 'fork'
      ? [stop.node]
      : originsOf(sequence)
          .filter(({ lead }) => isAt(sequence, lead, stepId))
          .flatMap(({ lead }) => lead.forks)
  const open = forks.filter((fork) => isOn(fork.on, took) && took[fork.step.id] === undefined)
  return [...new Set(open)].flatMap(({ step }) => (step.kind === 'branch' ? [step] : []))
}

/** The branches to decide when a message of the execution arrives. */
export function decisionsAt(
  sequence: Sequence,
  hop: { readonly op: 'send' | 'hold'; readonly step: string },
  item: { readonly due: Due; readonly took: Took },
  now: number,
): readonly BranchStep[] {
  const isDecision = stopOfId(sequence, hop.step)?.kind === 'decide'
  const isDue = (item.due[hop.step] ?? Number.POSITIVE_INFINITY) <= now
  return hop.op === 'send' || (isDecision && isDue) ? branchesBefore(sequence, hop.step, item.took) : []
}

export interface Listening {
  readonly step: WaitForStep
  /** The path that the event leads to: `Tendril.Branch.<path>`. */
  readonly path: string
  /** The key of `due` from which on it listens; none: since the path or the sequence began. */
  readonly opens?: string
  /** The key of `due` until which it listens. */
  readonly closes: string
  /** Only behind this path: its way begins there. */
  readonly behind?: { readonly branch: string; readonly path: string }
}

function listeningOn(origin: Origin): readonly (Listening & { readonly fork: ForkNode })[] {
  let opens = origin.stop?.id
  return origin.lead.forks.flatMap((fork) => {
    if (fork.step.kind !== 'wait_for') return []
    const { step } = fork
    const found = {
      fork,
      step,
      path: step.yes.id,
      closes: step.id,
      ...(opens === undefined ? {} : { opens }),
    }
    opens = step.id
    return [found]
  })
}

/** The wait_for steps that an enrolment may listen for while this is its current step, sent or still held. */
export const listensAt = (sequence: Sequence, stepId: string): readonly Listening[] =>
  originsOf(sequence)
    .filter(({ stop, lead }) => stop?.id === stepId || isAt(sequence, lead, stepId))
    .flatMap((origin) => listeningOn(origin).map(({ fork: _, ...listening }) => listening))

/** Those of them that are open at this instant: the plan says so, and they have not been taken yet. */
export function listeningNow(
  sequence: Sequence,
  item: { readonly step?: string; readonly due: Due; readonly took: Took },
  at: number,
): readonly Listening[] {
  if (item.step === undefined) return []
  const { due, took } = item
  const isOpen = ({ opens, closes, behind }: Listening): boolean =>
    at >= (opens === undefined ? 0 : (due[opens] ?? Number.POSITIVE_INFINITY)) &&
    at < (due[closes] ?? 0) &&
    (behind === undefined || took[behind.branch] === behind.path)
  const forks = new Map(routeOf(sequence).forks.map((fork) => [fork.step.id, fork.on]))
  const open = listensAt(sequence, item.step).filter(
    (one) => isOpen(one) && took[one.step.id] === undefined && isOn(forks.get(one.step.id) ?? [], took),
  )
  return [...new Map(open.map((one) => [one.step.id, one])).values()]
}

/** The sequence that this stop starts. */
export function nextSequenceAfter(sequence: Sequence, stepId: string): string | undefined {
  const step = stopsOf(sequence).find(({ id }) => id === stepId)?.node.step
  return step?.kind === 'next' ? step.sequence : undefined
}
