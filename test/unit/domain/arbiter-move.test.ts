import { describe, expect, it } from 'vitest'
import { arrive, deadLetter } from '../../../domain/arbiter.ts'
import { diverted, exited } from '../../../domain/arbiter-divert.ts'
import { begun, moved } from '../../../domain/arbiter-move.ts'
import type { Arbiter, StepRecord } from '../../../domain/enrolment.ts'
import {
  branch,
  ctx,
  due,
  hopOf,
  itemOf,
  listening,
  now,
  overtaken,
  replan,
  sending,
  sent,
} from './arbiter-sample.ts'

const movedOn: StepRecord = { is: 'not-sent', at: now, reason: 'moved-on' }
const told = { kind: 'answer', name: 'Tendril.Move', cause: { reason: 'moved' } }
const exit = { reason: 'moved', at: now, to: 'v2' }

describe('moved', () => {
  it('ends the run by the hop that has come: exit and claim are one write', () => {
    const decision = moved(listening, hopOf(1, 'two'), 'v2', ctx)
    expect(decision?.act).toEqual(told)
    expect(decision?.next).toMatchObject({ n: 1, step: 'two', exit })
    expect(decision?.next).not.toHaveProperty('token')
    expect(decision?.next?.records).toEqual({
      one: sent,
      two: movedOn,
      extra: movedOn,
      three: movedOn,
      four: movedOn,
    })
  })

  it('hands an orphan to reconcile first', () => {
    const decision = moved(sending, hopOf(1, 'two'), 'v2', ctx)
    expect(decision?.uncertain).toEqual([{ step: 'one', n: 0, attempt: 1 }])
    expect(decision?.next?.intent).toBeUndefined()
    expect(decision?.next?.records['one']).toMatchObject({ is: 'uncertain' })
  })

  it('settles what the claim settles', () => {
    expect(moved(listening, hopOf(1, 'three'), 'v2', ctx)?.next?.records['two']).toEqual(overtaken)
  })

  it.each([
    ['a message that comes again', listening, hopOf(0, 'one')],
    ['an enrolment that is over', { ...listening, exit: { reason: 'goal', at: now } }, hopOf(1, 'two')],
    ['a branch that is told first', { ...listening, pend: branch }, hopOf(1, 'two')],
    ['no enrolment', undefined, hopOf(1, 'two')],
  ])('leaves alone %s', (_, item, hop) => {
    expect(moved(item, hop, 'v2', ctx)).toBeUndefined()
  })

  it('keeps the way of the divert that led here', () => {
    const decision = moved({ ...listening, pend: branch }, hopOf(1, 'extra', { via: branch.name }), 'v2', ctx)
    expect(decision?.next).toMatchObject({ took: { b: 'clicked' }, due: branch.due, step: 'extra' })
  })

  it('is what every later message is told, dead letters too', () => {
    const over = moved(listening, hopOf(1, 'two'), 'v2', ctx)?.next
    for (const rule of [arrive, deadLetter])
      for (const hop of [hopOf(0, 'one'), hopOf(1, 'two'), hopOf(2, 'three')])
        expect(rule(over, hop, ctx)).toEqual({ uncertain: [], act: told })
    expect(exited(over, 'goal', ctx)).toEqual({ uncertain: [], act: { kind: 'listen' } })
    expect(diverted(over, branch, ctx)).toEqual({ uncertain: [], act: { kind: 'drop' } })
  })
})

const left = (records: Arbiter['records'], step = 'three'): Arbiter => itemOf({ n: 3, step, exit, records })
const place = { step: 'three', due, took: {} }

describe('begun', () => {
  it('carries what was settled and is told where it goes on', () => {
    const parked: StepRecord = { is: 'parked', at: 5 }
    const uncertain: StepRecord = { is: 'uncertain', at: 6, n: 1, attempt: 1 }
    const known: StepRecord = { is: 'carried', at: 7 }
    const run = begun(
      left({ one: parked, two: overtaken, three: movedOn, four: uncertain, gone: known }),
      place,
      ctx,
    )
    expect(run).toEqual({
      n: -1,
      due,
      took: {},
      pend: { name: 'Tendril.At.three', due },
      records: {
        one: { is: 'carried', at: 5 },
        two: { is: 'carried', at: now },
        four: { is: 'carried', at: 6 },
        gone: { is: 'carried', at: 7 },
      },
    })
  })

  it('leaves out what was added in front of its place, and opens again what lies ahead', () => {
    const { records } = begun(left({ one: sent, four: overtaken, three: movedOn }), place, ctx)
    expect(records).toEqual({
      one: { is: 'carried', at: sent.at },
      two: { is: 'not-sent', at: now, reason: 'added-later' },
    })
  })

  it('does not do again the step that it waited for, if that was settled', () => {
    const { records } = begun(left({ one: sent, two: sent, three: overtaken }), place, ctx)
    expect(records['three']).toEqual({ is: 'carried', at: now })
  })
})

describe('a run that goes on', () => {
  const run = begun(left({ one: sent, two: sent, three: movedOn, four: movedOn }), place, ctx)
  const at = { kind: 'answer', name: 'Tendril.At.three', cause: { due, via: 'Tendril.At.three' } }

  it('answers its first message with its place, whatever the first state is', () => {
    for (const hop of [hopOf(0, 'one'), hopOf(0, 'four'), hopOf(0, 'one', { op: 'hold' })])
      for (const rule of [arrive, deadLetter]) expect(rule(run, hop, ctx)).toEqual({ uncertain: [], act: at })
  })

  it('is claimed by the Hold that it was told of', () => {
    const hop = hopOf(1, 'three', { op: 'hold', via: 'Tendril.At.three' })
    const { next, act } = arrive(run, hop, ctx)
    expect(act).toEqual({ kind: 'listen' })
    expect(next).toMatchObject({ n: 1, step: 'three', due })
    expect(next?.pend).toBeUndefined()
  })

  it('is claimed by any later message too: only the first state catches its place', () => {
    expect(arrive(run, hopOf(2, 'three'), ctx).act).toEqual({ kind: 'attempt', attempt: 1 })
    expect(arrive(run, hopOf(2, 'three'), ctx).next?.pend).toBeUndefined()
  })

  it('stays where it is under a click or a new plan: both are looked for again once it is there', () => {
    for (const divert of [branch, replan]) {
      const decision = diverted(run, divert, ctx)
      expect(decision.next).toBeUndefined()
      expect(decision.act).toEqual({ kind: 'listen' })
    }
  })

  it('ends by an exit that comes before its first message', () => {
    const over = exited(run, 'goal', ctx).next
    expect(over?.exit).toEqual({ reason: 'goal', at: now })
    expect(over?.records['three']).toMatchObject({ reason: 'exited' })
    expect(arrive(over, hopOf(0, 'one'), ctx).act).toMatchObject({ name: 'Tendril.Exit' })
  })
})
