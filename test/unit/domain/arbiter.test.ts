import { describe, expect, it } from 'vitest'
import { arrive, deadLetter } from '../../../domain/arbiter.ts'
import {
  branch,
  branched,
  ctx,
  deferred,
  due,
  hopOf,
  itemOf,
  later,
  listening,
  now,
  overtaken,
  replan,
  sending,
  sent,
} from './arbiter-sample.ts'

const told = (name: string, via = name) => ({ kind: 'answer', name, cause: { due: later, via } })
const exitTold = { kind: 'answer', name: 'Tendril.Exit', cause: { reason: 'goal' } }
const listen = { kind: 'listen' }
const uncertain = { is: 'uncertain', at: now, n: 0, attempt: 1 } as const

describe('a message meets the item', () => {
  it('any open intent: hands it over, sets lastAt, closes it and reads on', () => {
    const decision = arrive(sending, hopOf(0, 'one'), ctx)
    expect(decision.uncertain).toEqual([{ step: 'one', n: 0, attempt: 1 }])
    expect(decision.next).toEqual(
      itemOf({ n: 0, step: 'one', token: 'token-0', lastAt: now, records: { one: uncertain } }),
    )
    expect(decision.act).toEqual(listen)
  })

  it('any open intent, next hop: hands it over and claims', () => {
    const decision = arrive(sending, hopOf(1, 'two'), ctx)
    expect(decision.uncertain).toHaveLength(1)
    expect(decision.next).toMatchObject({ n: 1, step: 'two', records: { one: uncertain } })
    expect(decision.act).toEqual({ kind: 'attempt', attempt: 1 })
  })

  it('no item: answers Exit', () => {
    const decision = arrive(undefined, hopOf(0, 'one'), ctx)
    expect(decision).toEqual({
      uncertain: [],
      act: { kind: 'answer', name: 'Tendril.Exit', cause: { reason: 'gone' } },
    })
  })

  it('exit: answers Exit and writes nothing', () => {
    const item = { ...listening, exit: { reason: 'goal', at: now } }
    expect(arrive(item, hopOf(1, 'two'), ctx)).toEqual({ uncertain: [], act: exitTold })
  })

  it('a pending branch: answers it and writes nothing', () => {
    const decision = arrive({ ...listening, pend: branch }, hopOf(1, 'two'), ctx)
    expect(decision).toEqual({ uncertain: [], act: told(branch.name) })
  })

  it('a pending branch at the rejoin: answers it', () => {
    expect(arrive({ ...listening, pend: branch }, hopOf(2, 'three'), ctx).act).toEqual(told(branch.name))
  })

  it('a pending branch past its rejoin: claims, and settles what it led to', () => {
    const decision = arrive({ ...listening, pend: branch }, hopOf(3, 'four'), ctx)
    expect(decision.next?.pend).toBeUndefined()
    expect(decision.next?.records).toEqual({
      one: sent,
      extra: branched,
      two: overtaken,
      three: overtaken,
    })
    expect(decision.act.kind).toBe('attempt')
  })

  it('a pending plan, email unsent: answers by the name whose catcher is its own Hold', () => {
    const decision = arrive({ ...listening, pend: replan }, hopOf(1, 'two'), ctx)
    expect(decision).toEqual({ uncertain: [], act: told('Tendril.Defer', 'Tendril.Replan') })
  })

  it('a pending plan, at a Hold or after the send: answers Replan', () => {
    const item = { ...listening, pend: replan }
    expect(arrive(item, hopOf(1, 'two', { op: 'hold' }), ctx).act).toEqual(told('Tendril.Replan'))
    expect(arrive(item, hopOf(0, 'one'), ctx).act).toEqual(told('Tendril.Replan'))
  })

  it('a pending plan that came after this hop followed an older one is not followed yet', () => {
    const hop = hopOf(1, 'two', { op: 'hold', via: 'Tendril.Replan' })
    const newer = { ...listening, pend: { ...replan, turn: 1 } }
    expect(arrive(newer, hop, ctx).act).toEqual(told('Tendril.Replan', 'Tendril.Replan.1'))
    const claimed = { ...listening, n: 1, pend: replan }
    expect(arrive(claimed, hop, ctx).act).toEqual(told('Tendril.Replan'))
  })

  it('n greater, hold: claims, sweeps, listens', () => {
    const decision = arrive(deferred, hopOf(3, 'three', { op: 'hold', via: 'Tendril.Defer' }), ctx)
    expect(decision.next).toEqual(
      itemOf({ n: 3, step: 'three', token: 'token-3', due: later, records: deferred.records }),
    )
    expect(decision.act).toEqual(listen)
  })

  it('n greater, settled: claims and sends nothing', () => {
    const decision = arrive(listening, hopOf(4, 'one'), ctx)
    expect(decision.next).toMatchObject({ n: 4, token: 'token-4' })
    expect(decision.next?.intent).toBeUndefined()
    expect(decision.act).toEqual(listen)
  })

  it('n greater, settled, last: succeeds and settles the rest', () => {
    const item = itemOf({ n: 5, step: 'four', records: { one: sent, four: sent } })
    const decision = arrive(item, hopOf(6, 'four'), ctx)
    expect(decision.act).toEqual({ kind: 'succeed' })
    expect(decision.next?.records).toMatchObject({ extra: branched, two: overtaken, three: overtaken })
  })

  it('n greater, email: claims with an intent, sweeps, attempts', () => {
    const decision = arrive(listening, hopOf(2, 'three'), ctx)
    expect(decision.next).toEqual(
      itemOf({
        n: 2,
        step: 'three',
        token: 'token-2',
        lastAt: now - 86_400,
        intent: { attempt: 1, token: 'token-2' },
        records: { one: sent, two: overtaken },
      }),
    )
    expect(decision.act).toEqual({ kind: 'attempt', attempt: 1 })
  })

  it('n greater, by the pending branch: remembers path and plan, clears pend, settles the other path', () => {
    const hop = hopOf(1, 'extra', { via: branch.name })
    const decision = arrive({ ...listening, pend: branch }, hop, ctx)
    expect(decision.next).toMatchObject({ took: { b: 'clicked' }, due: later, records: { one: sent } })
    expect(decision.next?.pend).toBeUndefined()
    const rejoined = arrive(
      decision.next && { ...decision.next, records: { one: sent, extra: sent } },
      hopOf(2, 'three'),
      ctx,
    )
    expect(rejoined.next?.records).toMatchObject({ two: branched })
  })

  it('n greater, by a branch whose path has no stop: the divert names the path', () => {
    const empty = { name: 'Tendril.Branch.nothing', due, took: { branch: 'b', path: 'nothing' } }
    const decision = arrive({ ...listening, pend: empty }, hopOf(1, 'three', { via: empty.name }), ctx)
    expect(decision.next).toMatchObject({
      took: { b: 'nothing' },
      records: { extra: branched, two: branched },
    })
  })

  it('same n, hold: adopts the token', () => {
    const held = itemOf({ n: 1, step: 'two', token: 'token-1' })
    const decision = arrive(held, hopOf(1, 'two', { op: 'hold', token: 'redriven' }), ctx)
    expect(decision).toEqual({ uncertain: [], next: { ...held, token: 'redriven' }, act: listen })
    expect(arrive(held, hopOf(1, 'two', { op: 'hold' }), ctx)).toEqual({ uncertain: [], act: listen })
  })

  it('same n, a stored answer: adopts the token, repeats the answer', () => {
    const decision = arrive(deferred, hopOf(2, 'three', { token: 'redriven' }), ctx)
    expect(decision).toEqual({
      uncertain: [],
      next: { ...deferred, token: 'redriven' },
      act: told('Tendril.Defer'),
    })
  })

  it('same n, settled: adopts the token, sends nothing; last: succeeds', () => {
    const decision = arrive(listening, hopOf(0, 'one', { token: 'redriven' }), ctx)
    expect(decision).toEqual({ uncertain: [], next: { ...listening, token: 'redriven' }, act: listen })
    const ended = itemOf({ n: 6, step: 'four', token: 'token-6', records: { four: sent } })
    expect(arrive(ended, hopOf(6, 'four'), ctx).act).toEqual({ kind: 'succeed' })
  })

  it('smaller n: leaves a step that is still to come, settles one that is past', () => {
    expect(arrive(deferred, hopOf(1, 'three'), ctx)).toEqual({ uncertain: [], act: { kind: 'drop' } })
    const unswept = { ...deferred, records: { one: sent } }
    expect(arrive(unswept, hopOf(1, 'two'), ctx)).toEqual({
      uncertain: [],
      next: { ...unswept, records: { one: sent, two: overtaken } },
      act: { kind: 'drop' },
    })
  })

  it('claims nothing twice: every decision on its own result is stable', () => {
    const first = arrive(listening, hopOf(1, 'two', { op: 'hold' }), ctx)
    expect(arrive(first.next, hopOf(1, 'two', { op: 'hold' }), ctx)).toEqual({ uncertain: [], act: listen })
  })
})

describe('a dead letter meets the item', () => {
  it("its own token's open intent goes to reconcile", () => {
    const decision = deadLetter(sending, hopOf(0, 'one'), ctx)
    expect(decision.uncertain).toEqual([{ step: 'one', n: 0, attempt: 1 }])
    expect(decision.next).toMatchObject({ lastAt: now, records: { one: uncertain } })
    expect(decision.act).toEqual(listen)
  })

  it("another's open intent is left alone, an older hop's is as dead as its message", () => {
    const hop = hopOf(0, 'one', { token: 'older' })
    expect(deadLetter(sending, hop, ctx)).toEqual({ uncertain: [], act: { kind: 'drop' } })
    const decision = deadLetter(sending, hopOf(1, 'two'), ctx)
    expect(decision.next?.records).toEqual({ one: uncertain, two: { is: 'parked', at: now } })
  })

  it('exit, pend or stored answer: answers it', () => {
    const over = { ...listening, exit: { reason: 'goal', at: now } }
    expect(deadLetter(over, hopOf(1, 'two'), ctx).act).toEqual(exitTold)
    expect(deadLetter({ ...listening, pend: branch }, hopOf(1, 'two'), ctx).act).toEqual(told(branch.name))
    expect(deadLetter(deferred, hopOf(2, 'three'), ctx).act).toEqual(told('Tendril.Defer'))
    expect(deadLetter(undefined, hopOf(2, 'three'), ctx).act).toMatchObject({ name: 'Tendril.Exit' })
  })

  it('else sweeps and parks; last: succeeds', () => {
    const decision = deadLetter(listening, hopOf(2, 'three'), ctx)
    expect(decision.next).toMatchObject({
      n: 2,
      token: 'token-2',
      records: { two: overtaken, three: { is: 'parked', at: now } },
    })
    expect(decision.act).toEqual(listen)
    expect(deadLetter(listening, hopOf(3, 'four'), ctx).act).toEqual({ kind: 'succeed' })
  })

  it('a Hold parks nothing: its email is still to come', () => {
    const decision = deadLetter(listening, hopOf(1, 'two', { op: 'hold' }), ctx)
    expect(decision.next).toMatchObject({ n: 1, records: { one: sent } })
    expect(decision.act).toEqual(listen)
  })

  it('smaller n: drops it', () => {
    expect(deadLetter(deferred, hopOf(1, 'three'), ctx)).toEqual({ uncertain: [], act: { kind: 'drop' } })
  })
})
