/** What the timeline tells of a mail that was held back: until when, where the lead is, and why. */
import { dateOf, localAt, weekdayOf } from './calendar.ts'
import type { DeferReason, Held } from './enrolment.ts'

const whyHeld: Readonly<Record<DeferReason, string>> = {
  'min-gap': 'too soon after the last mail',
  'frequency-cap': 'enough mails for this stretch of time',
  'quiet-hours': 'quiet hours or a day without mail',
  priority: 'a sequence of higher priority goes first',
  paused: 'the lead asked for a pause',
  fatigue: 'slower, as the lead has not reacted to the last mails',
  stopped: 'sending is stopped',
  refused: 'the mail service would not take it yet',
  fault: 'something did not work; it is tried again',
}

const dayNames = ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun']
const monthNames = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec']

const twoDigits = (value: number): string => String(Math.floor(value)).padStart(2, '0')

/** "Tue 24 Nov 08:00" in a zone; with the year where it is not that of `from`. Instants in seconds. */
export function momentWords(zone: string, at: number, from: number): string {
  const { day, second } = localAt(zone, at)
  const [year = '', month = '', date = ''] = dateOf(day).split('-')
  const isNear = year === dateOf(localAt(zone, from).day).slice(0, 4)
  const words = [
    dayNames[weekdayOf(day) - 1],
    Number(date),
    monthNames[Number(month) - 1],
    ...(isNear ? [] : [year]),
    `${twoDigits(second / 3600)}:${twoDigits((second % 3600) / 60)}`,
  ]
  return words.join(' ')
}

/** "Held back: “Checklist” until Tue 24 Nov 08:00 — quiet hours or a day without mail" */
export const heldText = (name: string, { at, until, reason }: Held, zone: string): string =>
  `Held back: “${name}” until ${momentWords(zone, until, at)} — ${whyHeld[reason]}`
