import { describe, expect, test } from 'vitest'
import { problemsBetweenSequences } from '../../../workflows/compiler/between.ts'
import { modelOf } from '../../../workflows/compiler/model.ts'
import { formatProblem } from '../../../workflows/compiler/problem.ts'
import { context, fileOf } from './helpers.ts'

/** What is said of sequences as a whole, by id with their steps; steps begin in line 7. */
function between(files: Readonly<Record<string, string>>, when = '{ form: demo }'): string[] {
  const models = Object.entries(files).map(([id, steps]) => {
    const text = fileOf(steps).replace('id: test', `id: ${id}`).replace('{ form: demo }', when)
    const model = modelOf(`${id}.yaml`, text, { ...context, sequences: new Set(Object.keys(files)) })
    if (!model.ok) expect.fail(model.problems.map(formatProblem).join('\n'))
    return model
  })
  return problemsBetweenSequences(models, (id) => `${id}.yaml`).map(formatProblem)
}

describe('sequences that lead to each other', () => {
  test('without a wait are a circle', () => {
    expect(
      between({
        a: '  - send: one\n  - next: b',
        b: '  - send: one\n  - next: c',
        c: '  - tag: { add: x }\n  - next: a',
      }),
    ).toEqual([
      'a.yaml:8:5 a circle without a wait: "a" → "b" → "c" → "a"',
      'b.yaml:8:5 a circle without a wait: "b" → "c" → "a" → "b"',
      'c.yaml:8:5 a circle without a wait: "c" → "a" → "b" → "c"',
    ])
    expect(between({ a: '  - send: one\n  - next: a' })).toEqual([
      'a.yaml:8:5 a circle without a wait: "a" → "a"',
    ])
  })

  test('through one path of a fork are one, too; a date may have passed', () => {
    const split = (steps: string) =>
      `  - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${steps} ] }, { name: B, share: 50%, steps: [ { wait: 1 day } ] } ] }\n  - send: one\n  - next: a`
    expect(between({ a: split('{ tag: { add: x } }') })).toHaveLength(1)
    expect(between({ a: split('{ wait: 1 day }') })).toEqual([])
    expect(
      between({ a: split('{ wait: { until: { date: contract.end }, otherwise: 9 days } }') }),
    ).toHaveLength(1)
  })

  test('with a wait may', () => {
    expect(
      between({ a: '  - send: one\n  - next: b', b: '  - wait: 1 day\n  - send: one\n  - next: a' }),
    ).toEqual([])
    expect(
      between({ a: '  - send: one\n  - wait_for: { id: w, event: a.b, timeout: 1 day }\n  - next: a' }),
    ).toEqual([])
    expect(between({ a: '  - send: one\n  - next: b', b: '  - send: one' })).toEqual([])
  })
})

test('a trigger names steps of any sequence', () => {
  const when = (step: string) => `{ event: { name: email.clicked, step: ${step} } }`
  const files = { a: '  - send: one', b: '  - send: two\n    id: offer' }
  expect(between(files, when('offer'))).toEqual([])
  expect(between({ a: '  - send: one' }, when('ofer'))).toEqual([
    'a.yaml:5:54 no sequence has a step "ofer"; allowed: one',
  ])
})
