/** The planner's steps: where a wait leads, and when a stop that is reached falls due. */
import { addDuration } from './calendar.ts'
import { isOpen, nextOpening, nextOpenSlot, nextSlot, openUntil } from './calendar-window.ts'
import { durationOf } from './duration.ts'
import { leadDates } from './entry-date.ts'
import { hashOf } from './hash.ts'
import type { PlanContext } from './planning.ts'
import type { StopNode } from './route.ts'
import type { DateWait, Slot, Wait } from './sequence.ts'

/** Seconds between two stops of a plan, so that a short backlog does not overtake the first. */
const settleSeconds = 900

/** Where on the way a plan is. */
export interface At {
  /** What calendar waits count from. A mail's own spread is not in it: else it would add up from mail to mail. */
  readonly at: number
  /** By how much the last mail was spread: exact waits count from the mail itself. */
  readonly late?: number | undefined
  /** The slot just waited for: a mail that cannot go out in it takes the next one. */
  readonly slot?: Slot | undefined
  readonly lastMail?: number | undefined
  readonly lastStop?: number | undefined
  /** Nothing is planned before. */
  readonly floor: number
  /** The instant is the lead's own (a click, the end of a gap): within the window it need not be spread. */
  readonly own?: boolean | undefined
}

/** Behind a wait. */
export function waitOn({ for: length, date, until }: Wait, state: At, ctx: PlanContext): At {
  const known = date && dateOf(date, ctx)
  const passed =
    known === undefined
      ? added(date?.otherwise ?? length, state, ctx)
      : Math.max(state.at + (state.late ?? 0), known)
  const at = until ? nextSlot(ctx.zone, until, passed) : passed
  return { ...state, at, slot: until, late: undefined, own: undefined }
}

function added(length: string | undefined, { at, late = 0 }: At, { zone }: PlanContext): number {
  if (length === undefined) return at + late
  const duration = durationOf(length)
  const isExact = duration.months === 0 && duration.days === 0
  return addDuration(zone, isExact ? at + late : at, duration)
}

/** Midnight of the first date that the field holds, shifted; the time of the day is not asked for. */
function dateOf(date: DateWait, { zone, fields = {} }: PlanContext): number | undefined {
  const [first] = leadDates(date, fields, zone)
  return first && first.at / 1000
}

/** The earliest instant for another stop. */
export const soonestAt = ({ at, floor, lastStop }: At): number =>
  Math.max(at, floor, lastStop === undefined ? Number.NEGATIVE_INFINITY : lastStop + settleSeconds)

/** When a stop falls due; `base` is that without its spread. */
export function dueOf(
  { step }: StopNode,
  state: At,
  ctx: PlanContext,
): { readonly base: number; readonly due: number } {
  const soonest = Math.ceil(soonestAt(state))
  if (step.kind !== 'send') return { base: soonest, due: soonest }
  const apart = state.lastMail === undefined ? soonest : Math.max(soonest, state.lastMail + ctx.minGap)
  if (step.immediately) return { base: apart, due: apart }
  const base = nextOpening(ctx.zone, ctx.window, state.slot ? inSlot(state.slot, state, apart, ctx) : apart)
  const isOwn = state.own === true && isOpen(ctx.zone, ctx.window, base - 1) && base === apart
  return { base, due: isOwn ? base : spread(step.id, base, ctx) }
}

/** The mail's slot. A stop at the slot's own instant, such as a decision, puts the mail off by minutes, not to the next. */
function inSlot(slot: Slot, { at, floor, lastMail }: At, apart: number, ctx: PlanContext): number {
  const free = Math.max(at, floor, lastMail === undefined ? at : lastMail + ctx.minGap)
  return Math.max(apart, nextOpenSlot(ctx.zone, slot, ctx.window, Math.ceil(free)))
}

/** Each lead has its own place in the spread, or in what the window leaves of it. */
function spread(
  stepId: string,
  base: number,
  { zone, window, spread: length = 0, leadId }: PlanContext,
): number {
  if (length < 1 || leadId === undefined) return base
  const room = openUntil(zone, window, base, base + length) - base
  return base + Math.floor((hashOf('spread', leadId, stepId) / 2 ** 32) * room)
}
