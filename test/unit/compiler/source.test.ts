import { expect, test } from 'vitest'
import * as z from 'zod/mini'
import { settingsFile } from '../../../domain/settings.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { readYaml } from '../../../workflows/compiler/source.ts'

const schema = z.strictObject({
  name: z.string(),
  list: z.optional(z.array(z.strictObject({ id: z.string(), kind: z.enum(['red', 'green']) }))),
  either: z.optional(z.union([z.string(), z.strictObject({ from: z.number(), to: z.number() })])),
})
const problems = (text: string) => {
  const read = readYaml('a.yaml', text, schema)
  return read.ok ? [] : read.problems.map(formatProblem)
}

test('the value, and where each part of it stands', () => {
  const read = readYaml('a.yaml', '# note\nname: x\nlist:\n  - { id: a, kind: red }\n', schema)
  if (!read.ok) expect.fail('it is fine')
  expect(read.value).toEqual({ name: 'x', list: [{ id: 'a', kind: 'red' }] })
  expect(read.at(['name'])).toEqual({ line: 2, column: 7 })
  expect(read.at(['list', 0, 'kind'])).toEqual({ line: 4, column: 20 })
  expect(read.source.atKey(['list', 0, 'kind'])).toEqual({ line: 4, column: 14 })
  expect(read.at(['list', 7, 'kind'])).toEqual({ line: 4, column: 3 })
  expect(read.at(['nothing'])).toEqual({ line: 2, column: 1 })
})

test('problems inside lists and unions', () => {
  expect(problems('name: x\nlist:\n  - { id: a, kind: gren }\n  - { id: 4, kind: blue, more: 1 }\n')).toEqual(
    [
      'a.yaml:3:20 kind: found "gren"; did you mean "green"?',
      'a.yaml:4:11 id: expected a text, found 4',
      'a.yaml:4:20 kind: found "blue"; allowed: red, green',
      'a.yaml:4:26 unknown key "more"; allowed: id, kind',
    ],
  )
  expect(problems('name: x\neither: 4\n')).toEqual([
    'a.yaml:2:9 either: expected a text or a block of keys, found 4',
  ])
  expect(problems('name: x\neither: { from: 1, too: 2 }\n')).toEqual([
    'a.yaml:2:9 "to" is missing; expected a number',
    'a.yaml:2:20 unknown key "too"; did you mean "to"?',
  ])
  expect(problems('either: { from: a, to: 2 }\n')).toEqual([
    'a.yaml:1:1 "name" is missing; expected a text',
    'a.yaml:1:17 from: expected a number, found "a"',
  ])
})

test('a schema of another file', () => {
  const read = readYaml(
    'settings.yaml',
    'format: 2\nsending: { min_gap: soon, quite_hours: 4 }\n',
    settingsFile,
  )
  expect(read.ok ? [] : read.problems.map(formatProblem)).toEqual([
    'settings.yaml:1:1 "brand" is missing; expected a block of keys',
    'settings.yaml:1:1 "senders" is missing; expected a block of keys',
    'settings.yaml:1:1 "defaults" is missing; expected a block of keys',
    'settings.yaml:1:1 "consent" is missing; expected a block of keys',
    'settings.yaml:1:1 "stages" is missing; expected a list',
    'settings.yaml:1:9 format: found 2; allowed: 1',
    'settings.yaml:2:21 min_gap: found "soon"; write a duration like "14 days" or "20 hours"',
    'settings.yaml:2:27 unknown key "quite_hours"; did you mean "quiet_hours"?',
  ])
})
