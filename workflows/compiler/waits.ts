/** Waits as marketers write them: for a length, until a date of the lead, on to a slot. */
import { parseDuration } from '../../domain/duration.ts'
import { factName } from '../../domain/lead-profile.ts'
import type { DateWait, Wait, WaitStep } from '../../domain/sequence.ts'
import { waitSchema } from './language.ts'
import { accept, type Reader, report } from './reader.ts'
import { parseSlot } from './slot.ts'
import type { Path } from './source.ts'

const lengthOf = (text: string | undefined): string | undefined =>
  text === undefined ? undefined : parseDuration(text)

/** `before: 30 days` or `after: 2 weeks`; both together are a problem. */
export function readShift(
  reader: Reader,
  file: { readonly before?: string | undefined; readonly after?: string | undefined },
  path: Path,
): Pick<DateWait, 'shift'> {
  if (file.before !== undefined && file.after !== undefined) {
    report(reader, [...path, 'after'], '"before" or "after" the date, not both')
  }
  const before = lengthOf(file.before)
  const by = before ?? lengthOf(file.after)
  return by === undefined ? {} : { shift: { by, to: before === undefined ? 'after' : 'before' } }
}

/** Reads a wait. */
export function readWait(
  reader: Reader,
  raw: Readonly<Record<string, unknown>>,
  path: Path,
): WaitStep | undefined {
  const file = accept(reader, waitSchema, raw, path)?.wait
  if (file === undefined) return undefined
  const here = [...path, 'wait']
  if (typeof file === 'string') return { kind: 'wait', wait: { for: lengthOf(file) ?? 'PT0S' } }
  const slot = file.then === undefined ? undefined : parseSlot(file.then)
  const until = slot ? { until: slot } : {}
  if (file.until) return readDate(reader, { ...file, until: file.until }, here, until)
  if (file.otherwise !== undefined) {
    return report(reader, [...here, 'otherwise'], '"otherwise" belongs to { until: { date: <field> } }')
  }
  const length = lengthOf(file.for)
  if (length === undefined && !slot) {
    return report(reader, here, 'wait for what? write { for: 2 days } or { then: "tue 09:30" }')
  }
  return { kind: 'wait', wait: { ...(length === undefined ? {} : { for: length }), ...until } }
}

interface DateFile {
  readonly for?: string | undefined
  readonly until: {
    readonly date: string
    readonly before?: string | undefined
    readonly after?: string | undefined
  }
  readonly otherwise?: string | undefined
}

function readDate(
  reader: Reader,
  file: DateFile,
  path: Path,
  until: Pick<Wait, 'until'>,
): WaitStep | undefined {
  if (file.for !== undefined)
    report(reader, [...path, 'for'], 'wait "for" a length or "until" a date, not both')
  const otherwise = lengthOf(file.otherwise)
  if (otherwise === undefined) {
    const why = 'how long to wait when a lead has no such date'
    return report(reader, path, `"otherwise" is missing: ${why}, such as otherwise: 90 days`)
  }
  const shift = readShift(reader, file.until, [...path, 'until'])
  return { kind: 'wait', wait: { date: { field: factName(file.until.date), ...shift, otherwise }, ...until } }
}
