/** Conditions as marketers write them → the model's conditions. */
import * as z from 'zod/mini'
import type { Condition, Range } from '../../domain/condition.ts'
import { factName } from '../../domain/lead-profile.ts'
import { rangeOf } from '../../domain/scoring-text.ts'
import { readEvent, readOften } from './events.ts'
import { knownFields } from './language-conditions.ts'
import { temperatures, words, wordsOf } from './language-words.ts'
import { accept, expectKnown, isBlock, type Reader, report, reportKey } from './reader.ts'
import { shown } from './schema-issues.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'

type Read = (reader: Reader, raw: unknown, path: Path, key: string) => Condition | undefined

/** Reads a condition; several keys side by side must all hold. */
export function readCondition(reader: Reader, raw: unknown, path: Path): Condition | undefined {
  if (!isBlock(raw) || Object.keys(raw).length === 0) {
    return report(
      reader,
      path,
      `expected a condition like { score: { total: ">= 40" } }, found ${shown(raw)}`,
    )
  }
  const found = Object.entries(raw).map(([key, value]) => readKey(reader, key, value, [...path, key]))
  const parts = found.filter((part) => part !== undefined)
  if (parts.length < found.length) return undefined
  return parts.length === 1 ? parts[0] : { all: parts }
}

function readKey(reader: Reader, key: string, value: unknown, path: Path): Condition | undefined {
  const read = Object.hasOwn(byKey, key) ? byKey[key] : knownFields.includes(key) ? readField : undefined
  if (read) return read(reader, value, path, key)
  const allowed = [...Object.keys(byKey), ...knownFields]
  const own = `; a field of your own: field: { ${key}: … }`
  return reportKey(reader, path, `unknown condition "${key}"${hint(key, allowed)}${own}`)
}

function readList(reader: Reader, raw: unknown, path: Path): readonly Condition[] | undefined {
  if (!Array.isArray(raw) || raw.length === 0) {
    return report(reader, path, `expected a list of conditions, found ${shown(raw)}`)
  }
  const found = raw.map((one: unknown, index) => readCondition(reader, one, [...path, index]))
  const parts = found.filter((part) => part !== undefined)
  return parts.length === found.length ? parts : undefined
}

function readRange(reader: Reader, raw: unknown, path: Path): Range | undefined {
  const range = typeof raw === 'string' || typeof raw === 'number' ? rangeOf(String(raw)) : undefined
  return range ?? report(reader, path, `found ${shown(raw)}; write a range like ">= 40", "< 8" or "50..199"`)
}

const readPart: Read = (reader, raw, path, key) => {
  const is = readRange(reader, raw, path)
  return is && { score: key as 'fit' | 'engagement' | 'total', is }
}

const readScore: Read = (reader, raw, path) => {
  const schema = z.strictObject({
    total: z.optional(z.unknown()),
    fit: z.optional(z.unknown()),
    engagement: z.optional(z.unknown()),
  })
  const parts = accept(reader, schema, raw, path)
  return parts && readCondition(reader, parts, path)
}

const readField: Read = (reader, raw, path, key) => {
  if (Array.isArray(raw)) {
    const values = accept(reader, z.array(z.union([z.string(), z.number()])), raw, path)
    return values && { field: key, in: values.map(String) }
  }
  if (isBlock(raw) || raw === null) return report(reader, path, `${key}: found ${shown(raw)}; write a value`)
  const text = String(raw)
  const is = rangeOf(text)
  if (is) return { field: key, is }
  return /^[<>=]/.test(text) ? void readRange(reader, raw, path) : { field: key, in: [text] }
}

const readFields: Read = (reader, raw, path) => {
  if (!isBlock(raw)) return report(reader, path, `expected { <field>: <value> }, found ${shown(raw)}`)
  const found = Object.entries(raw).map(([key, value]) =>
    readField(reader, value, [...path, key], factName(key)),
  )
  const parts = found.filter((part) => part !== undefined)
  if (parts.length < found.length || parts.length === 0) return undefined
  return parts.length === 1 ? parts[0] : { all: parts }
}

const readStage: Read = (reader, raw, path) => {
  const value = accept(reader, words, raw, path)
  if (value === undefined) return undefined
  const stages = wordsOf(value)
  for (const [index, stage] of stages.entries()) {
    const place = typeof value === 'string' ? path : [...path, index]
    expectKnown(reader, 'stage', stage, reader.context.stages, place)
  }
  return { stage: stages }
}

const readTag: Read = (reader, raw, path) => {
  const value = accept(reader, words, raw, path)
  return value === undefined ? undefined : { field: 'tag', in: wordsOf(value) }
}

const readTemperature: Read = (reader, raw, path) => {
  const value = accept(reader, z.union([temperatures, z.array(temperatures)]), raw, path)
  return value && { temperature: wordsOf(value) }
}

const readEventCondition: Read = (reader, raw, path) => {
  if (!isBlock(raw)) {
    const event = readEvent(reader, raw, path)
    return event && { event }
  }
  const { at_least, within, ...match } = raw
  const event = readEvent(reader, match, path)
  return event && { event, ...readOften(reader, raw, path) }
}

/** `clicked: { step: w1 }` and its kin: an event by a shorter name. */
const readShort =
  (name: string, property?: string): Read =>
  (reader, raw, path) => {
    if (!isBlock(raw)) return report(reader, path, `expected a block of keys, found ${shown(raw)}`)
    const { at_least, within, ...match } = raw
    const value = property === undefined ? undefined : match[property]
    const where = typeof value === 'string' && property !== undefined ? { where: { [property]: value } } : {}
    const rest = Object.entries(match).filter(([key]) => !(key === property && typeof value === 'string'))
    const event = readEvent(reader, { name, ...Object.fromEntries(rest), ...where }, path)
    return event && { event, ...readOften(reader, raw, path) }
  }

const byKey: Readonly<Record<string, Read>> = {
  any: (reader, raw, path) => {
    const any = readList(reader, raw, path)
    return any && { any }
  },
  all: (reader, raw, path) => {
    const all = readList(reader, raw, path)
    return all && { all }
  },
  not: (reader, raw, path) => {
    const not = readCondition(reader, raw, path)
    return not && { not }
  },
  stage: readStage,
  temperature: readTemperature,
  tag: readTag,
  score: readScore,
  total: readPart,
  fit: readPart,
  engagement: readPart,
  field: readFields,
  event: readEventCondition,
  clicked: readShort('email.clicked'),
  visited: readShort('page.viewed', 'path'),
}
