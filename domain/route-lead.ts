/** The way to the next stop: the waits, acts and forks on it, and which of several ways falls due first. */
import { durationOf } from './duration.ts'
import type { Stop } from './enrolment.ts'
import type { ActNode, ForkNode, Node, StopNode } from './route.ts'
import type { Wait } from './sequence.ts'

/** What lies between a node and the first stop on its default way, on one path of each even split. */
export interface Lead {
  /** A wait_for's timeout counts as a wait. */
  readonly waits: readonly Wait[]
  /** The acts and forks on it, in order. */
  readonly passed: readonly (ActNode | ForkNode)[]
  /** The paths of even splits that it goes through. */
  readonly on: Stop['on']
  /** A fork only when it is decided ahead of its paths. */
  readonly stop: StopNode | ForkNode
}

/**
 * The ways from a node to the first stop, itself included: one for each path of the even splits on it. They differ
 * in waits and acts; their stops are one, or share one state.
 */
export function leadsFrom(start: Node): readonly Lead[] {
  const waits: Wait[] = []
  const passed: (ActNode | ForkNode)[] = []
  for (let node = start; ; node = node.next) {
    if (node.kind === 'stop' || (node.kind === 'fork' && isDecidedAhead(node)))
      return [{ waits, passed, on: [], stop: node }]
    if (node.kind === 'split') {
      const split = node.step.id
      return node.paths.flatMap(({ id, isDefault, first }) =>
        leadsFrom(first).map((rest) => ({
          waits: [...waits, ...rest.waits],
          passed: [...passed, ...rest.passed],
          on: [{ branch: split, path: id, isDefault }, ...rest.on],
          stop: rest.stop,
        })),
      )
    }
    if (node.kind === 'wait') waits.push(node.wait)
    else passed.push(node)
    if (node.kind === 'fork' && node.step.kind === 'wait_for') waits.push({ for: node.step.timeout })
  }
}

/** The forks on a way. */
export const forksOn = ({ passed }: Lead): readonly ForkNode[] =>
  passed.filter((node) => node.kind === 'fork')

const ahead = new WeakMap<ForkNode, boolean>()

/**
 * Whether a branch needs a stop of its own to be decided at: when another path may fall due before the default
 * path's first message, when a path begins by listening, or when no message follows on the default path. Else the
 * worker of the default path's first message decides it, and the default path costs nothing.
 */
export function isDecidedAhead(fork: ForkNode): boolean {
  const known = ahead.get(fork)
  if (known !== undefined) return known
  const is = fork.step.kind !== 'wait_for' && needsStop(fork)
  ahead.set(fork, is)
  return is
}

function needsStop(fork: ForkNode): boolean {
  const others = fork.paths.filter((path) => !path.isDefault).flatMap((path) => leadsFrom(path.first))
  const usual = leadsFrom(fork.next)
  const sendsNothing = usual.some(({ stop }) => stop.kind === 'stop' && !isMessage(stop))
  return sendsNothing || [...others, ...usual].some(listens) || !areNoLater(usual, others)
}

/** What comes as a message that is to be sent or done, not merely held. */
const isMessage = ({ step }: StopNode): boolean =>
  step.kind === 'send' || step.kind === 'notify' || step.kind === 'act'

/** Whether a way begins by waiting for an event. */
export const listens = (lead: Lead): boolean => forksOn(lead).some(({ step }) => step.kind === 'wait_for')

/**
 * Whether a decision made ahead is not put off until a path falls due: one begins by listening, or at once for every
 * lead, whichever path of an even split is its own.
 */
export function isDecidedAtOnce(fork: ForkNode): boolean {
  const isNow = ({ waits, stop }: Lead): boolean =>
    waits.length === 0 && (stop.kind !== 'fork' || isDecidedAtOnce(stop))
  return fork.paths.some(({ first }) => {
    const leads = leadsFrom(first)
    return leads.some(listens) || leads.every(isNow)
  })
}

/** Whether a way from its start is entered through the Hold of its first stop. */
export const isHeldFrom = (start: Node): boolean =>
  leadsFrom(start).some(
    ({ waits, stop }) => waits.length > 0 || (stop.kind === 'fork' && !isDecidedAtOnce(stop)),
  )

/** Whether none of some ways falls due later than any of others, whatever the calendar. */
export const areNoLater = (some: readonly Lead[], others: readonly Lead[]): boolean =>
  others.every((other) => some.every((one) => isNoLater(one, other)))

function isNoLater(left: Lead, right: Lead): boolean {
  if (left.stop.kind === 'fork' || right.stop.kind === 'fork') return false
  if (left.waits.length > right.waits.length || restraint(left.stop) > restraint(right.stop)) return false
  return left.waits.every((wait, index) => isShorter(wait, right.waits[index] ?? {}))
}

/** Mail keeps the gap, and most of it the send window; the rest comes as planned. */
function restraint({ step }: StopNode): number {
  if (step.kind !== 'send') return 0
  return step.immediately ? 1 : 2
}

/** A date may come at once or in years: it compares only with itself. */
function isShorter(left: Wait, right: Wait): boolean {
  const isSameDate = same(left.date, right.date)
  if (left.date && !isSameDate) return false
  const [one, other] = [durationOf(left.for ?? 'PT0S'), durationOf((!right.date && right.for) || 'PT0S')]
  const fits = one.months <= other.months && one.days <= other.days && one.seconds <= other.seconds
  return fits && (!left.until || same(left.until, right.until))
}

const same = (left: unknown, right: unknown): boolean => JSON.stringify(left) === JSON.stringify(right)

/** Where a divert to a path leads: its first stop, through that stop's Hold when it may not be due at once. */
export interface Landing {
  readonly stop: StopNode | ForkNode
  readonly hold: boolean
}

/** Where the execution goes when a path of a fork is taken. */
export function landingOf(fork: ForkNode, pathId: string): Landing {
  const path = fork.paths.find(({ id }) => id === pathId)
  const [lead, ...more] = path ? leadsFrom(path.first) : []
  if (!lead) throw new RangeError(`no path ${pathId} at ${fork.step.id}`)
  return { stop: lead.stop, hold: isHeld(fork, pathId, [lead, ...more]) }
}

function isHeld(fork: ForkNode, pathId: string, leads: readonly Lead[]): boolean {
  if (leads.some(({ stop }) => stop.kind === 'fork' || stop.step.kind === 'end')) return true
  if (leads.every(({ waits }) => waits.length === 0)) return false
  if (fork.step.kind === 'wait_for') return true
  const rivals = isDecidedAhead(fork) ? fork.paths.filter(({ id }) => id !== pathId) : [{ first: fork.next }]
  const others = rivals.flatMap(({ first }) => leadsFrom(first))
  return [...leads, ...others].some(listens) || !areNoLater(leads, others)
}
