import { describe, expect, it } from 'vitest'
import { lastOther } from '../../../domain/arbiter-path.ts'
import { reconciled, settle } from '../../../domain/arbiter-settle.ts'
import { branch, ctx, hopOf, itemOf, later, listening, now, replan, sending, sent } from './arbiter-sample.ts'

const hop = hopOf(0, 'one')
const notNow = { is: 'refuse-now', due: later, until: 50, reason: 'min-gap' } as const
const listen = { kind: 'listen' }
const drop = { kind: 'drop' }
const told = (name: string, via = name) => ({ kind: 'answer', name, cause: { due: later, via } })

/** The last email is claimed, and its send has begun. */
const ending = itemOf({
  n: 7,
  step: 'four',
  token: 'token-7',
  intent: { attempt: 1, token: 'token-7' },
  records: { one: sent },
})

describe('settle', () => {
  it('sent: records, sets lastAt, closes the intent, listens', () => {
    const decision = settle(sending, { is: 'sent', template: 'hash' }, hop, ctx)
    const records = { one: { is: 'sent', at: now, template: 'hash' } } as const
    expect(decision).toEqual({
      uncertain: [],
      next: itemOf({ n: 0, step: 'one', token: 'token-0', lastAt: now, records }),
      act: listen,
    })
  })

  it('sent, last: succeeds and settles the rest', () => {
    const decision = settle(ending, { is: 'sent' }, hopOf(7, 'four'), ctx)
    expect(decision.act).toEqual({ kind: 'succeed' })
    expect(Object.keys(decision.next?.records ?? {}).toSorted()).toEqual([
      'extra',
      'four',
      'one',
      'three',
      'two',
    ])
  })

  it('uncertain: hands over, keeps the proof open; last: succeeds', () => {
    const decision = settle(sending, { is: 'uncertain' }, hop, ctx)
    expect(decision.uncertain).toEqual([{ step: 'one', n: 0, attempt: 1 }])
    expect(decision.next).toMatchObject({
      lastAt: now,
      records: { one: { is: 'uncertain', at: now, n: 0, attempt: 1 } },
    })
    expect(settle(ending, { is: 'uncertain' }, hopOf(7, 'four'), ctx).act).toEqual({ kind: 'succeed' })
  })

  it('keeps the name of a template that is not the step’s own, until the proof is there too', () => {
    const done = settle(sending, { is: 'sent', template: 'hash', name: 'tip-3' }, hop, ctx)
    expect(done.next?.records['one']).toEqual({ is: 'sent', at: now, template: 'hash', name: 'tip-3' })
    const open = settle(sending, { is: 'uncertain', name: 'tip-3' }, hop, ctx)
    expect(open.next?.records['one']).toMatchObject({ is: 'uncertain', name: 'tip-3' })
    const proof = reconciled(open.next, { step: 'one', n: 0, attempt: 1 }, 'proof', ctx)
    expect(proof.next?.records['one']).toEqual({ is: 'sent', at: now, name: 'tip-3' })
  })

  it('refuse-now: writes the answer, releases the intent, then Defer', () => {
    const decision = settle(sending, notNow, hop, ctx)
    expect(decision).toEqual({
      uncertain: [],
      next: itemOf({
        n: 0,
        step: 'one',
        token: 'token-0',
        answer: { name: 'Tendril.Defer', due: later },
        held: { one: { at: now, until: 50, reason: 'min-gap' } },
      }),
      act: told('Tendril.Defer'),
    })
  })

  it('held back again: says so of the last time, and keeps what it said of other mails', () => {
    const held = {
      one: { at: 1, until: 2, reason: 'fault' },
      two: { at: 3, until: 4, reason: 'paused' },
    } as const
    const { next } = settle({ ...sending, held }, notNow, hop, ctx)
    expect(next?.held).toEqual({ ...held, one: { at: now, until: 50, reason: 'min-gap' } })
  })

  it('a repeated attempt that may not go out is not held back: it stays as unclear as it was', () => {
    const repeated = { ...sending, intent: { attempt: 2, token: 'token-0' } }
    const { next } = settle(repeated, notNow, hop, ctx)
    expect(next).toMatchObject({ records: { one: { is: 'parked' } } })
    expect(next?.held).toBeUndefined()
  })

  it('exit: writes it, records the reason, answers Exit', () => {
    const outcome = { is: 'exit', reason: 'unsubscribed', notSent: 'suppressed' } as const
    const decision = settle(sending, outcome, hop, ctx)
    expect(decision.next?.exit).toEqual({ reason: 'unsubscribed', at: now })
    expect(Object.values(decision.next?.records ?? {})).toEqual(
      Array.from({ length: 5 }, () => ({ is: 'not-sent', at: now, reason: 'suppressed' })),
    )
    expect(decision.act).toEqual({ kind: 'answer', name: 'Tendril.Exit', cause: { reason: 'unsubscribed' } })
  })

  it('skip: records the reason, goes on as settled', () => {
    const decision = settle(sending, { is: 'skip', reason: 'condition' }, hop, ctx)
    expect(decision.next?.records).toEqual({ one: { is: 'not-sent', at: now, reason: 'condition' } })
    expect(decision.next?.lastAt).toBeUndefined()
    expect(decision.act).toEqual(listen)
    const last = settle(ending, { is: 'skip', reason: 'condition' }, hopOf(7, 'four'), ctx)
    expect(last.act).toEqual({ kind: 'succeed' })
  })

  it('an exit meanwhile: the record stays true, and Exit is answered', () => {
    const left = { ...sending, exit: { reason: 'goal', at: now } }
    expect(settle(left, { is: 'sent' }, hop, ctx)).toMatchObject({
      next: { records: { one: { is: 'sent' } } },
      act: { name: 'Tendril.Exit' },
    })
    expect(settle(left, notNow, hop, ctx)).toMatchObject({
      next: { records: { one: { is: 'not-sent', reason: 'exited' } } },
      act: { name: 'Tendril.Exit' },
    })
  })

  it('a signal meanwhile: the worker passes it on, knowing whether the email went out', () => {
    const planned = { ...sending, pend: replan }
    expect(settle(planned, { is: 'sent' }, hop, ctx).act).toEqual(told('Tendril.Replan'))
    const put = settle(planned, notNow, hop, ctx)
    expect(put.act).toEqual(told('Tendril.Defer', 'Tendril.Replan'))
    expect(settle({ ...sending, pend: branch }, { is: 'sent' }, hop, ctx).act).toEqual(told(branch.name))
  })

  it('taken for an orphan meanwhile: an acceptance is recorded, anything else is left to the proof', () => {
    const refused = notNow
    const open = { is: 'uncertain', at: now - 60, n: 0, attempt: 1 } as const
    const orphaned = { ...listening, records: { one: open } }
    expect(settle(orphaned, { is: 'sent' }, hop, ctx)).toMatchObject({
      next: { lastAt: now, records: { one: { is: 'sent', at: now } } },
      act: listen,
    })
    expect(settle(orphaned, refused, hop, ctx)).toEqual({ uncertain: [], act: listen })
    const redriven = { ...orphaned, token: 'token-0-again' }
    expect(settle(redriven, { is: 'sent' }, hop, ctx)).toMatchObject({
      next: { records: { one: { is: 'sent' } } },
      act: drop,
    })
    expect(settle(redriven, refused, hop, ctx)).toEqual({ uncertain: [], act: drop })
  })

  it('written by itself already: tells what the item says, and writes nothing more', () => {
    const outcomes = [
      { is: 'sent' },
      { is: 'uncertain' },
      { is: 'skip', reason: 'condition' },
      notNow,
      { is: 'exit', reason: 'unsubscribed', notSent: 'suppressed' },
    ] as const
    for (const [item, own] of [
      [sending, hop],
      [ending, hopOf(7, 'four')],
    ] as const)
      for (const outcome of outcomes) {
        const first = settle(item, outcome, own, ctx)
        expect(settle(first.next, outcome, own, ctx)).toEqual({ uncertain: [], act: first.act })
      }
  })

  it('written by itself already, with a signal since: passes the signal on', () => {
    const put = settle(sending, notNow, hop, ctx).next
    expect(settle(put && { ...put, pend: replan }, { is: 'sent' }, hop, ctx).act).toEqual(
      told('Tendril.Defer', 'Tendril.Replan'),
    )
  })

  it('a hop or a redrive later, or about another intent: drops', () => {
    for (const item of [
      { ...listening, n: 1, step: 'two', token: 'token-1' },
      { ...listening, token: 'token-0-again' },
      { ...sending, token: 'token-0-again', intent: { attempt: 1, token: 'token-0-again' } },
    ])
      expect(settle(item, { is: 'sent' }, hop, ctx)).toEqual({ uncertain: [], act: drop })
  })

  it('erased meanwhile: writes nothing', () => {
    expect(settle(undefined, { is: 'sent' }, hop, ctx)).toMatchObject({ act: { name: 'Tendril.Exit' } })
  })
})

describe('reconciled', () => {
  const at = now - 900
  const unclear = { step: 'one', n: 0, attempt: 1 }
  const open = { is: 'uncertain', at, n: 0, attempt: 1 } as const
  const item = itemOf({ n: 0, step: 'one', token: 'token-0', lastAt: at, records: { one: open } })
  const retry = { ...item, intent: { attempt: 2, token: 'token-0' } }

  it('proof: records sent, at the time of the send', () => {
    expect(reconciled(item, unclear, 'proof', ctx)).toEqual({
      uncertain: [],
      next: { ...item, records: { one: { is: 'sent', at } } },
      act: drop,
    })
  })

  it('none: parks', () => {
    expect(reconciled(item, unclear, 'none', ctx).next?.records).toEqual({ one: { is: 'parked', at: now } })
  })

  it('none and healthy: one more attempt, with its intent', () => {
    expect(reconciled(item, unclear, 'none-and-healthy', ctx)).toEqual({
      uncertain: [],
      next: retry,
      act: { kind: 'attempt', attempt: 2 },
    })
  })

  it.each([
    [
      'the second attempt',
      { ...item, records: { one: { ...open, attempt: 2 } } },
      { ...unclear, attempt: 2 },
    ],
    ['past the step', { ...item, n: 1, step: 'two' }, unclear],
    ['after an exit', { ...item, exit: { reason: 'goal', at } }, unclear],
    ['about to be diverted', { ...item, pend: branch }, unclear],
  ])('none and healthy, %s: parks', (_, given, send) => {
    expect(reconciled(given, send, 'none-and-healthy', ctx).next?.records).toMatchObject({
      one: { is: 'parked', at: now },
    })
  })

  it('only if there is no record yet, and only of that send', () => {
    expect(reconciled(listening, unclear, 'proof', ctx)).toEqual({ uncertain: [], act: drop })
    expect(reconciled(item, { ...unclear, n: 3 }, 'proof', ctx)).toEqual({ uncertain: [], act: drop })
    expect(reconciled(undefined, unclear, 'none', ctx)).toEqual({ uncertain: [], act: drop })
  })

  it('a repeated attempt that broke off is unclear again', () => {
    const decision = reconciled(retry, unclear, 'none', ctx)
    expect(decision.uncertain).toEqual([{ step: 'one', n: 0, attempt: 2 }])
    expect(decision.next).toMatchObject({ lastAt: now, records: { one: { is: 'uncertain', attempt: 2 } } })
    expect(decision.next?.intent).toBeUndefined()
  })

  it('a repeated attempt: sent is sent, whatever else leaves it parked', () => {
    expect(settle(retry, { is: 'sent' }, hop, ctx).next?.records).toEqual({ one: { is: 'sent', at: now } })
    for (const outcome of [
      notNow,
      { is: 'skip', reason: 'condition' },
      { is: 'exit', reason: 'suppressed' },
    ] as const)
      expect(settle(retry, outcome, hop, ctx).next?.records).toMatchObject({ one: { is: 'parked' } })
  })

  it('its gap counts from the other mails, not from the one that it repeats', () => {
    expect(lastOther(item, 'one')).toBeUndefined()
    expect(lastOther({ ...item, records: { zero: sent, one: open } }, 'one')).toBe(sent.at)
  })
})
