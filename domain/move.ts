/**
 * A lead under way follows an edit when its next message arrives, and goes on in a new execution before the old one
 * is a year old. This says when, and what the run is that goes on.
 */

import { AT } from './arbiter-act.ts'
import { mayDecide } from './arbiter-decide.ts'
import { begun, MOVED } from './arbiter-move.ts'
import type { Due, Enrolment, Hop } from './enrolment.ts'
import { enrolmentIdOf } from './enrolment.ts'
import { day, maxAge, maxHops } from './move-age.ts'
import { placeOfStep, sharedPlan, wayTo } from './move-place.ts'
import { isSameShape } from './move-shape.ts'
import { type PlanContext, planFrom } from './planning.ts'
import { isOn, routeOf, stopsOf } from './route.ts'
import { decisionsAt, stopOfId } from './route-ask.ts'
import type { Sequence } from './sequence.ts'

export type Following =
  /** It goes on as it is. */
  | { readonly is: 'none' }
  /** Only texts changed: the item names the other version from now on. */
  | { readonly is: 'repin' }
  | { readonly is: 'move'; readonly to: string; readonly why: 'version' | 'year' | 'history' }
  /** Its step was taken out, and it with it. */
  | { readonly is: 'exit' }
  /** It ends by the version it has: for good where the edit says so. */
  | { readonly is: 'stay'; readonly forGood: boolean }

const none: Following = { is: 'none' }

/** Whether the message is one that sends, does or decides; a Hold's is followed by one. */
const isRipe = (old: Sequence, hop: Hop, enrolment: Enrolment, now: number): boolean =>
  hop.op === 'send' || decisionsAt(old, hop, enrolment, now).length > 0

/** What an edit means to a lead that waits for this step. */
export function editOf(
  old: Sequence,
  live: Sequence | undefined,
  enrolment: Enrolment,
  step: string,
): Following {
  const isKept = live === undefined || live.version === old.version || live.pinned || enrolment.pinned
  if (isKept) return none
  if (isSameShape(old, live)) return { is: 'repin' }
  const place = placeOfStep(live, step)
  return place.is === 'at' ? { is: 'move', to: live.version, why: 'version' } : place
}

/** Why a run must not go on for longer, though nothing was edited. */
function expiry(old: Sequence, enrolment: Enrolment, hop: Hop, now: number): 'year' | 'history' | undefined {
  if (hop.op === 'send' && hop.n >= maxHops) return 'history'
  const kind = stopOfId(old, hop.step)?.kind
  const isOwn = hop.op === 'send' || kind === 'decide' || kind === 'listen'
  const isAhead = (enrolment.due[hop.step] ?? now) > now
  const age = now - (enrolment.began ?? enrolment.createdAt)
  return isOwn && isAhead && age >= maxAge ? 'year' : undefined
}

/**
 * What is to become of a run whose message has arrived, before anything is decided or claimed. `live` is the version
 * that new leads get; `now` is in seconds.
 */
export function moveOf(
  old: Sequence,
  live: Sequence | undefined,
  enrolment: Enrolment,
  hop: Hop,
  now: number,
): Following {
  if (!mayDecide(enrolment, hop, { now, route: stopsOf(old) })) return none
  const edit = isRipe(old, hop, enrolment, now) ? editOf(old, live, enrolment, hop.step) : none
  if (edit.is === 'move' || edit.is === 'exit') return edit
  const why = expiry(old, enrolment, hop, now)
  if (why === undefined) return edit
  return { is: 'move', to: edit.is === 'repin' && live ? live.version : old.version, why }
}

/** The plan of a run that goes on by another version: from where it is. */
function planOf(left: Enrolment, next: Sequence, step: string, ctx: PlanContext): Due {
  const due = left.due[left.step ?? ''] ?? ctx.now
  return planFrom(next, step, Math.max(ctx.now, due), sharedPlan(next, left.due), ctx)
}

/**
 * The run that goes on where another was left: `left` bears the exit with its target, `old` is its version and
 * `next` the target. Asked again it says the same but for the lead's own zone and fields.
 */
export function successorOf(
  left: Enrolment,
  old: Sequence,
  next: Sequence,
  run: number,
  context: Omit<PlanContext, 'now' | 'took' | 'leadId'>,
): Enrolment | undefined {
  const { exit, leadId, sequence, createdAt, key } = left
  const place = placeOfStep(next, left.step ?? '')
  if (exit?.reason !== MOVED || place.is !== 'at') return undefined
  const isSame = next.version === old.version
  const { stop, took } = isSame ? { stop: place.stop, took: left.took } : wayTo(old, next, left, place.stop)
  const ctx: PlanContext = { ...context, now: exit.at, took, leadId }
  const due = isSame ? left.due : planOf(left, next, stop.id, ctx)
  return {
    enrolmentId: enrolmentIdOf(leadId, sequence, run),
    leadId,
    sequence,
    version: next.version,
    run,
    createdAt,
    began: exit.at,
    ...(key !== undefined && { key }),
    ...begun(left, { step: stop.id, due, took }, { now: exit.at, route: stopsOf(next) }),
  }
}

/** Far enough for a first state to wait until its worker tells it where to go on. */
const parked = 300 * day

/**
 * The plan that an execution starts with. One that goes on from another waits in its first state until it is told
 * where to: were that state to time out by the true plan, it would go on from the beginning.
 */
export function startPlan(sequence: Sequence, enrolment: Enrolment): Due {
  const { pend, began, due, took } = enrolment
  if (!pend?.name.startsWith(AT) || began === undefined) return due
  const { stops, splits } = routeOf(sequence)
  const evens = new Set(splits.map(({ step }) => step.id))
  const isOwn = ({ on }: (typeof stops)[number]): boolean =>
    isOn(
      on.filter(({ branch }) => evens.has(branch)),
      took,
    )
  return Object.fromEntries(stops.filter(isOwn).map(({ id }) => [id, began + parked]))
}
