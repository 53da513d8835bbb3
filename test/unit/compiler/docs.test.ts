import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { expect, test } from 'vitest'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { compiled, fileOf } from './helpers.ts'

const page = readFileSync(resolve(import.meta.dirname, '../../../docs/sequences.md'), 'utf8')
const blocks = [...page.matchAll(/```yaml( steps)?\n(.*?)```/gs)].map(([, isSteps, text = '']) =>
  isSteps ? fileOf(text) : text,
)
const rows = [...page.matchAll(/^\| .* \| (`\{.*) \|$/gm)].flatMap(
  ([, cell = '']) => cell.match(/\{.*?\}(?=`)/g) ?? [],
)

test('the page has examples', () => {
  expect(blocks).toHaveLength(4)
  expect(rows).toHaveLength(12)
})

test.each(blocks.map((text) => [text]))('the example compiles: %s', (text) => {
  expect(definitionProblems(compiled(text).asl)).toEqual([])
})

test.each(rows)('the condition is one: %s', (condition) => {
  const text = fileOf('  - send: one', `goal: { when: ${condition} }`)
  expect(compiled(text).sequence.goal?.when).toBeDefined()
})
