/** What a lead on its way waits for. */
import type { Enrolment } from './enrolment.ts'
import { isOn, type RouteStop, stopsOf } from './route.ts'
import type { Sequence } from './sequence.ts'

/** The plan with what is to come, and the way that leads there. */
export function onItsWay({ due, took, pend, answer }: Enrolment): Pick<Enrolment, 'due' | 'took'> {
  const told = { ...due, ...answer?.due, ...pend?.due }
  return { due: told, took: pend?.took ? { ...took, [pend.took.branch]: pend.took.path } : took }
}

/** The stop that a lead waits for: its present one until it is settled, then the next on its way. */
export function waitsFor(enrolment: Enrolment, sequence: Sequence, now: number): RouteStop | undefined {
  const { due, took } = onItsWay(enrolment)
  const { records, step } = enrolment
  const stops = stopsOf(sequence)
  const from = Math.max(
    0,
    stops.findIndex(({ id }) => id === step),
  )
  const isPassed = ({ id, silent }: RouteStop): boolean =>
    records[id] !== undefined || (silent === true && id === step && (due[id] ?? now) <= now)
  return stops
    .slice(from)
    .find((stop) => !isPassed(stop) && isOn(stop.on, took) && due[stop.id] !== undefined)
}
