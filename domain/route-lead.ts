/** The way to the next stop: the waits and forks on it, and which of several ways falls due first. */
import { durationOf } from './duration.ts'
import type { ForkNode, Node, StopNode } from './route.ts'
import type { Wait } from './sequence.ts'

/** What lies between a node and the first stop on its default way. */
export interface Lead {
  /** A wait_for's timeout counts as a wait. */
  readonly waits: readonly Wait[]
  readonly forks: readonly ForkNode[]
  /** A fork only when it is decided ahead of its paths. */
  readonly stop: StopNode | ForkNode
}

/** The way from a node to the first stop, itself included. */
export function leadFrom(start: Node): Lead {
  const waits: Wait[] = []
  const forks: ForkNode[] = []
  for (let node = start; ; node = node.next) {
    if (node.kind === 'stop') return { waits, forks, stop: node }
    if (node.kind === 'wait') {
      waits.push(node.wait)
      continue
    }
    if (isDecidedAhead(node)) return { waits, forks, stop: node }
    forks.push(node)
    if (node.step.kind === 'wait_for') waits.push({ for: node.step.timeout })
  }
}

const ahead = new WeakMap<ForkNode, boolean>()

/**
 * Whether a branch needs a stop of its own to be decided at: when another path may fall due before the default
 * path's first message, when a path begins by listening, or when no message follows on the default path. Else the
 * worker of the default path's first message decides it, and the default path costs nothing.
 */
export function isDecidedAhead(fork: ForkNode): boolean {
  const known = ahead.get(fork)
  if (known !== undefined) return known
  const is = fork.step.kind === 'branch' && needsStop(fork)
  ahead.set(fork, is)
  return is
}

function needsStop(fork: ForkNode): boolean {
  const others = fork.paths.filter((path) => !path.isDefault).map((path) => leadFrom(path.first))
  const usual = leadFrom(fork.next)
  const sendsNothing = usual.stop.kind === 'stop' && !isMessage(usual.stop)
  return sendsNothing || [...others, usual].some(listens) || others.some((other) => !isNoLater(usual, other))
}

const isMessage = (stop: StopNode): boolean => stop.step.kind === 'send' || stop.step.kind === 'notify'

/** Whether a way begins by waiting for an event. */
export const listens = (lead: Lead): boolean => lead.forks.some((fork) => fork.step.kind === 'wait_for')

/** Whether one way's first stop falls due no later than the other's, whatever the calendar. */
export function isNoLater(left: Lead, right: Lead): boolean {
  if (left.stop.kind === 'fork' || right.stop.kind === 'fork') return false
  if (left.waits.length > right.waits.length || restraint(left.stop) > restraint(right.stop)) return false
  return left.waits.every((wait, index) => isShorter(wait, right.waits[index] ?? {}))
}

/** Mail keeps the gap, and most of it the send window; the rest comes as planned. */
function restraint({ step }: StopNode): number {
  if (step.kind !== 'send') return 0
  return step.immediately ? 1 : 2
}

function isShorter(left: Wait, right: Wait): boolean {
  const [one, other] = [durationOf(left.for ?? 'PT0S'), durationOf(right.for ?? 'PT0S')]
  const fits = one.months <= other.months && one.days <= other.days && one.seconds <= other.seconds
  return fits && (!left.until || JSON.stringify(left.until) === JSON.stringify(right.until))
}

/** Where a divert to a path leads: its first stop, through that stop's Hold when it may not be due at once. */
export interface Landing {
  readonly stop: StopNode | ForkNode
  readonly hold: boolean
}

/** Where the execution goes when a path of a fork is taken. */
export function landingOf(fork: ForkNode, pathId: string): Landing {
  const path = fork.paths.find(({ id }) => id === pathId)
  if (!path) throw new RangeError(`no path ${pathId} at ${fork.step.id}`)
  const lead = leadFrom(path.first)
  return { stop: lead.stop, hold: isHeld(fork, path.id, lead) }
}

function isHeld(fork: ForkNode, pathId: string, lead: Lead): boolean {
  if (lead.stop.kind === 'fork' || lead.stop.step.kind === 'end') return true
  if (lead.waits.length === 0) return false
  if (fork.step.kind === 'wait_for') return true
  const rivals = isDecidedAhead(fork) ? fork.paths.filter(({ id }) => id !== pathId) : [{ first: fork.next }]
  const leads = rivals.map(({ first }) => leadFrom(first))
  return [lead, ...leads].some(listens) || leads.some((rival) => !isNoLater(lead, rival))
}
