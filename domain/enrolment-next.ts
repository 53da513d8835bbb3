/** What an enrolment does next. */
import type { Enrolment } from './enrolment.ts'
import { isOn, type RouteStop } from './route.ts'

/** A stop and when it falls due, in seconds. */
export interface NextStop {
  readonly id: string
  readonly due: number
}

/** The next stop on the way, or the next of one kind; the present one counts until it is settled. */
export function nextStop(
  enrolment: Enrolment,
  stops: readonly RouteStop[],
  kind?: RouteStop['kind'],
): NextStop | undefined {
  const { pend, answer, step, records } = enrolment
  const due = { ...enrolment.due, ...answer?.due, ...pend?.due }
  const took = pend?.took ? { ...enrolment.took, [pend.took.branch]: pend.took.path } : enrolment.took
  const from = stops.findIndex(({ id }) => id === step)
  const next = stops
    .slice(Math.max(0, from))
    .find(
      (stop) =>
        records[stop.id] === undefined &&
        isOn(stop.on, took) &&
        due[stop.id] !== undefined &&
        (kind === undefined || stop.kind === kind),
    )
  const at = next && due[next.id]
  return next === undefined || at === undefined ? undefined : { id: next.id, due: at }
}

/** When the next stop on the way falls due, in seconds. */
export const nextDue = (enrolment: Enrolment, stops: readonly RouteStop[]): number | undefined =>
  nextStop(enrolment, stops)?.due
