import { describe, expect, test } from 'vitest'
import type { Arbiter, Hop } from '../../../domain/enrolment.ts'
import { stopsOf } from '../../../domain/route.ts'
import { actOfId, actsAfter, actsBefore, stepsAt, stepsBefore } from '../../../domain/route-ask.ts'
import { stepsCompiled } from '../compiler/helpers.ts'

const ids = (steps: readonly { readonly id: string }[]) => steps.map(({ id }) => id)
const tag = (id: string) => `{ tag: { add: [ ${id} ], id: ${id} } }`
const branch = (id: string, hot: string, rest: string) =>
  `  - branch: { id: ${id}, paths: [ { name: Hot, if: { stage: mql }, steps: [ ${hot} ] }, { name: Rest, else: true, steps: [ ${rest} ] } ] }`

describe('acts in front of a stop and in branches before it', () => {
  const { sequence } = stepsCompiled(
    [
      '  - send: one',
      '  - wait: 4 days',
      `  - ${tag('outside')}`,
      branch('size', tag('big'), tag('small')),
      branch('role', `${tag('boss')}, { send: two }`, tag('staff')),
      '  - send: three',
    ].join('\n'),
  )

  test('come in order, as far as the way is decided', () => {
    expect(ids(actsBefore(sequence, 'three'))).toEqual(['outside'])
    expect(ids(actsBefore(sequence, 'three', { size: 'size.rest' }))).toEqual(['outside', 'small'])
    expect(ids(actsBefore(sequence, 'three', { size: 'size.rest', role: 'role.rest' }))).toEqual([
      'outside',
      'small',
      'staff',
    ])
  })

  test('are only those of the path that was taken: the others were done before it', () => {
    expect(ids(actsBefore(sequence, 'three', { size: 'size.hot' }))).toEqual(['big'])
    expect(ids(actsBefore(sequence, 'two', { size: 'size.hot', role: 'role.hot' }))).toEqual(['boss'])
    expect(ids(actsBefore(sequence, 'three', { role: 'role.hot' }))).toEqual([])
  })

  test('stand between the decisions that come before them', () => {
    expect(ids(stepsBefore(sequence, 'three'))).toEqual(['outside', 'size', 'small', 'role', 'staff'])
    expect(ids(stepsBefore(sequence, 'three', { size: 'size.hot' }))).toEqual(['big', 'role', 'staff'])
  })

  test('are found by their ids, wherever they are done', () => {
    expect(actOfId(sequence, 'boss')?.action).toEqual({ do: 'tag', add: ['boss'], remove: [] })
    expect(actOfId(sequence, 'three')).toBeUndefined()
  })
})

describe('acts behind a message', () => {
  const { sequence } = stepsCompiled(
    `  - send: one\n  - ${tag('a')}\n  - ${tag('b')}\n  - wait: 4 days\n  - send: two\n  - ${tag('c')}\n  - send: three\n  - ${tag('d')}`,
  )

  test('are done with it, unless another message follows at once', () => {
    expect(ids(actsAfter(sequence, 'one'))).toEqual(['a', 'b'])
    expect(ids(actsAfter(sequence, 'two'))).toEqual([])
    expect(ids(actsBefore(sequence, 'three'))).toEqual(['c'])
    expect(ids(actsAfter(sequence, 'three'))).toEqual(['d'])
    expect(stopsOf(sequence).map(({ id }) => id)).toEqual(['one', 'two', 'three'])
  })
})

describe('what a message brings', () => {
  const { sequence } = stepsCompiled(
    `  - send: one\n  - wait: 1 day\n  - ${tag('a')}\n  - ${tag('own')}\n  - wait: 1 day\n${branch('size', '{ wait: 1 day }, { send: two }', '{ wait: 9 days }, { send: three }')}\n  - send: four`,
  )
  const item = (part: Partial<Arbiter> = {}): Arbiter => ({
    n: 0,
    step: 'one',
    token: 't',
    due: { one: 0, own: 100, 'size.decide': 200, three: 900, four: 950 },
    took: {},
    records: {},
    ...part,
  })
  const hop = (step: string, part: Partial<Hop> = {}): Hop => ({
    op: 'send',
    token: 't1',
    enrolmentId: 'e',
    leadId: 'l',
    step,
    n: 1,
    ...part,
  })
  const brought = (one: Hop, by: Arbiter = item(), now = 1000) => ids(stepsAt(sequence, one, by, now))

  test('is its own act last', () => {
    expect(brought(hop('own'))).toEqual(['a', 'own'])
    expect(brought(hop('own', { op: 'hold' }))).toEqual([])
  })

  test('is nothing when it will not be claimed', () => {
    expect(brought(hop('own', { n: 0 }))).toEqual([])
    expect(brought(hop('own'), item({ exit: { reason: 'goal', at: 1 } }))).toEqual([])
    expect(brought(hop('own'), item({ pend: { name: 'Tendril.Replan', due: {} } }))).toEqual([])
  })

  test('is a decision when its time has come, though the worker’s clock is behind', () => {
    const decide = hop('size.decide', { op: 'hold' })
    expect(brought(decide, item(), 200)).toEqual(['size'])
    expect(brought(decide, item(), 200 - 600)).toEqual(['size'])
  })

  test('is none when an execution of a year ends before it', () => {
    const far = item({ due: { 'size.decide': 90_000_000 } })
    expect(brought(hop('size.decide', { op: 'hold' }), far)).toEqual([])
  })

  test('is none in a Hold, where it was diverted to', () => {
    const held = hop('size.decide', { op: 'hold', via: 'Tendril.Replan' })
    expect(brought(held, item({ pend: { name: 'Tendril.Replan', due: { 'size.decide': 5 } } }))).toEqual([])
  })

  test('goes by the divert that it follows', () => {
    const pend = {
      name: 'Tendril.Branch.size.hot',
      due: { two: 5 },
      took: { branch: 'size', path: 'size.hot' },
    }
    expect(brought(hop('four', { via: pend.name }), item({ pend }))).toEqual([])
    expect(brought(hop('four'))).toEqual([])
  })
})

describe('a date may come at once or in years', () => {
  const until = '{ wait: { until: { date: contract.end }, otherwise: 9 days } }'
  const kinds = (hot: string, rest: string) =>
    stopsOf(stepsCompiled(`  - send: one\n${branch('size', hot, rest)}\n  - send: six`).sequence).map(
      ({ kind }) => kind,
    )

  test('so it compares only with itself', () => {
    expect(kinds(`${until}, { send: two }`, `${until}, { send: three }`)).not.toContain('decide')
    expect(kinds('{ wait: 9 days }, { send: two }', `${until}, { send: three }`)).toContain('decide')
    expect(kinds(`${until}, { send: two }`, '{ wait: 9 days }, { send: three }')).toContain('decide')
  })
})
