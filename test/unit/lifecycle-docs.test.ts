/** docs/lifecycle.md: every example is in order, every mistake is told as it says, every reason is named. */
import { readdirSync, readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { problemsBetween } from '../../domain/content.ts'
import type { Checked } from '../../domain/content-check.ts'
import { entryRefusals } from '../../domain/entry.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { checkSettings } from '../../domain/settings.ts'
import { compileSequence } from '../../workflows/compiler/compile.ts'
import { formatProblem } from '../../workflows/compiler/problem.ts'
import { parseSource } from '../../workflows/compiler/source.ts'
import { shippedContext } from './compiler/helpers.ts'
import { raw, routing, scoring, scoringText, settings, settingsText } from './domain/settings-sample.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../docs/lifecycle.md'), 'utf8')
const blocks = [...page.matchAll(/```yaml([ a-z]*)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)].map(
  ([, kind = '', text = '', said = '']) => ({ kind: kind.trim(), text, said }),
)
const of = (kind: string) =>
  blocks.filter((block) => block.kind === kind).map(({ text, said }) => [text, said] as const)

type Found = readonly { readonly path: readonly (string | number)[]; readonly message: string }[]

/** What is said of a part of a file, the rest being the sample's. */
function saidOf<Model>(
  file: string,
  base: string,
  text: string,
  check: (whole: object) => Checked<Model>,
  between: (model: Model) => Found,
): string {
  const parsed = parseSource(file, text)
  if (!parsed.ok) return parsed.problems.map(formatProblem).join('\n')
  const { raw: part, at } = parsed.source
  const checked = check({ ...raw(base), ...(part as object) })
  const found = checked.ok ? between(checked.value) : checked.problems
  return found.map(({ path, message }) => `${formatProblem({ file, ...at(path), message })}\n`).join('')
}

const ofSettings = (text: string): string => {
  const base = raw(settingsText)
  const sending = { ...(base['sending'] as object) }
  const check = (whole: object) => {
    const given = (whole as { sending: object }).sending
    return checkSettings({ ...whole, sending: { ...sending, ...given } })
  }
  return saidOf('settings.yaml', settingsText, text, check, (model) =>
    problemsBetween({ settings: model, scoring, routing, forms: {} }),
  )
}
const ofScoring = (text: string): string =>
  saidOf('scoring.yaml', scoringText, text, checkScoring, (model) =>
    problemsBetween({ settings, scoring: model, routing, forms: {} }),
  )

describe('an example', () => {
  test.each(of('settings'))('of settings is in order: %s', (text) => {
    expect(ofSettings(text)).toBe('')
  })

  test.each(of('settings wrong'))('of a mistake is told: %s', (text, said) => {
    expect(ofSettings(text)).toBe(said)
  })

  test.each(of('scoring'))('of scoring is in order: %s', (text) => {
    expect(ofScoring(text)).toBe('')
  })

  test.each(of(''))('of a sequence compiles: %s', (text) => {
    const id = /^id: (\S+)/m.exec(text)?.[1] ?? ''
    expect(compileSequence(`${id}.yaml`, text, shippedContext).problems.map(formatProblem)).toEqual([])
  })

  test('is there of each kind', () => {
    expect([of(''), of('settings'), of('settings wrong'), of('scoring')].map(({ length }) => length)).toEqual(
      [6, 3, 1, 2],
    )
  })
})

test('every reason for which nobody is put into a sequence is named', () => {
  expect(entryRefusals.filter((reason) => !page.includes(`\`${reason}\``))).toEqual([])
})

test('the page names every sequence that ships', () => {
  const names = readdirSync(resolve(import.meta.dirname, '../../workflows/sequences'))
  const shipped = names.map((name) => name.replace(/\.yaml$/, ''))
  const missing = shipped.filter((id) => id !== 'warehouse-guide' && !page.includes(`| \`${id}\` |`))
  expect(missing).toEqual([])
})
