/** Dates as fields hold them: `2026-12-25`, `2026-12-25T14:00`, `2026-12-25T14:00:00+01:00`. */
import { addDuration, instantOf, localAt } from './calendar.ts'
import { durationOf } from './duration.ts'
import type { DateWait } from './sequence.ts'

const pattern =
  /^(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:[.,]\d{1,9})?)?(Z|[+-]\d\d(?::?\d\d)?)?)?$/i

/** "9999-12-31" and the like mean "never", which is no date to wait for. */
const [firstYear, lastYear] = [1970, 2199]
const secondsPerDay = 86_400

/** The instant of a date in seconds: a day begins at local midnight; undefined when the text is no date. */
export function dateAt(zone: string, text: string): number | undefined {
  const match = pattern.exec(text.trim())
  if (!match) return undefined
  const [year = 0, month = 0, date = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map((part) => Number(part ?? 0))
  const utc = new Date(Date.UTC(year, month - 1, date))
  const isReal = utc.getUTCMonth() === month - 1 && utc.getUTCDate() === date
  if (!isReal || year < firstYear || year > lastYear || hour > 23 || minute > 59 || second > 59)
    return undefined
  const day = utc.getTime() / 1000 / secondsPerDay
  const time = hour * 3600 + minute * 60 + second
  const offset = match[7]
  return offset === undefined ? instantOf(zone, day, time) : day * secondsPerDay + time - secondsOf(offset)
}

function secondsOf(offset: string): number {
  const [hours = 0, minutes = 0] = (offset.match(/\d\d/g) ?? []).map(Number)
  return (hours * 3600 + minutes * 60) * (offset.startsWith('-') ? -1 : 1)
}

/** The first of a field's values that is a date, shifted; undefined when none is. */
export function shiftedDate(
  zone: string,
  values: readonly string[],
  shift: DateWait['shift'],
): number | undefined {
  const at = values.map((value) => dateAt(zone, value)).find((found) => found !== undefined)
  if (at === undefined || !shift) return at
  const { months, days, seconds } = durationOf(shift.by)
  const sign = shift.to === 'before' ? -1 : 1
  return addDuration(zone, at, { months: sign * months, days: sign * days, seconds: sign * seconds })
}

/** Local midnight of the day in which an instant lies. */
export const dayStart = (zone: string, at: number): number => instantOf(zone, localAt(zone, at).day, 0)
