/** The pages about sequences: examples compile without a warning, and what they say of mistakes is said. */
import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { describe, expect, test } from 'vitest'
import { pathLine } from '../../../cli/check.ts'
import { compileSequence } from '../../../workflows/compiler/compile.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { transitionsOf } from '../../../workflows/compiler/transitions.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { fileOf, shippedContext } from './helpers.ts'

const docs = resolve(import.meta.dirname, '../../../docs')
const pages = ['sequences.md', ...readdirSync(join(docs, 'sequences')).map((name) => `sequences/${name}`)]
const textOf = (page: string): string => readFileSync(join(docs, page), 'utf8')

/** The lines that `fileOf` puts above the steps. */
const above = fileOf('').split('\n').indexOf('steps:') + 1

/** A block of steps as a whole file; a whole file as it is. */
const wholeOf = (kind: string, text: string): string =>
  kind.includes('steps') ? fileOf(text).replace('id: test', 'id: spring') : text
const idOf = (text: string): string => /^id: (\S+)/m.exec(text)?.[1] ?? ''
const read = (text: string) => compileSequence(`${idOf(text)}.yaml`, text, shippedContext)

/** Without a warning, too. */
function compiled(text: string) {
  const result = read(text)
  expect(result.problems.map(formatProblem)).toEqual([])
  return result.ok ? result : expect.fail('it does not compile')
}

describe.each(pages)('%s', (page) => {
  const text = textOf(page)
  const blocks = [...text.matchAll(/```yaml([ a-z]*)\n(.*?)```(?:\n\n```text\n(.*?)```)?/gs)]
  const examples = blocks.filter(([, kind = '']) => !kind.includes('wrong'))
  const mistakes = blocks.filter(([, kind = '']) => kind.includes('wrong'))

  test('has an example that is a whole file', () => {
    expect(examples.some(([, kind]) => kind === '')).toBe(true)
  })

  test.each(examples.map(([, kind = '', body = '']) => wholeOf(kind, body)))(
    'the example compiles: %s',
    (file) => {
      const { asl } = compiled(file)
      expect(definitionProblems(asl)).toEqual([])
    },
  )

  test.runIf(/^```text cost$/m.test(text))('the first example costs what is said', () => {
    const [, , file = ''] = examples[0] ?? []
    const [, said = ''] = /```text cost\n(.*?)```/s.exec(text) ?? []
    expect(said).toBe(transitionsOf(compiled(file).sequence).map(pathLine).join('\n').concat('\n'))
  })

  test.each(mistakes.map(([, kind = '', body = '', said = '']) => [kind, body, said] as const))(
    'the mistake is told: %s%s',
    (kind, body, said) => {
      const shift = kind.includes('steps') ? above : 0
      const found = read(wholeOf(kind, body)).problems.map((problem) =>
        formatProblem({ ...problem, line: problem.line - shift }),
      )
      expect(`${found.join('\n')}\n`).toBe(said)
    },
  )

  test.runIf(page !== 'sequences.md')('says what happens on a mistake and what it costs', () => {
    expect(mistakes.length).toBeGreaterThan(0)
    expect(text).toMatch(/^## What it costs$/m)
  })

  test.runIf(page !== 'sequences.md')('is in the overview', () => {
    expect(textOf('sequences.md')).toContain(`(${page})`)
  })
})

const rows = [...textOf('sequences/conditions.md').matchAll(/^\| .* \| (`\{.*) \|$/gm)].flatMap(
  ([, cell = '']) => cell.match(/\{.*?\}(?=`)/g) ?? [],
)

test.each(rows)('the condition is one: %s', (condition) => {
  const model = read(fileOf('  - send: keep-warm-1\n    id: one', `goal: { when: ${condition} }`))
  expect(model.problems.map(formatProblem)).toEqual([])
})

test('the table of conditions was read', () => {
  expect(rows).toHaveLength(16)
})
