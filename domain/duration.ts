/** Durations: as marketers write them ("2 days"), as the model keeps them (ISO 8601), as the calendar adds them. */

/** A calendar duration: months and days follow the local calendar, seconds are exact. */
export interface Duration {
  readonly months: number
  readonly days: number
  readonly seconds: number
}

const units: Readonly<Record<string, readonly [date: boolean, letter: string]>> = {
  minute: [false, 'M'],
  hour: [false, 'H'],
  day: [true, 'D'],
  week: [true, 'W'],
  month: [true, 'M'],
  year: [true, 'Y'],
}

/** The words that may stand in a duration, for error messages. */
export const durationUnits = Object.keys(units)

const iso = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/

/** "2 days", "20 hours", "1 week" or ISO 8601 → ISO 8601; undefined when it is no duration. */
export function parseDuration(text: string): string | undefined {
  const trimmed = text.trim()
  if (iso.test(trimmed) && /\d/.test(trimmed) && !trimmed.endsWith('T')) return trimmed
  const words = /^(\d{1,6})\s*([a-z]+?)s?$/.exec(trimmed.toLowerCase())
  const unit = units[words?.[2] ?? '']
  if (!words || !unit) return undefined
  return unit[0] ? `P${Number(words[1])}${unit[1]}` : `PT${Number(words[1])}${unit[1]}`
}

/** The parts of an ISO 8601 duration. Throws when it is none: the checked model holds nothing else. */
export function durationOf(text: string): Duration {
  const match = iso.exec(text)
  if (!match) throw new RangeError(`not an ISO 8601 duration: ${text}`)
  const [years, months, weeks, days, hours, minutes, seconds] = match
    .slice(1)
    .map((part) => Number(part ?? 0))
  return {
    months: (years ?? 0) * 12 + (months ?? 0),
    days: (weeks ?? 0) * 7 + (days ?? 0),
    seconds: (hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0),
  }
}

/** Nominal length in seconds, for comparing and for limits: a day is 24 hours, a month 30 days. */
export function durationSeconds(text: string): number {
  const { months, days, seconds } = durationOf(text)
  return (months * 30 + days) * 86_400 + seconds
}
