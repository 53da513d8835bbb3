/** A date of the lead changed: where a plan waits for it, the plan follows. */

import { REPLAN } from './arbiter-act.ts'
import type { Due, Enrolment } from './enrolment.ts'
import { leadDates } from './entry-date.ts'
import { type PlanContext, planBranch, planFirst, planFrom } from './planning.ts'
import { type ForkNode, isOn, type Node, type RouteStop, routeOf } from './route.ts'
import { leadsFrom } from './route-lead.ts'
import type { DateWait, Sequence } from './sequence.ts'
import { waitsFor } from './waiting.ts'

/** Plans that differ by less are the same one. Without a date they count from a mail, which has its spread. */
const [tolerance, looseTolerance] = [900, 86_400]

/** Where the way to the next stop begins: behind the last settled stop, with a path that was taken, or at the start. */
type Origin =
  | { readonly is: 'start'; readonly node: Node }
  | { readonly is: 'stop'; readonly stop: RouteStop; readonly node: Node }
  | { readonly is: 'path'; readonly path: string; readonly fork: ForkNode; readonly node: Node }

/** The path that begins behind the last settled stop and leads to this one. */
function pathTo(sequence: Sequence, next: RouteStop, from: RouteStop | undefined): Origin | undefined {
  const { forks } = routeOf(sequence)
  const own = next.on.findLast(({ isDefault }) => !isDefault)
  if (own === undefined || from?.on.some(({ branch }) => branch === own.branch)) return undefined
  const fork = forks.find(({ step }) => step.id === own.branch)
  const node = fork?.paths.find(({ id }) => id === own.path)?.first
  return fork && node && { is: 'path', path: own.path, fork, node }
}

function originOf(sequence: Sequence, enrolment: Enrolment, next: RouteStop): Origin | undefined {
  const { stops, start } = routeOf(sequence)
  const { records, step, took } = enrolment
  const isPast = ({ id, on }: RouteStop): boolean =>
    (records[id] !== undefined || id === step) && isOn(on, took)
  const from = stops.slice(0, stops.indexOf(next)).findLast(isPast)
  const path = pathTo(sequence, next, from)
  if (path) return path
  if (!from) return { is: 'start', node: start }
  return from.node.next && { is: 'stop', stop: from, node: from.node.next }
}

function planned(sequence: Sequence, enrolment: Enrolment, origin: Origin, ctx: PlanContext): Due {
  const { createdAt, due, records } = enrolment
  if (origin.is === 'start') return planFirst(sequence, { ...ctx, now: createdAt })
  if (origin.is === 'path') {
    const at = due[origin.fork.step.id] ?? ctx.now
    return planBranch(sequence, origin.path, at, due, ctx).due
  }
  const { id } = origin.stop
  const at = due[id] ?? records[id]?.at ?? ctx.now
  return { ...planFrom(sequence, id, at, due, ctx), [id]: at }
}

/** What falls due in the past falls due now, and what comes behind it counts from there. */
const fromNow = (sequence: Sequence, step: string, due: Due, ctx: PlanContext): Due =>
  (due[step] ?? ctx.now) < ctx.now ? planFrom(sequence, step, ctx.now, due, ctx) : due

/** The dates that are waited for on the way to a stop. */
const datesTo = ({ node }: Origin, next: RouteStop): readonly DateWait[] =>
  leadsFrom(node)
    .filter(({ stop }) => stop === next.node)
    .flatMap(({ waits }) => waits.flatMap(({ date }) => date ?? []))

/** Whether a plan can be changed now: not before the first message, nor while something else is about to be told. */
const isSettled = ({ exit, answer, intent, pend, step }: Enrolment): boolean =>
  step !== undefined && !exit && !answer && !intent && (pend === undefined || pend.name === REPLAN)

/**
 * The plan by the lead's dates as they are now, when the next stop moves by it. `ctx.fields` are the lead's; the last
 * mail is no matter of it, for a mail that comes too soon is put off when it is due.
 */
export function replanOf(sequence: Sequence, enrolment: Enrolment, ctx: PlanContext): Due | undefined {
  if (!isSettled(enrolment)) return undefined
  const next = waitsFor(enrolment, sequence, ctx.now)
  const origin = next && originOf(sequence, enrolment, next)
  const dates = next && origin ? datesTo(origin, next) : []
  if (next === undefined || origin === undefined || dates.length === 0) return undefined
  const { took, pend } = enrolment
  const context = { ...ctx, took }
  const due = fromNow(sequence, next.id, planned(sequence, enrolment, origin, context), context)
  const known = dates.some((date) => leadDates(date, ctx.fields ?? {}, ctx.zone).length > 0)
  const before = Math.max(ctx.now, pend?.due[next.id] ?? enrolment.due[next.id] ?? ctx.now)
  const after = Math.max(ctx.now, due[next.id] ?? ctx.now)
  return Math.abs(after - before) > (known ? tolerance : looseTolerance) ? due : undefined
}
