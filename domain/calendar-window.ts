/** When mail may go out: the send window of the week, and the next slot that a wait asks for. */
import { dateOf, instantOf, type Local, localAt, nextShift, weekdayOf } from './calendar.ts'
import type { Slot } from './sequence.ts'

/** The complement of the quiet hours, in minutes of the local day; `to` is no longer inside. `from` > `to` runs over midnight, `from` = `to` is the whole day. */
export interface SendWindow {
  readonly from: number
  readonly to: number
  /** ISO weekdays on which mail may go out. */
  readonly days: readonly number[]
  /** Local dates (`2026-12-25`) on which none goes out. */
  readonly holidays: readonly string[]
}

const horizon = 800

const isOpenDay = (window: SendWindow, day: number): boolean =>
  window.days.includes(weekdayOf(day)) &&
  (window.holidays.length === 0 || !window.holidays.includes(dateOf(day)))

function isOpenAt(window: SendWindow, local: Local): boolean {
  if (!isOpenDay(window, local.day)) return false
  const minute = local.second / 60
  if (window.from === window.to) return true
  return window.from < window.to
    ? minute >= window.from && minute < window.to
    : minute >= window.from || minute < window.to
}

/** Whether mail may go out at this instant. */
export const isOpen = (zone: string, window: SendWindow, at: number): boolean =>
  isOpenAt(window, localAt(zone, at))

function openings(window: SendWindow): readonly number[] {
  if (window.from === window.to) return [0]
  return window.from < window.to ? [window.from] : [0, window.from]
}

/** The first instant at or after `at` that lies inside the window. Throws when the window never opens. */
export function nextOpening(zone: string, window: SendWindow, at: number): number {
  const local = localAt(zone, at)
  if (isOpenAt(window, local)) return at
  const minutes = openings(window)
  for (let day = local.day; day < local.day + horizon; day++) {
    if (!isOpenDay(window, day)) continue
    for (const minute of minutes) {
      const opening = instantOf(zone, day, minute * 60)
      if (opening >= at && isOpen(zone, window, opening)) return opening
    }
  }
  throw new RangeError('the send window never opens')
}

/** Until when the window stays open from an instant inside it, or `limit` when that comes first. */
export function openUntil(zone: string, window: SendWindow, from: number, limit: number): number {
  let at = from
  while (at < limit && isOpen(zone, window, at)) at = nextEdge(zone, window, at)
  return Math.min(at, limit)
}

/** The next instant at which the window may open or close. */
function nextEdge(zone: string, { from, to }: SendWindow, at: number): number {
  const { second } = localAt(zone, at)
  const edges = [from * 60, to * 60, 86_400].filter((edge) => edge > second)
  return Math.min(at + Math.min(...edges) - second, nextShift(zone, at))
}

/** The first instant of the slot at or after `at`. */
export function nextSlot(zone: string, slot: Slot, at: number): number {
  for (let day = localAt(zone, at).day; ; day++) {
    if (!slot.days.includes(weekdayOf(day))) continue
    const instant = instantOf(zone, day, slot.minute * 60)
    if (instant >= at) return instant
  }
}

/** The first instant of the slot inside the window; when the slot never lies inside, the window's next opening. */
export function nextOpenSlot(zone: string, slot: Slot, window: SendWindow, at: number): number {
  const limit = at + 60 * 86_400
  for (let instant = nextSlot(zone, slot, at); instant < limit; instant = nextSlot(zone, slot, instant + 1)) {
    if (isOpen(zone, window, instant)) return instant
  }
  return nextOpening(zone, window, nextSlot(zone, slot, at))
}
