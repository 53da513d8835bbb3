/** What makes a lead enter: `enrol.when`. */
import { factName } from '../../domain/lead-profile.ts'
import { rangeOf } from '../../domain/scoring-text.ts'
import type { Trigger } from '../../domain/sequence.ts'
import { readEvent, readOften } from './events.ts'
import { triggerSchemas } from './language-header.ts'
import { wordsOf } from './language-words.ts'
import { accept, expectKnown, isBlock, type Reader, report, reportKey } from './reader.ts'
import { shown } from './schema-issues.ts'
import type { Path } from './source.ts'
import { hint } from './suggest.ts'
import { readShift } from './waits.ts'

type Raw = Readonly<Record<string, unknown>>
type Read = (reader: Reader, raw: Raw, path: Path) => readonly Trigger[] | undefined

/** Reads one trigger or a list of them. */
export function readTriggers(reader: Reader, raw: unknown, path: Path): readonly Trigger[] {
  if (!Array.isArray(raw)) return readTrigger(reader, raw, path)
  if (raw.length === 0) report(reader, path, 'when does a lead enter? write { form: <id> }, or api')
  return raw.flatMap((one: unknown, index) => readTrigger(reader, one, [...path, index]))
}

function readTrigger(reader: Reader, raw: unknown, path: Path): readonly Trigger[] {
  if (raw === 'api') return [{ kind: 'api' }]
  const allowed = [...Object.keys(readers), 'api']
  if (typeof raw === 'string') {
    report(reader, path, `unknown trigger "${raw}"${hint(raw, allowed)}`)
    return []
  }
  if (!isBlock(raw) || Object.keys(raw).length === 0) {
    report(reader, path, `expected a trigger like { form: <id> }, found ${shown(raw)}`)
    return []
  }
  const keys = Object.keys(raw)
  const known = keys.filter((key) => Object.hasOwn(readers, key))
  const [key = '', second] = known
  if (second !== undefined) {
    reportKey(
      reader,
      [...path, second],
      `"${key}" and "${second}" are two triggers: write a list, [ { … }, { … } ]`,
    )
  } else if (known.length === 0) {
    const word = keys[0] ?? ''
    reportKey(reader, [...path, word], `unknown trigger "${word}"${hint(word, allowed)}`)
  } else return readers[key]?.(reader, raw, path) ?? []
  return []
}

const checkWords = (
  reader: Reader,
  what: string,
  value: string | readonly string[],
  known: ReadonlySet<string>,
  path: Path,
): readonly string[] => {
  const words = wordsOf(value)
  for (const [index, word] of words.entries())
    expectKnown(reader, what, word, known, typeof value === 'string' ? path : [...path, index])
  return words
}

const readForm: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.form, raw, path)
  const forms = file && checkWords(reader, 'form', file.form, reader.context.forms, [...path, 'form'])
  return forms?.map((form) => ({ kind: 'form', form }))
}

const readAdForm: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.ad_form, raw, path)?.ad_form
  return file && [{ kind: 'ad-form', source: file.source, formId: file.form_id }]
}

const readStage: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.stage, raw, path)
  const stages = file && checkWords(reader, 'stage', file.stage, reader.context.stages, [...path, 'stage'])
  return stages && [{ kind: 'stage', stages }]
}

const readSignal: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.event, raw, path)?.event
  if (file === undefined) return undefined
  const here = [...path, 'event']
  if (typeof file === 'string') {
    const event = readEvent(reader, file, here)
    return event && [{ kind: 'event', event }]
  }
  const { at_least: _, within: __, ...match } = file
  const event = readEvent(reader, match, here, 'elsewhere')
  const often = readOften(reader, file, here)
  return event && [{ kind: 'event', event, ...often }]
}

const readScore: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.score, raw, path)?.score
  if (!file) return undefined
  const parts = Object.entries(file).filter(([, range]) => range !== undefined)
  const [part] = parts
  if (!part || parts.length > 1) {
    return report(reader, [...path, 'score'], 'one score for each trigger: { score: { total: ">= 40" } }')
  }
  const [score, text] = part as ['fit' | 'engagement' | 'total', string | number]
  const is = rangeOf(String(text))
  if (is) return [{ kind: 'score', score, is }]
  const here = [...path, 'score', score]
  return report(reader, here, `found ${shown(text)}; write a range like ">= 40", "< 8" or "50..199"`)
}

const readTemperature: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.temperature, raw, path)
  return file && wordsOf(file.temperature).map((temperature) => ({ kind: 'temperature', temperature }))
}

const readDate: Read = (reader, raw, path) => {
  const file = accept(reader, triggerSchemas.date, raw, path)?.date
  if (!file) return undefined
  return [{ kind: 'date', field: factName(file.field), ...readShift(reader, file, [...path, 'date']) }]
}

const readers: Readonly<Record<string, Read>> = {
  form: readForm,
  ad_form: readAdForm,
  stage: readStage,
  event: readSignal,
  score: readScore,
  temperature: readTemperature,
  date: readDate,
}
