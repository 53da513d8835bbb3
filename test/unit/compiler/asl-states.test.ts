/** States that several stops share, states of acts, and where an execution begins that follows another one. */
import { describe, expect, test } from 'vitest'
import { stopsOf } from '../../../domain/route.ts'
import { stateMachineOf } from '../../../workflows/compiler/asl.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { stateOf, stepsCompiled, waysOf } from './helpers.ts'
import { evaluate } from './walk.ts'

const split = (a: string, b: string) =>
  `  - split: { id: test, paths: [ { name: Question, share: 50%, steps: [ ${a} ] }, { name: Claim, share: 50%, steps: [ ${b} ] } ] }`
const names = (steps: string) =>
  Object.entries(stepsCompiled(steps).asl.States).flatMap(([name, state]) =>
    state.Type === 'Task' ? [name] : [],
  )

describe('an even split', () => {
  const { asl, sequence } = stepsCompiled(
    `  - send: one\n  - wait: 4 days\n${split('{ send: two }, { wait: 2 days }, { send: three }', '{ send: four }, { wait: 3 days }, { notify: { to: maya, template: notice } }')}\n  - wait: 4 days\n  - send: six`,
  )
  const stepIn = (name: string, due: object) =>
    evaluate(String((stateOf(asl, name).Arguments['MessageBody'] as { step: string }).step), {
      input: { due },
    })

  test('has one state for the k-th stops of its paths', () => {
    expect(definitionProblems(asl)).toEqual([])
    expect(Object.keys(asl.States).filter((name) => /^(Email|Notify)/.test(name))).toEqual([
      'Email 1 · One',
      'Email 2 · Two or Four',
      'Email 3 · Three or Notice',
      'Email 4 · Six',
    ])
    expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Email 2 · Two or Four')
    expect(waysOf(asl, 'Email 3 · Three or Notice')).toContain('States.Timeout → Email 4 · Six')
    expect(waysOf(asl, 'Hold · Email 3')).toContain('States.Timeout → Email 3 · Three or Notice')
  })

  test('whose step is the one that the plan holds', async () => {
    expect(await stepIn('Email 2 · Two or Four', { one: 1, four: 9 })).toBe('four')
    expect(await stepIn('Hold · Email 2', { one: 1, two: 9 })).toBe('two')
    expect(await stepIn('Email 3 · Three or Notice', { notice: 9 })).toBe('notice')
    await expect(stepIn('Email 2 · Two or Four', { one: 1 })).rejects.toMatchObject({
      message: 'due.two, due.four is missing',
    })
  })

  test('keeps the stops of all paths on the route', () => {
    expect(stopsOf(sequence).map(({ id, on }) => [id, ...on.map(({ path }) => path)])).toEqual([
      ['one'],
      ['two', 'test.question'],
      ['three', 'test.question'],
      ['four', 'test.claim'],
      ['notice', 'test.claim'],
      ['six'],
    ])
  })

  test('may end the sequence, when all of its paths do', () => {
    const end = stepsCompiled(`  - send: one\n  - wait: 4 days\n${split('{ send: two }', '{ send: three }')}`)
    expect(waysOf(end.asl, 'Email 2 · Two or Three').at(-1)).toBe('end')
    expect(stateOf(end.asl, 'Email 2 · Two or Three')).not.toHaveProperty('TimeoutSeconds')
  })
})

describe('a split is uneven', () => {
  test.each([
    ['when a path has more stops', '{ send: two }, { wait: 1 day }, { send: three }', '{ send: four }'],
    [
      'when a path parts',
      '{ branch: { id: b, paths: [ { name: A, if: { stage: lead }, steps: [ { send: two } ] }, { name: B, else: true, steps: [ { send: three } ] } ] } }',
      '{ send: four }',
    ],
    ['when a path ends the sequence', '{ send: two }, { end: enough }', '{ send: four }'],
  ])('%s', (_, a, b) => {
    const steps = `  - send: one\n  - wait: 4 days\n${split(a, b)}\n  - wait: 4 days\n  - send: six`
    const { asl } = stepsCompiled(steps)
    expect(definitionProblems(asl)).toEqual([])
    const last = names(steps).find((name) => name.endsWith('Four')) ?? ''
    expect(waysOf(asl, last).join()).toMatch(/Tendril.Branch.test.question → Email \d · T/)
    expect(JSON.stringify(asl.States)).not.toContain(' or ')
  })

  test('when only one of its paths listens to the end', () => {
    const steps = `  - send: one\n  - wait: 4 days\n${split('{ send: two }, { wait: 7 days }', '{ send: four }')}`
    expect(names(steps)).toContain('Email 3 · Four')
  })
})

describe('acts', () => {
  const tag = (id: string) => `{ tag: { add: [ ${id} ], id: ${id} } }`

  test('beside a message have no state', () => {
    const steps = `  - send: one\n  - ${tag('after')}\n  - wait: 4 days\n  - ${tag('before')}\n  - send: two\n  - ${tag('last')}`
    expect(names(steps)).toEqual(['Email 1 · One', 'Hold · Email 1', 'Email 2 · Two', 'Hold · Email 2'])
  })

  test('between waits have one together', () => {
    const steps = `  - send: one\n  - wait: 4 days\n  - ${tag('a')}\n  - ${tag('b')}\n  - wait: 4 days\n  - send: two`
    expect(names(steps).filter((name) => name.startsWith('Act'))).toEqual(['Act 1 · B'])
    const { asl, sequence } = stepsCompiled(steps)
    expect(stateOf(asl, 'Act 1 · B').Arguments['MessageBody']).toMatchObject({ op: 'send', step: 'b' })
    expect(stopsOf(sequence).find(({ id }) => id === 'b')).toMatchObject({
      kind: 'act',
      silent: true,
      last: false,
    })
  })

  test('may be the last that is done', () => {
    const { asl, sequence } = stepsCompiled(`  - send: one\n  - wait: 7 days\n  - ${tag('quiet')}`)
    expect(waysOf(asl, 'Act 1 · Quiet').at(-1)).toBe('end')
    expect(stopsOf(sequence).at(-1)).toMatchObject({ id: 'quiet', kind: 'act', last: true })
    expect(Object.keys(asl.States)).not.toContain('Completed')
  })
})

describe('an execution that follows another one', () => {
  const steps = `  - wait: 1 day\n  - send: one\n  - wait: 4 days\n${split('{ send: two }', '{ send: three }')}\n  - wait: 7 days`
  const at = (name: string) =>
    waysOf(stepsCompiled(steps).asl, name).filter((way) => way.startsWith('Tendril.At'))
  const all = [
    'Tendril.At.one → Hold · Email 1',
    'Tendril.At.two,Tendril.At.three → Hold · Email 2',
    'Tendril.At.end → Listen · end',
  ]

  test('goes on from any stop, where the machine starts and nowhere else', () => {
    const { asl } = stepsCompiled(steps)
    expect(definitionProblems(asl)).toEqual([])
    expect(asl.StartAt).toBe('Hold · Email 1')
    expect(at('Hold · Email 1')).toEqual(all)
    expect(at('Email 1 · One')).toEqual(all)
    expect([...at('Email 2 · Two or Three'), ...at('Hold · Email 2'), ...at('Listen · end')]).toEqual([])
  })

  test('sixty emails stay far below what a definition may weigh', () => {
    const { sequence } = stepsCompiled('  - send: one')
    const many = Array.from({ length: 60 }, (_, k) => [
      { kind: 'send', id: `email-number-${k}`, template: `email-number-${k}`, immediately: false } as const,
      { kind: 'wait', wait: { for: 'P4D' } } as const,
    ]).flat()
    const asl = stateMachineOf({ ...sequence, steps: [...many, ...sequence.steps] })
    expect(JSON.stringify(asl).length).toBeLessThan(400_000)
  })
})
