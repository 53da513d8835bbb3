import { describe, expect, it, test } from 'vitest'
import type { Enrolment, Hop } from '../../../domain/enrolment.ts'
import { moveOf, startPlan, successorOf } from '../../../domain/move.ts'
import { isSameShape } from '../../../domain/move-shape.ts'
import type { PlanContext } from '../../../domain/planning.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { days, send, sequenceOf } from '../../property/moves/edits.ts'

const day = 86_400
/** Monday, 4 January 2027, 10:00 UTC. */
const now = Date.UTC(2027, 0, 4, 10) / 1000

const split = (...arms: readonly (readonly Step[])[]): Step => ({
  kind: 'split',
  id: 'test',
  paths: arms.map((steps, index) => ({
    id: `test.${index}`,
    name: String(index),
    share: 10_000 / arms.length,
    steps,
  })),
})
const branch = (yes: readonly Step[], no: readonly Step[]): Step => ({
  kind: 'branch',
  id: 'size',
  paths: [
    { id: 'size.big', name: 'Big', if: { stage: ['mql'] }, steps: yes },
    { id: 'size.rest', name: 'Rest', steps: no },
  ],
})

const [a, b, c] = [send('a'), send('b'), send('c')]
const old = sequenceOf([a, days(2), b, days(2), c])

const enrolmentOf = (sequence: Sequence, more: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: 'lead-test-1',
  leadId: 'lead',
  sequence: 'test',
  version: sequence.version,
  run: 1,
  createdAt: now - 2 * day,
  n: 0,
  step: 'a',
  token: 't0',
  due: { a: now - 2 * day, b: now, c: now + 2 * day },
  took: {},
  records: { a: { is: 'sent', at: now - 2 * day } },
  ...more,
})

const hopTo = (step: string, more: Partial<Hop> = {}): Hop => ({
  op: 'send',
  token: 't1',
  enrolmentId: 'lead-test-1',
  leadId: 'lead',
  step,
  n: 1,
  ...more,
})

const asked = (live: Sequence | undefined, more: Partial<Enrolment> = {}, hop = hopTo('b'), at = now) =>
  moveOf(old, live, enrolmentOf(old, more), hop, at)

const without = (more: Partial<Sequence> = {}): Sequence => sequenceOf([a, days(2), c], more)

describe('an edit', () => {
  const next = sequenceOf([a, days(2), send('n'), days(1), b, days(2), c])

  it('is followed when the next mail is due', () => {
    expect(asked(next)).toEqual({ is: 'move', to: next.version, why: 'version' })
  })

  it.each([
    ['nothing was published', asked(old)],
    ['the sequence is gone', asked(undefined)],
    ['the file says that leads in flight stay', asked(sequenceOf(next.steps, { pinned: true }))],
    ['the enrolment ends by its version', asked(next, { pinned: true })],
    ['the message only waits', asked(next, {}, hopTo('b', { op: 'hold' }))],
    ['the message comes again', asked(next, {}, hopTo('a', { n: 0 }))],
    ['the enrolment is over', asked(next, { exit: { reason: 'goal', at: now } })],
    ['something else is told first', asked(next, { pend: { name: 'Tendril.Replan', due: {} } })],
  ])('is not followed when %s', (_, following) => {
    expect(following).toEqual({ is: 'none' })
  })

  it('of texts only changes the name of the version', () => {
    const texts = sequenceOf([a, days(2), send('b', 'another'), days(2), c], { name: 'Another' })
    expect(asked(texts)).toEqual({ is: 'repin' })
  })

  it('is followed by a decision whose time has come', () => {
    const ahead = sequenceOf([a, branch([days(1), b], [days(4), c])])
    const longer = sequenceOf([a, branch([days(2), b], [days(4), c])])
    const waiting = enrolmentOf(ahead, { due: { a: now - day, 'size.decide': now, size: now, c: now + day } })
    const hop = hopTo('size.decide', { op: 'hold' })
    expect(moveOf(ahead, longer, waiting, hop, now)).toMatchObject({ is: 'move' })
    expect(moveOf(ahead, longer, waiting, hop, now - 2 * day)).toEqual({ is: 'none' })
  })
})

describe('a step that was taken out', () => {
  it.each([
    ['is mapped', without({ removed: { b: { map: 'c' } } }), { is: 'move', why: 'version' }],
    ['is mapped in turn', without({ removed: { b: { map: 'x' }, x: { map: 'c' } } }), { is: 'move' }],
    ['takes its leads along', without({ removed: { b: 'exit' } }), { is: 'exit' }],
    ['is finished by the old version', without({ removed: { b: 'pin' } }), { is: 'stay', forGood: true }],
    ['is not spoken of: it is finished, and then followed', without(), { is: 'stay', forGood: false }],
    ['is mapped in a circle', without({ removed: { b: { map: 'b' } } }), { is: 'stay', forGood: false }],
  ])('%s', (_, next, following) => {
    expect(asked(next)).toMatchObject(following)
  })
})

describe('a run that lasts', () => {
  const age = (years: number) => ({ createdAt: now - years * 365 * day })
  const ahead = { due: { a: now - day, b: now + 50 * day, c: now + 90 * day } }

  it.each([
    ['goes on in another when it is told early', asked(old, { ...age(1), ...ahead }), 'year'],
    ['is as old as its own execution', asked(old, { ...age(3), began: now - 350 * day, ...ahead }), 'year'],
    ['or its history is long', asked(old, { n: 1499 }, hopTo('b', { n: 1500 })), 'history'],
    ['also where it stays with its version', asked(without(), { ...age(1), ...ahead }), 'year'],
  ])('%s', (_, following, why) => {
    expect(following).toEqual({ is: 'move', to: old.version, why })
  })

  it.each([
    ['its mail is due', asked(old, age(1))],
    ['it began anew', asked(old, { ...age(3), began: now - 340 * day, ...ahead })],
    ['its Hold is entered', asked(old, { ...age(1), ...ahead }, hopTo('b', { op: 'hold' }))],
  ])('goes on as it is while %s', (_, following) => {
    expect(following).toEqual({ is: 'none' })
  })

  it('takes an edit along', () => {
    const texts = sequenceOf([a, days(2), send('b', 'another'), days(2), c])
    const following = asked(texts, { ...age(1), ...ahead })
    expect(following).toEqual({ is: 'move', to: texts.version, why: 'year' })
  })
})

const context: Omit<PlanContext, 'now' | 'took' | 'leadId'> = {
  zone: 'UTC',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  minGap: 0,
}

const leftBy = (sequence: Sequence, next: Sequence, more: Partial<Enrolment>): Enrolment =>
  enrolmentOf(sequence, { n: 1, ...more, exit: { reason: 'moved', at: now, to: next.version } })

const movedOn = { is: 'not-sent', at: now, reason: 'moved-on' } as const
const sent = { is: 'sent', at: now - 2 * day } as const

describe('the run that goes on', () => {
  it('by the same version keeps plan and ways, and knows when its lead entered', () => {
    const due = { a: now - 300 * day, b: now + 50 * day, c: now + 90 * day }
    const records = { a: sent, b: movedOn, c: movedOn }
    const left = leftBy(old, old, { step: 'b', due, records, took: { x: 'y' }, key: 'order-1' })
    expect(successorOf(left, old, old, 7, context)).toEqual({
      enrolmentId: 'lead-test-7',
      leadId: 'lead',
      sequence: 'test',
      version: old.version,
      run: 7,
      createdAt: left.createdAt,
      began: now,
      key: 'order-1',
      n: -1,
      due,
      took: { x: 'y' },
      records: { a: { is: 'carried', at: sent.at } },
      pend: { name: 'Tendril.At.b', due },
    })
  })

  it('plans anew from where it is, and leaves out what was put in before', () => {
    const next = sequenceOf([a, days(2), send('n'), days(1), b, days(9), c])
    const left = leftBy(old, next, { step: 'b', records: { a: sent, b: movedOn, c: movedOn } })
    const run = successorOf(left, old, next, 2, context)
    expect(run?.records).toEqual({
      a: { is: 'carried', at: sent.at },
      n: { is: 'not-sent', at: now, reason: 'added-later' },
    })
    expect(run?.due).toMatchObject({ b: now, c: now + 9 * day })
  })

  it('carries what was sent, wherever it lies now, and opens again what was not', () => {
    const next = sequenceOf([a, days(2), c, days(1), b])
    const left = leftBy(old, next, {
      step: 'c',
      records: { a: { is: 'not-sent', at: now, reason: 'condition' }, b: sent, c: movedOn },
    })
    const { records } = successorOf(left, old, next, 2, context) ?? {}
    expect(records).toEqual({ a: { is: 'carried', at: now }, b: { is: 'carried', at: sent.at } })
    const other = leftBy(old, next, {
      step: 'c',
      records: { a: sent, b: { is: 'not-sent', at: now, reason: 'condition' }, c: movedOn },
    })
    expect(successorOf(other, old, next, 2, context)?.records).toEqual({ a: { is: 'carried', at: sent.at } })
  })

  it('keeps the way that was taken, and takes that on which its step lies', () => {
    const first = sequenceOf([a, branch([b], []), days(1), c])
    const later = sequenceOf([a, branch([b], []), days(1), send('n'), c])
    const inside = sequenceOf([a, branch([b, days(1), c], []), send('n')])
    const took = { size: 'size.big' }
    const left = (next: Sequence) =>
      leftBy(first, next, { step: 'c', took, records: { a: sent, b: sent, c: movedOn } })
    expect(successorOf(left(later), first, later, 2, context)?.took).toEqual(took)
    const outside = leftBy(first, inside, { step: 'c', records: { a: sent, b: movedOn, c: movedOn } })
    expect(successorOf(outside, first, inside, 2, context)?.took).toEqual(took)
  })

  test('a split’s path never changes, whatever becomes of the shares', () => {
    const arms = [
      [send('x0'), days(1), send('y0')],
      [send('x1'), days(1), send('y1')],
    ] as const
    const one = sequenceOf([a, days(1), split(...arms), c])
    const shares = split(...arms)
    if (shares.kind !== 'split') return
    const paths = shares.paths.map((path, index) => ({ ...path, share: index === 0 ? 9_990 : 10 }))
    const two = sequenceOf([a, days(3), { ...shares, paths }, c])
    for (const took of ['test.0', 'test.1']) {
      const at = took === 'test.0' ? 'x0' : 'x1'
      const due = { a: now - day, [at]: now, c: now + day }
      const left = leftBy(one, two, { step: at, due, took: { test: took }, records: { a: sent } })
      const run = successorOf(left, one, two, 2, context)
      expect(run?.took).toEqual({ test: took })
      expect(run?.pend?.name).toBe(`Tendril.At.${at}`)
      const mapped = sequenceOf([a, days(3), { ...shares, paths }, c], {
        removed: { gone: { map: 'y0' } },
      })
      const other = leftBy(one, mapped, { step: 'gone', due, took: { test: 'test.1' }, records: { a: sent } })
      expect(successorOf(other, one, mapped, 2, context)?.pend?.name).toBe('Tendril.At.y1')
    }
  })

  it('waits, when it starts, until it is told where it goes on', () => {
    const left = leftBy(old, old, { step: 'c', records: { a: sent, b: sent, c: movedOn } })
    const run = successorOf(left, old, old, 2, context)
    if (!run) throw new Error('there is none')
    const plan = startPlan(old, run)
    expect(Object.keys(plan)).toEqual(['a', 'b', 'c'])
    expect(Math.min(...Object.values(plan))).toBeGreaterThan(now + 250 * day)
    expect(startPlan(old, enrolmentOf(old))).toEqual(enrolmentOf(old).due)
  })
})

describe('the shape of a sequence', () => {
  const given = sequenceOf([a, days(2), branch([b], [c]), days(1), send('d')])
  it.each<[string, Sequence, boolean]>([
    ['a name', sequenceOf(given.steps, { name: 'Other' }), true],
    ['a goal', sequenceOf(given.steps, { goal: { when: { stage: ['sql'] } } }), true],
    ['a template', sequenceOf([send('a', 'other'), days(2), branch([b], [c]), days(1), send('d')]), true],
    ['a wait', sequenceOf([a, days(3), branch([b], [c]), days(1), send('d')]), false],
    ['an id', sequenceOf([a, days(2), branch([b], [send('cc')]), days(1), send('d')]), false],
    ['a place', sequenceOf([a, days(2), branch([b, c], []), days(1), send('d')]), false],
    ['haste', sequenceOf([{ ...a, immediately: true } as Step, ...given.steps.slice(1)]), false],
  ])('%s', (_, other, same) => {
    expect(isSameShape(given, other)).toBe(same)
  })
})
