/**
 * Local time without a clock: instants are seconds since 1970, a local time is (day, second of the day) with
 * days counted from 1970-01-01. The rules of the zones come from Temporal and are kept per zone, so that planning
 * a million leads does not ask for them again.
 */
import { Temporal } from 'temporal-polyfill'
import type { Duration } from './duration.ts'

export interface Local {
  readonly day: number
  readonly second: number
}

const secondsPerDay = 86_400
const span = 400 * secondsPerDay

interface Period {
  readonly from: number
  readonly offset: number
}

const zones = new Map<string, Map<number, readonly Period[]>>()

function readPeriods(zone: string, chunk: number): readonly Period[] {
  const start = chunk * span
  let at = Temporal.Instant.fromEpochMilliseconds(start * 1000).toZonedDateTimeISO(zone)
  const periods: Period[] = [{ from: start, offset: at.offsetNanoseconds / 1e9 }]
  for (;;) {
    const next = at.getTimeZoneTransition('next')
    if (!next || next.epochMilliseconds >= (start + span) * 1000) return periods
    periods.push({ from: next.epochMilliseconds / 1000, offset: next.offsetNanoseconds / 1e9 })
    at = next
  }
}

function periodsOf(zone: string, chunk: number): readonly Period[] {
  const known = zones.get(zone) ?? new Map<number, readonly Period[]>()
  const periods = known.get(chunk) ?? readPeriods(zone, chunk)
  zones.set(zone, known.set(chunk, periods))
  return periods
}

function periodAt(zone: string, at: number): Period {
  const period = periodsOf(zone, Math.floor(at / span)).findLast(({ from }) => from <= at)
  if (!period) throw new RangeError(`no offset for ${zone} at ${at}`)
  return period
}

/** The next instant at which the zone's offset may change. */
export function nextShift(zone: string, at: number): number {
  const chunk = Math.floor(at / span)
  return periodsOf(zone, chunk).find(({ from }) => from > at)?.from ?? (chunk + 1) * span
}

/** Whether the name is an IANA zone that can be planned in. */
export function isZone(zone: string): boolean {
  try {
    Temporal.Instant.fromEpochMilliseconds(0).toZonedDateTimeISO(zone)
    return true
  } catch {
    return false
  }
}

/** The local time at an instant. */
export function localAt(zone: string, at: number): Local {
  const local = at + periodAt(zone, at).offset
  const day = Math.floor(local / secondsPerDay)
  return { day, second: local - day * secondsPerDay }
}

/** The instant of a local time. In a fold it is the first of the two, in a gap the first instant after it. */
export function instantOf(zone: string, day: number, second: number): number {
  const local = day * secondsPerDay + second
  const before = local - periodAt(zone, local - 15 * 3600).offset
  const after = local - periodAt(zone, local + 15 * 3600).offset
  const isRight = (at: number): boolean => local - periodAt(zone, at).offset === at
  if (isRight(before)) return before
  return isRight(after) ? after : periodAt(zone, before).from
}

/** Adds a duration: months and days on the local calendar at the same local time, then exact seconds. */
export function addDuration(zone: string, at: number, duration: Duration): number {
  if (duration.months === 0 && duration.days === 0) return at + duration.seconds
  const local = localAt(zone, at)
  const day = addMonths(local.day, duration.months) + duration.days
  return instantOf(zone, day, local.second) + duration.seconds
}

function addMonths(day: number, months: number): number {
  if (months === 0) return day
  const date = new Date(day * secondsPerDay * 1000)
  const first = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months, 1)
  const following = Date.UTC(date.getUTCFullYear(), date.getUTCMonth() + months + 1, 1)
  const length = (following - first) / (secondsPerDay * 1000)
  return first / (secondsPerDay * 1000) + Math.min(date.getUTCDate(), length) - 1
}

/** ISO weekday, 1 = Monday … 7 = Sunday. */
export const weekdayOf = (day: number): number => ((((day + 3) % 7) + 7) % 7) + 1

/** "2026-12-25" */
export const dateOf = (day: number): string => new Date(day * secondsPerDay * 1000).toISOString().slice(0, 10)
