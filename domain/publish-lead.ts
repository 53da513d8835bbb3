/** What a publication means to one lead under way: where it waits, and which mails it would get when. */
import { MOVED } from './arbiter-move.ts'
import type { Due, Enrolment } from './enrolment.ts'
import { editOf, successorOf } from './move.ts'
import { type PlanContext, planFrom } from './planning.ts'
import { isOn, type RouteStop, stopsOf } from './route.ts'
import type { SendStep, Sequence } from './sequence.ts'
import { onItsWay, waitsFor } from './waiting.ts'

/** A lead on its way, with the version that it goes by. */
export interface UnderWay {
  readonly enrolment: Enrolment
  readonly old: Sequence
}

/** What planning needs that is the same for all leads; a lead's own zone and dates are not read for this. */
export type Planning = Omit<PlanContext, 'took' | 'leadId' | 'lastAt' | 'fields'>

export interface PlannedMail {
  /** Seconds since 1970. */
  readonly at: number
  readonly immediately: boolean
}

/** The mails of a plan that are still to be sent. */
function mailsOf(sequence: Sequence, due: Due, { took, records }: Enrolment): readonly PlannedMail[] {
  return stopsOf(sequence).flatMap(({ id, kind, on, node }) => {
    const at = due[id]
    if (kind !== 'send' || at === undefined || records[id] !== undefined || !isOn(on, took)) return []
    return [{ at, immediately: (node.step as SendStep).immediately }]
  })
}

/** What becomes of a lead by a publication. */
export interface Fate {
  /** The step that it waits for; none when all is over but the listening. */
  readonly step?: string
  readonly is: 'stays' | 'repinned' | 'moves' | 'leaves' | 'unmapped'
  readonly before: readonly PlannedMail[]
  readonly after: readonly PlannedMail[]
}

/** The plan from where a lead is, reckoned anew so that both versions are reckoned alike. */
function planBefore(
  { enrolment, old }: UnderWay,
  stop: RouteStop,
  planning: Planning,
): readonly PlannedMail[] {
  const { due, took } = onItsWay(enrolment)
  const at = Math.max(planning.now, due[stop.id] ?? planning.now)
  const ctx = { ...planning, took, leadId: enrolment.leadId }
  return mailsOf(old, planFrom(old, stop.id, at, due, ctx), { ...enrolment, took })
}

function planAfter(
  { enrolment, old }: UnderWay,
  stop: RouteStop,
  next: Sequence,
  planning: Planning,
): readonly PlannedMail[] {
  const { due, took } = onItsWay(enrolment)
  const { pend: _, ...rest } = enrolment
  const at = Math.max(planning.now, due[stop.id] ?? planning.now)
  const exit = { reason: MOVED, at, to: next.version }
  const left: Enrolment = { ...rest, due, took, step: stop.id, exit }
  const successor = successorOf(left, old, next, enrolment.run + 1, planning)
  return successor === undefined ? [] : mailsOf(next, successor.due, successor)
}

/** What becomes of a lead when this is published. */
export function fateOf(lead: UnderWay, next: Sequence, planning: Planning): Fate {
  const { enrolment, old } = lead
  const stop = waitsFor(lead.enrolment, lead.old, planning.now)
  if (stop === undefined) return { is: 'stays', before: [], after: [] }
  const step = stop.node.step.id
  const before = planBefore(lead, stop, planning)
  const edit = editOf(old, next, enrolment, stop.id)
  if (edit.is === 'none') return { step, is: 'stays', before, after: before }
  if (edit.is === 'repin') return { step, is: 'repinned', before, after: before }
  if (edit.is === 'exit') return { step, is: 'leaves', before, after: [] }
  if (edit.is === 'stay') return { step, is: edit.forGood ? 'stays' : 'unmapped', before, after: before }
  return { step, is: 'moves', before, after: planAfter(lead, stop, next, planning) }
}
