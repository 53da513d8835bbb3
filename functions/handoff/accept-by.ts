/** By when a rep has to answer: in plain time, or in time that runs in business hours only. */
import { instantOf, localAt, weekdayOf } from '../../domain/calendar.ts'
import type { Hours, Within } from '../../domain/routing.ts'

const day = 86_400
/** Opening days that are looked at: more than a year of one day a week. */
const horizon = 400

interface Opening {
  readonly from: number
  readonly to: number
}

/** The opening that begins on a local day; one that ends before it begins runs past midnight. */
const openingOf = (hours: Hours, zone: string, localDay: number): Opening | undefined => {
  if (!hours.days.includes(weekdayOf(localDay))) return undefined
  const endDay = hours.to > hours.from ? localDay : localDay + 1
  return {
    from: instantOf(zone, localDay, hours.from * 60),
    to: instantOf(zone, endDay, hours.to * 60),
  }
}

/** "2 business days" are two days' opening hours, and a business week all opening days of a week. */
const businessSeconds = (ms: number, hours: Hours): number => {
  const length = (hours.to > hours.from ? hours.to - hours.from : 24 * 60 + hours.to - hours.from) * 60
  const total = Math.round(ms / 1000)
  const weeks = Math.floor(total / (7 * day))
  const days = Math.floor((total % (7 * day)) / day)
  return (weeks * hours.days.length + days) * length + (total % day)
}

/** The instant, in milliseconds, at which the time is over. `zone` is the rep's, for hours that go by the owner. */
export const acceptBy = (within: Within, hours: Hours, zone: string, now: number): number => {
  if (!within.business || hours.days.length === 0) return now + within.ms
  const where = hours.zone === 'owner' ? zone : hours.zone
  const start = Math.floor(now / 1000)
  const today = localAt(where, start).day
  let left = businessSeconds(within.ms, hours)
  for (let localDay = today - 1; localDay < today + horizon; localDay++) {
    const opening = openingOf(hours, where, localDay)
    if (opening === undefined) continue
    const from = Math.max(opening.from, start)
    const open = Math.max(0, opening.to - from)
    if (open > 0 && left <= open) return (from + left) * 1000
    left -= open
  }
  return now + within.ms
}
