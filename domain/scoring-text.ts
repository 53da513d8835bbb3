/** The small texts of the marketers' files: "14 days", ">= 30", "24 per 7 days", "08:30", "mon". */
import * as z from 'zod/mini'
import type { Range } from './condition.ts'

const second = 1000
const units: Readonly<Record<string, number>> = {
  second,
  minute: 60 * second,
  hour: 3600 * second,
  day: 86_400 * second,
  week: 7 * 86_400 * second,
  month: 30 * 86_400 * second,
  year: 365 * 86_400 * second,
}

const isoLetters: Readonly<Record<string, readonly [string, string]>> = {
  second: ['PT', 'S'],
  minute: ['PT', 'M'],
  hour: ['PT', 'H'],
  day: ['P', 'D'],
  week: ['P', 'W'],
  month: ['P', 'M'],
  year: ['P', 'Y'],
}

export const durationPattern = /^\d{1,6} (?:second|minute|hour|day|week|month|year)s?$/
const isoPattern = /^P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)S)?)?$/
const isoUnits = ['year', 'month', 'week', 'day', 'hour', 'minute', 'second']

const unitOf = (word: string): string => (word.endsWith('s') ? word.slice(0, -1) : word)

/** Milliseconds of "14 days" or of ISO 8601 "P14D"; a month counts 30 days, a year 365. Undefined when it is neither. */
export function durationMs(text: string): number | undefined {
  if (durationPattern.test(text)) {
    const [count = '', word = ''] = text.split(' ')
    return Number(count) * (units[unitOf(word)] ?? 0)
  }
  const parts = isoPattern.exec(text)
  if (!parts || text.endsWith('P') || text.endsWith('T')) return undefined
  return isoUnits.reduce((sum, unit, i) => sum + Number(parts[i + 1] ?? 0) * (units[unit] ?? 0), 0)
}

/** ISO 8601 of "14 days": `P14D`. */
export function isoDuration(text: string): string | undefined {
  if (!durationPattern.test(text)) return isoPattern.test(text) ? text : undefined
  const [count = '', word = ''] = text.split(' ')
  const [head, letter] = isoLetters[unitOf(word)] ?? ['P', 'D']
  return `${head}${Number(count)}${letter}`
}

const number = String.raw`-?\d{1,9}(?:\.\d{1,6})?`
export const rangePattern = new RegExp(`^(?:(?:>=|<=|>|<|=) ?${number}|${number}\\.\\.${number}|${number})$`)
const bounds: Readonly<Record<string, (n: number) => Range>> = {
  '>=': (n) => ({ atLeast: n }),
  '<=': (n) => ({ atMost: n }),
  '>': (n) => ({ above: n }),
  '<': (n) => ({ below: n }),
  '=': (n) => ({ atLeast: n, atMost: n }),
}

/** The range of ">= 30", "< 8", "50..199" (both ends included) or "5" (exactly); undefined when it is none. */
export function rangeOf(text: string): Range | undefined {
  if (!rangePattern.test(text)) return undefined
  const [low, high] = text.split('..')
  if (low !== undefined && high !== undefined) return { atLeast: Number(low), atMost: Number(high) }
  const sign = /^(?:>=|<=|>|<|=)/.exec(text)?.[0] ?? '='
  return bounds[sign]?.(Number(text.replace(sign, '').trim()))
}

export const meetsLower = (value: number, range: Range): boolean =>
  (range.atLeast === undefined || value >= range.atLeast) &&
  (range.above === undefined || value > range.above)

export const meetsUpper = (value: number, range: Range): boolean =>
  (range.atMost === undefined || value <= range.atMost) && (range.below === undefined || value < range.below)

export const inRange = (value: number, range: Range): boolean =>
  meetsLower(value, range) && meetsUpper(value, range)

/** "24 per 7 days" → so much in any stretch of that many milliseconds; "3" → so much for good. */
export interface Quota {
  readonly max: number
  readonly per?: number
}
export const quotaPattern = /^\d{1,6}(?: per \d{1,6} (?:second|minute|hour|day|week|month|year)s?)?$/

export function quotaOf(text: string | number): Quota | undefined {
  if (typeof text === 'number') return { max: text }
  if (!quotaPattern.test(text)) return undefined
  const [max = '', per] = text.split(' per ')
  const ms = per === undefined ? undefined : durationMs(per)
  return { max: Number(max), ...(ms === undefined ? {} : { per: ms }) }
}

/** Minutes after midnight of "08:30". */
export function minuteOf(text: string): number {
  const [hours = '0', minutes = '0'] = text.split(':')
  return Number(hours) * 60 + Number(minutes)
}

const dayWords = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const
/** ISO weekday of "mon": 1 … 7. */
export const dayOf = (word: (typeof dayWords)[number]): number => dayWords.indexOf(word) + 1

export const durationText = z
  .string()
  .check(z.regex(durationPattern, 'write a duration like "14 days" or "20 hours"'))
export const rangeText = z.union([
  z.number(),
  z.string().check(z.regex(rangePattern, 'write a range like ">= 30", "< 8" or "50..199"')),
])
export const quotaText = z.union([
  z.number().check(z.int(), z.gte(1)),
  z.string().check(z.regex(quotaPattern, 'write a limit like "24 per 7 days"')),
])
export const timeText = z.string().check(z.regex(/^(?:[01]\d|2[0-3]):[0-5]\d$/, 'write a time like "08:30"'))
export const dayText = z.enum(dayWords)
export const dateText = z
  .string()
  .check(z.regex(/^\d{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])$/, 'write a date like "2026-12-25"'))
/** One text, or one for each language. */
export const localText = z.union([z.string(), z.record(z.string(), z.string())])
export type LocalText = z.infer<typeof localText>
export const idText = z
  .string()
  .check(z.regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'an id is lower case, digits, "-" and "_", at most 40'))

/** The text in a language ("de-AT" falls back to "de"), or the first there is. */
export function textIn(text: LocalText, locale: string): string {
  if (typeof text === 'string') return text
  const short = locale.split('-')[0] ?? ''
  return text[locale] ?? text[short] ?? text['en'] ?? Object.values(text)[0] ?? ''
}
