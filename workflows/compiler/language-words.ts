/** The small words of a sequence file: ids, names, lengths, shares. */
import * as z from 'zod/mini'
import { durationSeconds, parseDuration } from '../../domain/duration.ts'
import { parseSlot } from './slot.ts'

/** The key of that name, as a key only: an object that has it is no promise here. */
export const thenKey = 'then'

/** A sequence ends some day: nothing in it takes longer than this. */
export const maxDays = 3650

const secondsOf = (text: string): number | undefined => {
  const iso = parseDuration(text)
  return iso === undefined ? undefined : durationSeconds(iso)
}

/** A length of time that is neither nothing nor for ever. */
export const durationText = z.string().check(
  z.refine(
    (text) => secondsOf(text) !== undefined,
    'write a duration like "2 days", "20 hours" or "30 minutes"',
  ),
  z.refine((text) => secondsOf(text) !== 0, 'it takes at least a minute'),
  z.refine((text) => (secondsOf(text) ?? 0) <= maxDays * 86_400, 'at most 10 years'),
)

export const slotText = z
  .string()
  .check(z.refine((text) => parseSlot(text) !== undefined, 'write days and a time like "tue-thu 09:30"'))

const percentPattern = /^(\d{1,3})(?:\.(\d{1,2}))? ?%$/
const percentHelp = 'write a share like 50% or 12.5%'

/** "12.5%" */
export const percentText = z.string(percentHelp).check(
  z.regex(percentPattern, percentHelp),
  z.refine((text) => (percentOf(text) ?? 0) <= 10_000, 'at most 100%'),
)

/** Hundredths of a percent: "12.5%" is 1250. Undefined when it is no share. */
export function percentOf(text: string): number | undefined {
  const match = percentPattern.exec(text)
  return match ? Number(match[1]) * 100 + Number((match[2] ?? '').padEnd(2, '0')) : undefined
}

export const stepIdPattern = /^[a-z0-9][a-z0-9-]{0,29}$/
const ownIds = /^(end|next|score|tag|set|stage|webhook|task)(-\d+)?$/

/** Whether steps without an id of their own are called so. */
export const isOwnId = (id: string): boolean => ownIds.test(id)

/** Every object has one: what is kept by step would find it for steps that nothing is kept of. */
const isObjectKey = (id: string): boolean => id in {}

/** Whether a step may be called like its template. */
export const mayBeId = (text: string): boolean =>
  stepIdPattern.test(text) && !isOwnId(text) && !isObjectKey(text)

export const stepId = z.string().check(
  z.regex(stepIdPattern, 'an id is lower case, digits and "-", at most 30 characters'),
  z.refine((id) => !isOwnId(id), 'this id is taken: steps without an id are called so themselves'),
  z.refine((id) => !isObjectKey(id), 'this id is taken: give the step another'),
)

export const sequenceId = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      'the id of a sequence is lower case, digits and "-", at most 40 characters',
    ),
  )

export const label = z.string().check(z.minLength(1), z.maxLength(80))
export const words = z.union([z.string(), z.array(z.string()).check(z.minLength(1))])
export const wordsOf = (value: string | readonly string[]): readonly string[] =>
  typeof value === 'string' ? [value] : value

export const temperatures = z.enum(['hot', 'warm', 'cold'])

export const fieldName = z
  .string()
  .check(z.regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,59}$/, 'a field is letters, digits, "_", "." and "-"'))

/** A list of steps. They are read one by one, so the list itself says nothing about them. */
export const stepList = z.array(z.unknown())
/** A condition, read by its keys. */
export const conditionPart = z.unknown()
/** A trigger or a list of them, read by their keys. */
export const triggerPart = z.unknown()
