/** What was held of a lead at an instant that is past: all that came later is left out. */
import type { Enrolment, Held, StepRecord } from '../../domain/enrolment.ts'
import { eventsUntil } from '../../domain/lead.ts'
import type { Request } from '../shared/http.ts'
import type { Collection } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'

/** ISO 8601 with its zone: without one, two people would look at two instants. */
const zoned = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:\d\d)$/

/** The instant of `?at=`, if it is given. In a query a plus stands for a blank. */
export const readInstant = ({ query }: Request, now: number): number | undefined => {
  const text = query.get('at')?.replace(' ', '+')
  if (text === undefined) return undefined
  const at = zoned.test(text) ? Date.parse(text) : Number.NaN
  const message = Number.isNaN(at) ? 'write it like 2026-11-21T09:00:00Z' : 'it lies ahead'
  if (Number.isNaN(at) || at > now)
    throw new Problem(400, 'This instant cannot be looked back to.', [{ path: 'at', message }])
  return at
}

const until = <Value extends { readonly at: number }>(
  values: Readonly<Record<string, Value>>,
  at: number,
): Readonly<Record<string, Value>> =>
  Object.fromEntries(Object.entries(values).filter(([, value]) => value.at * 1000 <= at))

const began = ({ createdAt, began: moved }: Enrolment): number => (moved ?? createdAt) * 1000

/** The last stop that was settled by then: the stop that it was at itself is not kept. */
const lastSettled = (records: Readonly<Record<string, StepRecord>>): string | undefined =>
  Object.entries(records).reduce<readonly [string, StepRecord] | undefined>(
    (last, entry) => (last === undefined || entry[1].at >= last[1].at ? entry : last),
    undefined,
  )?.[0]

/** The plan of that time is not kept: an enrolment that went on since has none in its past. */
const enrolmentAt = (enrolment: Enrolment, at: number): Enrolment => {
  const { step: _step, token, intent, answer, pend, exit, held, ...kept } = enrolment
  const records = until(enrolment.records, at)
  const isOld = exit === undefined || exit.at * 1000 <= at
  const same = Object.keys(records).length === Object.keys(enrolment.records).length
  if (isOld && same) return enrolment
  const step = lastSettled(records)
  return {
    ...kept,
    due: {},
    records,
    ...(step !== undefined && { step }),
    ...(held && { held: until<Held>(held, at) }),
    ...(exit && isOld && { exit }),
  }
}

/** Everything of a lead as it was at an instant in milliseconds. */
export const collectionAt = (collection: Collection, at: number): Collection => {
  const { suppression, enrolments, handoffs, events } = collection
  return {
    ...collection,
    events: eventsUntil(events, at),
    suppression: suppression && suppression.at <= at ? suppression : undefined,
    enrolments: enrolments
      .filter(({ enrolment }) => began(enrolment) <= at)
      .map((stored) => ({ ...stored, enrolment: enrolmentAt(stored.enrolment, at) })),
    handoffs: handoffs.filter((handoff) => handoff.at <= at),
  }
}
