/** "tue-thu 09:30": days of the week and a time to wait for. */
import type { Slot } from '../../domain/sequence.ts'

const names = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun']

/** Reads "tue-thu 09:30", "mon,wed 14:00" or "09:30" (any day); undefined when it is none of them. */
export function parseSlot(text: string): Slot | undefined {
  const match = /^(?:(\S+)\s+)?([01]\d|2[0-3]):([0-5]\d)$/.exec(text.trim().toLowerCase())
  if (!match) return undefined
  const days = match[1] === undefined ? [1, 2, 3, 4, 5, 6, 7] : daysOf(match[1])
  return days && { days, minute: Number(match[2]) * 60 + Number(match[3]) }
}

function daysOf(text: string): readonly number[] | undefined {
  const days = new Set<number>()
  for (const part of text.split(',')) {
    const [from, to] = part.split('-').map((name) => names.indexOf(name.slice(0, 3)))
    if (from === undefined || from < 0 || to === -1 || part.split('-').length > 2) return undefined
    const length = to === undefined ? 0 : (to - from + 7) % 7
    for (let index = 0; index <= length; index++) days.add(((from + index) % 7) + 1)
  }
  return [...days].sort((left, right) => left - right)
}
