/** When a schedule is due: `at(…)` once, `rate(…)` again and again. */
import { Temporal } from 'temporal-polyfill'
import { WireError } from '../wire.ts'

export type Expression =
  | { readonly kind: 'at'; readonly at: number }
  | { readonly kind: 'rate'; readonly everyMs: number }

const UNIT_MS: Readonly<Record<string, number>> = { minute: 60_000, hour: 3_600_000, day: 86_400_000 }

const invalid = (message: string): WireError => new WireError('ValidationException', message)

/** Reads an expression; the local time of `at` is of `zone`. */
export const parseExpression = (text: string, zone: string): Expression => {
  const once = /^at\((\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)\)$/.exec(text)
  if (once?.[1] !== undefined) return { kind: 'at', at: instantOf(once[1], zone) }
  const again = /^rate\(\s*([1-9]\d*)\s+(minute|hour|day)s?\s*\)$/.exec(text)
  const unit = UNIT_MS[again?.[2] ?? '']
  if (unit !== undefined) return { kind: 'rate', everyMs: Number(again?.[1]) * unit }
  throw invalid(`Invalid Schedule Expression ${text}.`)
}

const instantOf = (local: string, zone: string): number => {
  try {
    return Temporal.PlainDateTime.from(local).toZonedDateTime(zone).epochMilliseconds
  } catch {
    throw invalid(`Invalid Schedule Expression at(${local}) in the time zone ${zone}.`)
  }
}

/** When it is due next after `from`, its first time included; undefined when it never is again. */
export const nextDue = (
  expression: Expression,
  start: number,
  from: number,
  end: number | undefined,
): number | undefined => {
  const next =
    expression.kind === 'at'
      ? expression.at
      : start + Math.max(0, Math.ceil((from - start) / expression.everyMs)) * expression.everyMs
  return end !== undefined && next > end ? undefined : next
}
