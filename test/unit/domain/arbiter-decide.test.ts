import { describe, expect, it } from 'vitest'
import { arrive } from '../../../domain/arbiter.ts'
import { decided, mayDecide } from '../../../domain/arbiter-decide.ts'
import { branch, ctx, hopOf, itemOf, later, listening, now, replan, sending } from './arbiter-sample.ts'

const first = { name: 'Tendril.Branch.outer.yes', due: later, took: { branch: 'outer', path: 'outer.yes' } }
const nothing = { uncertain: [], act: { kind: 'drop' } }
const told = { kind: 'answer', name: branch.name, cause: { due: later, via: branch.name } }

describe('a decision', () => {
  it('takes the hop and is told to it', () => {
    const { next, act } = decided(listening, hopOf(1, 'two'), branch, ctx)
    expect(next).toEqual({ ...listening, n: 1, step: 'two', token: 'token-1', pend: branch })
    expect(act).toEqual(told)
  })

  it('replaces the divert that led here, and keeps where that one led', () => {
    const clicked = { ...listening, pend: first }
    const { next } = decided(clicked, hopOf(1, 'two', { via: first.name }), branch, ctx)
    expect(next).toMatchObject({ n: 1, pend: branch, due: later, took: { outer: 'outer.yes' } })
  })

  it('is told again to the same message, and followed by the next', () => {
    const { next } = decided(listening, hopOf(1, 'two'), branch, ctx)
    expect(arrive(next, hopOf(1, 'two'), ctx).act).toEqual(told)
    const followed = arrive(next, hopOf(2, 'extra', { via: branch.name }), ctx)
    expect(followed.next).toMatchObject({ n: 2, step: 'extra', due: later, took: { b: 'clicked' } })
    expect(followed.act).toMatchObject({ kind: 'attempt' })
  })

  it('hands over a send that was under way', () => {
    const { next, uncertain } = decided(sending, hopOf(1, 'two'), branch, ctx)
    expect(uncertain).toEqual([{ step: 'one', n: 0, attempt: 1 }])
    expect(next).toMatchObject({ n: 1, lastAt: now, pend: branch })
    expect(next?.intent).toBeUndefined()
  })

  it.each([
    ['there is no item', undefined, hopOf(1, 'two')],
    ['the hop was taken', itemOf({ n: 1, step: 'two', token: 't' }), hopOf(1, 'two')],
    ['an older hop comes late', itemOf({ n: 3, step: 'three', token: 't' }), hopOf(1, 'two')],
    ['the enrolment is over', { ...listening, exit: { reason: 'goal', at: now } }, hopOf(1, 'two')],
    ['something else is pending', { ...listening, pend: branch }, hopOf(1, 'two')],
    ['a new plan is pending', { ...listening, pend: replan }, hopOf(1, 'two', { via: branch.name })],
  ])('is none when %s', (_, item, hop) => {
    expect(decided(item, hop, branch, ctx)).toEqual(nothing)
    if (item) expect(mayDecide(item, hop, ctx)).toBe(false)
  })

  it('settles what was passed', () => {
    const { next } = decided(itemOf({ n: 0, step: 'one', token: 't' }), hopOf(1, 'three'), branch, ctx)
    expect(next?.records).toMatchObject({ one: { reason: 'overtaken' }, two: { reason: 'overtaken' } })
    expect(next?.records['extra']).toBeUndefined()
  })
})
