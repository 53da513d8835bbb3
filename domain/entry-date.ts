/** Dates of a lead as instants: when "60 days before the end of the contract" is. */
import { addDuration, dateOf, instantOf, localAt } from './calendar.ts'
import { type Duration, durationOf } from './duration.ts'
import type { DateWait } from './sequence.ts'

export interface LeadDate {
  /** "2027-03-31" */
  readonly date: string
  /** Milliseconds: that day's midnight where the lead is, shifted as the file says. */
  readonly at: number
}

const day = 86_400_000
const dateOnly = /^(\d{4})-(\d{2})-(\d{2})$/
const dateTime = /^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:\d{2})$/

/** The local day (counted from 1970-01-01) that a field's text names; undefined when it is no date. */
export function localDay(text: string, zone: string): number | undefined {
  const trimmed = text.trim()
  if (dateOnly.test(trimmed)) {
    const at = Date.parse(trimmed)
    return !Number.isNaN(at) && new Date(at).toISOString().startsWith(trimmed) ? at / day : undefined
  }
  const at = dateTime.test(trimmed) ? Date.parse(trimmed) : Number.NaN
  return Number.isNaN(at) ? undefined : localAt(zone, Math.floor(at / 1000)).day
}

const negative = ({ months, days, seconds }: Duration): Duration => ({
  months: -months,
  days: -days,
  seconds: -seconds,
})

/** The instants of a date trigger or a wait until a date: one for each date that the field holds. */
export function leadDates(
  { field, shift }: { readonly field: string; readonly shift?: DateWait['shift'] | undefined },
  profile: Readonly<Record<string, readonly string[]>>,
  zone: string,
): readonly LeadDate[] {
  const values = Object.hasOwn(profile, field) ? (profile[field] ?? []) : []
  const by = durationOf(shift?.by ?? 'PT0S')
  return values.flatMap((text) => {
    const local = localDay(text, zone)
    if (local === undefined) return []
    const midnight = instantOf(zone, local, 0)
    const at = addDuration(zone, midnight, shift?.to === 'before' ? negative(by) : by)
    return [{ date: dateOf(local), at: at * 1000 }]
  })
}
