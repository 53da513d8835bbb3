/** docs/scoring.md: every example is in order, every mistake is told as it says, and no key of the file is left out. */
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsBetween } from '../../domain/content.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { parseSource } from '../../workflows/compiler/source.ts'
import { raw, routing, scoringText, settings } from './domain/settings-sample.ts'

const root = resolve(import.meta.dirname, '../..')
const page = readFileSync(resolve(root, 'docs/scoring.md'), 'utf8')
const blocks = [...page.matchAll(/```yaml([ a-z]*)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(
  ([, kind = '', text = '', said = '']) => ({ isWrong: kind.includes('wrong'), text, said }),
)

/** What is said of a part of the file, the rest being the sample's. */
function saidOf(text: string): string {
  const parsed = parseSource('scoring.yaml', text)
  if (!parsed.ok) return JSON.stringify(parsed.problems)
  const { raw: part, at } = parsed.source
  const checked = checkScoring(text.includes('format:') ? part : { ...raw(scoringText), ...(part as object) })
  const problems = checked.ok
    ? problemsBetween({ settings, scoring: checked.value, routing, forms: {} })
    : checked.problems
  return problems
    .map(({ path, message }) => `scoring.yaml:${at(path).line}:${at(path).column} ${message}\n`)
    .join('')
}

describe('an example', () => {
  test.each(blocks.filter(({ isWrong }) => !isWrong).map(({ text }) => text))('is in order: %s', (text) => {
    expect(saidOf(text)).toBe('')
  })

  test.each(blocks.filter(({ isWrong }) => isWrong).map(({ text, said }) => [text, said]))(
    'of a mistake is told: %s',
    (text, said) => {
      expect(saidOf(text)).toBe(said)
    },
  )
})

/** Every name of a key in the JSON Schema of the file. */
function keysOf(schema: unknown): readonly string[] {
  if (typeof schema !== 'object' || schema === null) return []
  if (Array.isArray(schema)) return schema.flatMap(keysOf)
  const { properties = {}, ...rest } = schema as { properties?: Record<string, unknown> }
  return [
    ...Object.keys(properties),
    ...Object.values(properties).flatMap(keysOf),
    ...Object.values(rest).flatMap(keysOf),
  ]
}

test('every key is in an example', () => {
  const schema: unknown = JSON.parse(readFileSync(resolve(root, 'schemas/scoring.schema.json'), 'utf8'))
  const keys = [...new Set(keysOf(schema))]
  const examples = blocks
    .filter(({ isWrong }) => !isWrong)
    .map(({ text }) => text)
    .join('\n')
  expect(keys.length).toBeGreaterThan(30)
  expect(keys.filter((key) => !new RegExp(`(^|[\\s{])${key}:`, 'm').test(examples))).toEqual([])
})
