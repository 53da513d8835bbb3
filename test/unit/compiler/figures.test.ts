/** The table of billed transitions: what each construct costs beside its emails. */
import { describe, expect, test } from 'vitest'
import { transitionsOf } from '../../../workflows/compiler/transitions.ts'
import { compiled, fileOf, stateOf, stepsCompiled } from './helpers.ts'
import { walk } from './walk.ts'

/** Per path: what it costs beyond its emails. */
const extras = (steps: string) =>
  Object.fromEntries(
    transitionsOf(stepsCompiled(steps).sequence).map(({ name, emails, transitions }) => [
      name,
      transitions - emails,
    ]),
  )
const mails = (...names: string[]) => names.map((name) => `  - send: ${name}`).join('\n  - wait: 4 days\n')
const split = (a: string, b: string) =>
  `  - split: { id: test, paths: [ { name: Question, share: 50%, steps: [ ${a} ] }, { name: Claim, share: 50%, steps: [ ${b} ] } ] }`
const scored = (hot: string, rest: string) =>
  `  - branch: { id: hot, paths: [ { name: Hot, if: { score: { total: ">= 40" } }, steps: [ ${hot} ] }, { name: Rest, else: true, steps: [ ${rest} ] } ] }`

test('six linear emails: one each', () => {
  expect(transitionsOf(stepsCompiled(mails('one', 'two', 'three', 'four', 'five', 'six')).sequence)).toEqual([
    { name: 'default', took: [], emails: 6, transitions: 6 },
  ])
})

describe('a split whose paths are alike costs nothing', () => {
  test.each([
    ['an email each', '{ send: two }', '{ send: three }'],
    [
      'two each, at other times',
      '{ send: two }, { wait: 9 days }, { send: three }',
      '{ wait: 1 day }, { send: four }, { wait: 2 days }, { send: five }',
    ],
    ['only the wait differs', '{ wait: 1 day }', '{ wait: 3 days }'],
    [
      'acts too',
      '{ tag: { add: [ a ] } }, { send: two }',
      '{ send: three }, { score: { add: 5, reason: x } }',
    ],
  ])('%s', (_, a, b) => {
    expect(
      extras(`  - send: one\n  - wait: 4 days\n${split(a, b)}\n  - wait: 4 days\n  - send: six`),
    ).toEqual({
      'test: Question': 0,
      'test: Claim': 0,
    })
  })
})

test('a split whose paths differ costs one on all but the last', () => {
  const steps = `  - send: one\n  - wait: 4 days\n${split('{ send: two }, { wait: 4 days }, { send: three }', '{ send: four }')}\n  - wait: 4 days\n  - send: six`
  expect(extras(steps)).toEqual({ 'test: Claim': 0, 'test: Question': 1 })
})

test('a holdout costs nothing: the machine does not know of it', () => {
  const steps = mails('one', 'two')
  expect(compiled(fileOf(steps, 'holdout: 10%')).asl.States).toEqual(stepsCompiled(steps).asl.States)
})

test('an event costs nothing, on either path', () => {
  const steps = `  - send: one
  - wait_for: { id: clicked, event: email.clicked, timeout: 5 days, if_yes: [ { send: two } ], if_timeout: [ { send: three } ] }
  - wait: 4 days
  - send: four`
  expect(extras(steps)).toEqual({ default: 0, 'clicked: yes': 0 })
})

test('a branch on the score costs nothing by default, one on its other path', () => {
  const steps = `  - send: one\n  - wait: 4 days\n${scored('{ send: two }', '{ send: three }')}\n  - wait: 4 days\n  - send: four`
  expect(extras(steps)).toEqual({ default: 0, 'hot: Hot': 1 })
})

test('the next sequence costs one', () => {
  expect(extras('  - send: one\n  - wait: 30 days\n  - next: keep-warm')).toEqual({ default: 1 })
})

test('acts cost nothing beside a stop, one where only waits are', () => {
  const acts = '{ score: { add: 5, reason: read } }'
  expect(
    extras(`  - send: one\n  - ${acts}\n  - wait: 4 days\n  - tag: { add: [ b ] }\n  - send: two`),
  ).toEqual({ default: 0 })
  expect(
    extras(
      `  - send: one\n  - wait: 4 days\n  - ${acts}\n  - stage: { to: customer, reason: x }\n  - wait: 4 days\n  - send: two`,
    ),
  ).toEqual({ default: 1 })
})

test('a held email costs two: its Hold, and the email again', () => {
  const { asl } = stepsCompiled(mails('one', 'two'))
  const held = stateOf(asl, 'Email 1 · One').Catch.find(({ ErrorEquals }) =>
    ErrorEquals.includes('Tendril.Defer'),
  )
  expect(held?.Next).toBe('Hold · Email 1')
  expect(stateOf(asl, 'Hold · Email 1').Next).toBe('Email 1 · One')
})

test('priority, exits and goals cost nothing', () => {
  const steps = mails('one', 'two')
  const more =
    'priority: 9\nexit: [ { when: { stage: customer } } ]\ngoal: { when: { score: { total: ">= 40" } } }'
  expect(compiled(fileOf(steps, more)).asl.States).toEqual(stepsCompiled(steps).asl.States)
})

test('15 % of the leads diverted by a score branch: at most 1.05 an email', async () => {
  const steps = `${mails('one', 'two')}\n  - wait: 4 days\n${scored('{ send: three }', '{ send: four }')}\n  - wait: 4 days\n${mails('five', 'six', 'case')}`
  const { sequence, asl } = stepsCompiled(steps)
  const [usual, hot] = await Promise.all([walk(sequence, asl, []), walk(sequence, asl, ['hot.hot'])])
  expect((0.85 * usual.length + 0.15 * hot.length) / 6).toBeLessThanOrEqual(1.05)
})
