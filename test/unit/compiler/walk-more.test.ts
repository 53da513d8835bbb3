/** Splits, acts, dates and the end of a year, walked by the machine's own expressions. */
import { describe, expect, test } from 'vitest'
import { planFirst } from '../../../domain/planning.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import type { StateMachine } from '../../../workflows/compiler/asl-state.ts'
import { transitionsOf } from '../../../workflows/compiler/transitions.ts'
import { stateOf, stepsCompiled } from './helpers.ts'
import { caught, contextOf, evaluate, plain, walk, walked } from './walk.ts'

const day = 86_400
const date = (at: number) => new Date(at * 1000).toISOString().slice(0, 16)
const tag = (id: string) => `{ tag: { add: [ ${id} ], id: ${id} } }`
const split = (id: string, a: string, b: string) =>
  `  - split: { id: ${id}, paths: [ { name: Question, share: 50%, steps: [ ${a} ] }, { name: Claim, share: 50%, steps: [ ${b} ] } ] }`

const even = `
  - send: one
  - wait: 4 days
${split('test', `{ send: two }, ${tag('asked')}, { wait: 9 days }, { send: three }`, `{ wait: 1 day }, { send: four }, { wait: 2 days }, ${tag('claimed')}, { send: five }`)}
  - wait: 4 days
  - send: six`
const uneven = `
  - send: one
  - wait: 4 days
${split('test', '{ send: two }, { wait: 4 days }, { send: three }', '{ send: four }')}
  - wait: 4 days
  - send: six`
const acts = `
  - ${tag('first')}
  - send: one
  - ${tag('after')}
  - wait: 4 days
  - ${tag('alone')}
  - wait: 2 days
  - branch:
      id: hot
      paths:
        - { name: Hot, if: { score: { total: ">= 40" } }, steps: [ ${tag('warm')}, { send: two } ] }
        - { name: Rest, else: true, steps: [ ${tag('cold')}, { send: three } ] }
  - wait: 4 days
  - ${tag('last')}`
const nested = `
  - send: one
  - wait_for:
      id: clicked
      event: email.clicked
      timeout: 5 days
      if_yes:
        - split: { id: inner, paths: [ { name: A, share: 20%, steps: [ { send: two } ] }, { name: B, share: 80%, steps: [ { send: three } ] } ] }
        - branch: { id: hot, paths: [ { name: Hot, if: { stage: mql }, steps: [ { next: welcome } ] }, { name: Rest, else: true, steps: [ { send: four } ] } ] }
  - send: five`

describe.each([
  ['an even split', even],
  ['an uneven split', uneven],
  ['acts', acts],
  ['a split and a branch behind a click', nested],
])('%s', (_, steps) => {
  const { sequence, asl } = stepsCompiled(steps)

  test.each(transitionsOf(sequence).map((cost) => [cost.name, cost] as const))(
    '%s: costs what is said, and every mail on the way is sent',
    async (_name, cost) => {
      const { visits, item } = await walked(sequence, asl, cost.took)
      expect(visits).toHaveLength(cost.transitions)
      expect(Object.values(item.records).filter(({ is }) => is === 'sent')).toHaveLength(cost.emails)
      expect(Object.values(item.records)).not.toContainEqual(expect.objectContaining({ reason: 'overtaken' }))
    },
  )
})

describe('an even split', () => {
  const { sequence, asl } = stepsCompiled(even)
  const seen = async (path: string) =>
    (await walk(sequence, asl, [path])).map(({ state, hop, at }) => [state, hop.step, date(at)])

  test('runs each path by its own plan through the same states', async () => {
    expect(await seen('test.question')).toEqual([
      ['Email 1 · One', 'one', '2026-11-02T10:00'],
      ['Email 2 · Two or Four', 'two', '2026-11-06T10:00'],
      ['Email 3 · Three or Five', 'three', '2026-11-16T08:00'],
      ['Email 4 · Six', 'six', '2026-11-20T08:00'],
    ])
    expect(await seen('test.claim')).toEqual([
      ['Email 1 · One', 'one', '2026-11-02T10:00'],
      ['Email 2 · Two or Four', 'four', '2026-11-09T08:00'],
      ['Email 3 · Three or Five', 'five', '2026-11-11T08:00'],
      ['Email 4 · Six', 'six', '2026-11-16T08:00'],
    ])
  })

  test('does the acts of its own path only', async () => {
    const done = async (path: string) => (await walk(sequence, asl, [path])).map((visit) => visit.acts)
    expect(await done('test.question')).toEqual([[], ['asked'], [], []])
    expect(await done('test.claim')).toEqual([[], [], ['claimed'], []])
  })

  test('records the mails of the other path as branched', async () => {
    const { records } = (await walked(sequence, asl, ['test.claim'])).item
    expect(records).toMatchObject({
      one: { is: 'sent' },
      two: { is: 'not-sent', reason: 'branched' },
      three: { is: 'not-sent', reason: 'branched' },
      four: { is: 'sent' },
      five: { is: 'sent' },
      six: { is: 'sent' },
    })
  })
})

test('acts are done beside the nearest stop, those of a branch once it is decided', async () => {
  const { sequence, asl } = stepsCompiled(acts)
  const done = async (...took: string[]) =>
    (await walk(sequence, asl, took)).map((visit) => [visit.state, ...visit.acts])
  expect(await done()).toEqual([
    ['Email 1 · One', 'first', 'after'],
    ['Act 1 · Alone', 'alone'],
    ['Email 3 · Three', 'cold'],
    ['Act 2 · Last', 'last'],
  ])
  expect(await done('hot.hot')).toEqual([
    ['Email 1 · One', 'first', 'after'],
    ['Act 1 · Alone', 'alone'],
    ['Email 3 · Three'],
    ['Email 2 · Two', 'warm'],
    ['Act 2 · Last', 'last'],
  ])
})

describe('a wait until a date', () => {
  const { sequence, asl } = stepsCompiled(`
  - send: one
  - wait: { until: { date: contract.end, before: 30 days }, otherwise: 90 days, then: "09:30" }
  - send: two`)
  const second = async (...values: string[]) => {
    const visits = await walk(sequence, asl, [], { ...plain, fields: { 'contract.end': values } })
    return date(visits.at(-1)?.at ?? 0)
  }

  test('is over when the plan says so', async () => {
    expect(await second('2027-03-31')).toBe('2027-03-01T09:30')
    expect(await second('2026-11-20')).toBe('2026-11-03T09:30')
    expect(await second('soon')).toBe('2027-02-01T09:30')
    expect(await second()).toBe('2027-02-01T09:30')
  })
})

describe('going on in another execution', () => {
  const { sequence, asl } = stepsCompiled(even)
  const going = async (machine: StateMachine, plan: Sequence, step: string, took: Record<string, string>) => {
    const ctx = { ...plain, took }
    const due = { ...planFirst(plan, ctx), [step]: plain.now + 5 * day }
    const input = { enrolmentId: 'L-test-2', leadId: 'L', due, n: 0 }
    const states = { input, context: contextOf(plain.now) }
    const start = { name: machine.StartAt, now: plain.now, input }
    return caught(stateOf(machine, machine.StartAt), start, { name: `Tendril.At.${step}`, due }, states)
  }

  test('leads to the Hold of the step, with its plan', async () => {
    const place = await going(asl, sequence, 'five', { test: 'test.claim' })
    expect(place).toMatchObject({ name: 'Hold · Email 3', input: { n: 1, via: 'Tendril.At.five' } })
    const hold = stateOf(asl, place.name)
    const states = { input: place.input, context: contextOf(plain.now) }
    expect(await evaluate(hold.TimeoutSeconds ?? '', states, plain.now)).toBe(5 * day)
  })

  test('leads to a listening end itself', async () => {
    const end = stepsCompiled('  - send: one\n  - wait: 7 days')
    expect(await going(end.asl, end.sequence, 'end', {})).toMatchObject({ name: 'Listen · end' })
  })
})

describe('a sequence of years', () => {
  const { sequence, asl } = stepsCompiled(
    '  - send: one\n  - wait: 2 years\n  - send: two\n  - wait: 1 year\n  - send: three',
  )

  test('is told on day 350 that its time is up, a day at a time after that', async () => {
    const visits = await walk(sequence, asl, [])
    const days = visits.map(({ at }) => (at - plain.now) / day)
    expect(days).toEqual([0, 350, 351])
  })

  test('the message then comes before its time: due lies ahead', async () => {
    const due = planFirst(sequence, plain)
    const visits = await walk(sequence, asl, [])
    expect(visits[1]).toMatchObject({ hop: { op: 'send', step: 'two' } })
    expect(due['two'] ?? 0).toBeGreaterThan((visits[1]?.at ?? 0) + 300 * day)
  })
})
