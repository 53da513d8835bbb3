import { describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../domain/enrolment.ts'
import { type Fate, fatesOf } from '../../../domain/message-fate.ts'
import { stepsCompiled } from '../compiler/helpers.ts'

const now = 1_795_000_000
const hour = 3600
const { sequence } = stepsCompiled(`  - send: one
  - wait: 2 days
  - branch:
      id: by-size
      paths:
        - name: Big
          if: { company.size: ">= 200" }
          steps: [ { wait: 1 day }, { send: two } ]
        - name: Small
          else: true
          steps: [ { wait: 1 day }, { send: three } ]
  - wait: 2 days
  - notify: { to: desk@example.com, template: notice, id: tell }
  - wait: 2 days
  - end: finished`)

const enrolment = (over: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: 'l-test-1',
  leadId: 'l',
  sequence: 'test',
  version: sequence.version,
  run: 1,
  createdAt: now - 24 * hour,
  n: 0,
  step: 'one',
  token: 't',
  due: {
    one: now - hour,
    three: now + hour,
    two: now + 9 * hour,
    tell: now + 20 * hour,
    end: now + 40 * hour,
  },
  took: {},
  records: { one: { is: 'sent', at: now - hour } },
  ...over,
})

const fateOf = (step: string, over: Partial<Enrolment> = {}): Fate | undefined =>
  fatesOf(enrolment(over), sequence, now).find((message) => message.step === step)?.fate

describe('every message of an enrolment has one fate', () => {
  it('in file order, without decisions and ends, which are no messages', () => {
    const all = fatesOf(enrolment(), sequence, now)
    expect(all.map(({ step, kind }) => `${kind} ${step}`)).toEqual([
      'send one',
      'send two',
      'send three',
      'notify tell',
    ])
  })

  it('its record, when it has one', () => {
    expect(fateOf('one')).toEqual({ is: 'sent', at: now - hour })
    expect(fateOf('one', { records: { one: { is: 'not-sent', at: 5, reason: 'condition' } } })).toEqual({
      is: 'not-sent',
      at: 5,
      reason: 'condition',
    })
    expect(fateOf('one', { records: { one: { is: 'uncertain', at: 5, n: 0, attempt: 1 } } })).toEqual({
      is: 'uncertain',
      at: 5,
    })
  })

  it('its record names the paths that were taken instead, where that is the reason', () => {
    const records = { three: { is: 'not-sent', at: 5, reason: 'branched' } } as const
    expect(fateOf('three', { records, took: { 'by-size': 'by-size.big' } })).toEqual({
      is: 'not-sent',
      at: 5,
      reason: 'branched',
      instead: [{ branch: 'by-size', path: 'by-size.big' }],
    })
  })

  it('none in the run that a move started, for what the former run settled', () => {
    expect(fateOf('one', { records: { one: { is: 'carried', at: 5 } } })).toBeUndefined()
  })

  it('planned on the way that the lead is on, unless it takes another', () => {
    expect(fateOf('three')).toEqual({
      is: 'planned',
      due: now + hour,
      unless: [{ branch: 'by-size', path: 'by-size.small' }],
    })
    expect(fateOf('tell')).toEqual({ is: 'planned', due: now + 20 * hour, unless: [] })
  })

  it('possible beside the way, until the branch is decided', () => {
    const fork = { branch: 'by-size', path: 'by-size.big' }
    expect(fateOf('two')).toEqual({ is: 'possible', onlyOn: [fork] })
    expect(fateOf('two', { took: { 'by-size': 'by-size.big' } })).toMatchObject({ is: 'planned' })
    expect(fateOf('three', { took: { 'by-size': 'by-size.big' } })).toEqual({
      is: 'passed-by',
      instead: [fork],
    })
  })

  it('held back, with the reason, while that time lies ahead', () => {
    const held = { three: { at: now - 60, until: now + 60, reason: 'frequency-cap' } } as const
    expect(fateOf('three', { held })).toEqual({ is: 'held', ...held.three })
    expect(fateOf('three', { held: { three: { ...held.three, until: now - 1 } } })).toMatchObject({
      is: 'planned',
    })
  })

  it('the plan of a delay or diversion that the execution has not heard of yet', () => {
    const later = { name: 'Tendril.Defer', due: { three: now + 5 * hour } }
    expect(fateOf('three', { answer: later })).toMatchObject({ due: now + 5 * hour })
    expect(fateOf('three', { pend: later })).toMatchObject({ due: now + 5 * hour })
  })

  it('being sent, while its intent is open', () => {
    const intent = { attempt: 1, token: 't' }
    expect(fateOf('three', { step: 'three', intent })).toEqual({ is: 'sending' })
  })

  it('left, when the enrolment ended without settling it', () => {
    expect(fateOf('three', { exit: { reason: 'goal', at: 9 } })).toEqual({
      is: 'left',
      at: 9,
      reason: 'goal',
    })
  })
})
