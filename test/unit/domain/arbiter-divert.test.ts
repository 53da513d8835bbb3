import { describe, expect, it } from 'vitest'
import { arrive } from '../../../domain/arbiter.ts'
import { diverted, exited } from '../../../domain/arbiter-divert.ts'
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
  route,
  sending,
  sent,
} from './arbiter-sample.ts'

const nothing = { uncertain: [], act: { kind: 'drop' } }
const told = (name: string, via = name) => ({ kind: 'answer', name, cause: { due: later, via } })

describe('diverted', () => {
  it('writes pend and answers the current token', () => {
    expect(diverted(listening, branch, ctx)).toEqual({
      uncertain: [],
      next: { ...listening, pend: branch },
      act: told(branch.name),
    })
  })

  it('a branch replaces a pending plan, never the other way round', () => {
    expect(diverted({ ...listening, pend: replan }, branch, ctx).next?.pend).toEqual(branch)
    const decision = diverted({ ...listening, pend: branch }, replan, ctx)
    expect(decision).toEqual({ uncertain: [], act: told(branch.name) })
  })

  it('a newer plan replaces an older one and can be told from it', () => {
    const decision = diverted({ ...listening, pend: { ...replan, due } }, replan, ctx)
    expect(decision.next?.pend).toEqual({ ...replan, turn: 1 })
    expect(decision.act).toEqual(told('Tendril.Replan', 'Tendril.Replan.1'))
  })

  it('says nothing while a send is under way: its worker will', () => {
    const decision = diverted(sending, branch, ctx)
    expect(decision.next?.pend).toEqual(branch)
    expect(decision.act).toEqual({ kind: 'listen' })
  })

  it('has nobody to tell before the first claim', () => {
    expect(diverted(itemOf(), branch, ctx).act).toEqual({ kind: 'listen' })
  })

  it('a new plan for an email that was put off leads to its own Hold', () => {
    expect(diverted(deferred, replan, ctx).act).toEqual(told('Tendril.Defer', 'Tendril.Replan'))
  })

  it.each([
    ['no item', undefined],
    ['an exit', { ...listening, exit: { reason: 'goal', at: now } }],
    ['the branch was taken', { ...listening, took: { b: 'clicked' } }],
    ['its rejoin was sent', itemOf({ n: 2, step: 'three', token: 't', records: { three: sent } })],
    ['past its rejoin', itemOf({ n: 3, step: 'four', token: 't' })],
    ['the last email was sent', itemOf({ n: 3, step: 'four', token: 't', records: { four: sent } })],
  ])('does nothing when %s', (_, item) => {
    expect(diverted(item, branch, ctx)).toEqual(nothing)
  })

  it('a branch within a path meets again on that path, not beside it', () => {
    const outer = (path: string) => ({ branch: 'outer', path, isDefault: path === 'no' })
    const inner = { branch: 'inner', path: 'deep', isDefault: false }
    const nested = [
      { id: 'a', on: [outer('yes')], last: false, open: ['outer', 'inner'] },
      { id: 'b', on: [outer('yes'), inner], last: false, open: ['outer', 'inner'] },
      { id: 'c', on: [outer('no')], last: false, open: ['outer'] },
      { id: 'd', on: [], last: true, meets: ['outer', 'inner'] },
    ]
    const item = itemOf({ n: 1, step: 'a', token: 't', took: { outer: 'yes' }, records: { a: sent } })
    const pend = { name: 'Tendril.Branch.deep', due: later }
    const decision = arrive({ ...item, pend }, hopOf(2, 'd'), { now, route: nested })
    expect(decision.act).toEqual(told(pend.name))
  })
})

describe('exited', () => {
  const reason = 'goal'
  const records = {
    one: sent,
    extra: { is: 'not-sent', at: now, reason: 'exited' },
    two: { is: 'not-sent', at: now, reason: 'exited' },
    three: { is: 'not-sent', at: now, reason: 'exited' },
    four: { is: 'not-sent', at: now, reason: 'exited' },
  }

  it('writes exit, records all that is planned, answers Exit', () => {
    const decision = exited(listening, reason, ctx)
    expect(decision.next).toEqual({ ...listening, exit: { reason, at: now }, records })
    expect(decision.act).toEqual({ kind: 'answer', name: 'Tendril.Exit', cause: { reason } })
  })

  it('takes the reason of the records and the name of the answer', () => {
    const decision = exited(listening, 'sales-ready', ctx, {
      notSent: 'suppressed',
      name: 'Tendril.SalesReady',
    })
    expect(decision.next?.records['two']).toMatchObject({ reason: 'suppressed' })
    expect(decision.act).toMatchObject({ name: 'Tendril.SalesReady', cause: { reason: 'sales-ready' } })
    expect(exited(listening, 'no-consent', ctx).next?.records['two']).toMatchObject({ reason: 'no-consent' })
  })

  it('leaves a send under way to its worker', () => {
    const decision = exited(sending, reason, ctx)
    expect(decision.next?.records['one']).toBeUndefined()
    expect(decision.next?.intent).toEqual(sending.intent)
  })

  it('tells a path that was left from one that was still to come', () => {
    const clicked = exited({ ...listening, pend: branch }, reason, ctx)
    expect(clicked.next?.records).toMatchObject({ two: branched, extra: { reason: 'exited' } })
    const past = exited(itemOf({ n: 4, step: 'four', token: 't', records: { two: overtaken } }), reason, ctx)
    expect(past.next?.records).toMatchObject({ extra: branched, two: overtaken, four: { reason: 'exited' } })
  })

  it('is written once; asked again it answers again', () => {
    const left = exited(listening, reason, ctx).next
    const again = exited(left, 'unsubscribed', ctx)
    expect(again.next).toBeUndefined()
    expect(again.act).toEqual({ kind: 'answer', name: 'Tendril.Exit', cause: { reason } })
  })

  it('no item: nothing', () => {
    expect(exited(undefined, reason, ctx)).toEqual(nothing)
  })

  it('a silent stop has no record', () => {
    const quiet = [...route.slice(0, 4), { id: 'end', on: [], last: true, silent: true }]
    const decision = exited(listening, reason, { now, route: quiet })
    expect(Object.keys(decision.next?.records ?? {})).not.toContain('end')
  })
})
