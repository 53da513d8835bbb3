import { describe, expect, test } from 'vitest'
import { type PlanContext, planBranch, planFirst, planFrom } from '../../../domain/planning.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'

const send = (id: string, immediately = false): Step => ({ kind: 'send', id, template: id, immediately })
const days = (count: number): Step => ({ kind: 'wait', wait: { for: `P${count}D` } })
const slot = (count: number): Step => ({
  kind: 'wait',
  wait: { for: `P${count}D`, until: { days: [2, 3, 4], minute: 570 } },
})
const clicked = (yes: Step[], no: Step[], timeout = 'P5D'): Step => ({
  kind: 'wait_for',
  id: 'clicked',
  event: { name: 'email.clicked' },
  timeout,
  yes: { id: 'clicked.yes', name: 'yes', steps: yes },
  no: { id: 'clicked.no', name: 'no', steps: no },
})
const size = (big: Step[], other: Step[]): Step => ({
  kind: 'branch',
  id: 'size',
  paths: [
    { id: 'size.big', name: 'Big', if: { field: 'company.size', is: { atLeast: 200 } }, steps: big },
    { id: 'size.other', name: 'Other', steps: other },
  ],
})
const sequence = (...steps: Step[]): Sequence => ({
  id: 'test',
  version: '0',
  name: 'Test',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps,
})

const at = (text: string): number => Date.parse(`${text}:00Z`) / 1000
const shown = (due: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(due).map(([key, value]) => [key, new Date(value * 1000).toISOString().slice(0, 16)]),
  )
/** A Monday in Dublin, in winter: local time is UTC. */
const monday = '2026-11-02T10:00'
const ctx = (now = monday, more: Partial<PlanContext> = {}): PlanContext => ({
  now: at(now),
  zone: 'Europe/Dublin',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: [] },
  minGap: 20 * 3600,
  ...more,
})

describe('the first plan', () => {
  test('waits, slots and the window', () => {
    const plan = planFirst(
      sequence(send('a', true), slot(2), send('b'), days(3), send('c')),
      ctx('2026-11-01T22:00'),
    )
    expect(shown(plan)).toEqual({
      a: '2026-11-01T22:00',
      b: '2026-11-04T09:30',
      c: '2026-11-09T08:00',
    })
  })

  test('two mails in a row keep the gap', () => {
    expect(shown(planFirst(sequence(send('a'), send('b'), send('c')), ctx()))).toEqual({
      a: '2026-11-02T10:00',
      b: '2026-11-03T08:00',
      c: '2026-11-04T08:00',
    })
  })

  test('a mail goes out in the slot at which the branch in front of it is decided', () => {
    const gone: Step = { kind: 'end', id: 'gone', outcome: 'gone' }
    const plan = planFirst(sequence(send('a', true), slot(2), size([gone], [send('b')])), ctx())
    expect(shown(plan)).toEqual({
      a: '2026-11-02T10:00',
      size: '2026-11-05T09:30',
      'size.decide': '2026-11-05T09:30',
      b: '2026-11-05T09:45',
    })
  })

  test('the first mail keeps the gap to the lead’s last one', () => {
    const late = ctx(monday, { lastAt: at('2026-11-02T09:00') })
    expect(shown(planFirst(sequence(send('a', true), send('b')), late))).toEqual({
      a: '2026-11-03T05:00',
      b: '2026-11-04T08:00',
    })
  })

  test('a slot on a holiday moves to the next slot', () => {
    const window = { ...ctx().window, holidays: ['2026-11-04'] }
    expect(shown(planFirst(sequence(send('a'), slot(2), send('b')), ctx(monday, { window })))).toMatchObject({
      b: '2026-11-05T09:30',
    })
  })

  test('the default paths, and where branches stand', () => {
    const plan = planFirst(
      sequence(
        send('a'),
        clicked([send('yes')], [send('no')]),
        days(1),
        size([days(2), send('big')], [days(2), send('other')]),
        days(7),
      ),
      ctx(),
    )
    expect(shown(plan)).toEqual({
      a: '2026-11-02T10:00',
      clicked: '2026-11-07T10:00',
      no: '2026-11-09T08:00',
      size: '2026-11-10T08:00',
      other: '2026-11-12T08:00',
      end: '2026-11-19T08:00',
    })
  })

  test('a decision ahead falls due with the first of its paths', () => {
    const plan = planFirst(sequence(send('a'), size([days(1), send('big')], [days(4), send('other')])), ctx())
    expect(shown(plan)).toEqual({
      a: '2026-11-02T10:00',
      size: '2026-11-02T10:00',
      'size.decide': '2026-11-03T10:00',
      other: '2026-11-06T10:00',
    })
  })

  test('a notification follows its email, and the lead’s hours are not its own', () => {
    const notify: Step = { kind: 'notify', id: 'tell', to: 'owner-or-team', template: 'notice' }
    expect(shown(planFirst(sequence(send('a', true), notify), ctx('2026-11-01T22:00')))).toEqual({
      a: '2026-11-01T22:00',
      tell: '2026-11-01T22:15',
    })
  })
})

describe('a path that is taken', () => {
  const steps = sequence(
    send('a'),
    clicked([days(1), send('yes')], [send('no')]),
    slot(3),
    send('b'),
    days(7),
  )
  const first = planFirst(steps, ctx())

  test('counts from the event, through the rejoin', () => {
    const { due, took } = planBranch(
      steps,
      'clicked.yes',
      at('2026-11-03T21:00'),
      first,
      ctx('2026-11-03T21:00'),
    )
    expect(took).toEqual({ branch: 'clicked', path: 'clicked.yes' })
    expect(shown(due)).toEqual({
      a: '2026-11-02T10:00',
      clicked: '2026-11-03T21:00',
      yes: '2026-11-05T08:00',
      b: '2026-11-10T09:30',
      end: '2026-11-17T09:30',
    })
  })

  test('keeps the gap to the last mail', () => {
    const now = steps.steps.map((step) => (step.kind === 'wait_for' ? clicked([send('yes')], []) : step))
    const atOnce = { ...steps, steps: now }
    const plan = planBranch(atOnce, 'clicked.yes', at('2026-11-02T11:00'), planFirst(atOnce, ctx()), ctx())
    expect(shown(plan.due)).toMatchObject({ yes: '2026-11-03T08:00' })
  })

  test('not before the wait_for stands, when a wait comes first', () => {
    const later = sequence(send('a'), days(2), clicked([send('yes')], [send('no')]))
    const plan = planBranch(later, 'clicked.yes', at('2026-11-03T11:00'), planFirst(later, ctx()), ctx())
    expect(shown(plan.due)).toMatchObject({ yes: '2026-11-04T10:00' })
  })

  test('of a branch on a field counts from where the branch stands', () => {
    const branch = sequence(
      send('a'),
      days(1),
      size([days(4), send('big')], [days(2), send('other')]),
      send('b'),
    )
    const plan = planBranch(branch, 'size.big', at('2026-11-05T10:00'), planFirst(branch, ctx()), ctx())
    expect(shown(plan.due)).toEqual({
      a: '2026-11-02T10:00',
      size: '2026-11-03T10:00',
      big: '2026-11-09T08:00',
      b: '2026-11-10T08:00',
    })
  })

  test('that does not exist is a fault', () => {
    expect(() => planBranch(steps, 'clicked.maybe', 0, first, ctx())).toThrow(RangeError)
  })
})

describe('a stop that moves', () => {
  const steps = sequence(send('a'), days(2), send('b'), days(2), send('c'), days(7))
  const first = planFirst(steps, ctx())

  test('takes all later ones with it', () => {
    expect(shown(planFrom(steps, 'b', at('2026-11-06T12:00'), first, ctx('2026-11-06T09:00')))).toEqual({
      a: '2026-11-02T10:00',
      b: '2026-11-06T12:00',
      c: '2026-11-09T08:00',
      end: '2026-11-16T08:00',
    })
  })

  test('goes on to the next opening', () => {
    expect(shown(planFrom(steps, 'b', at('2026-11-06T19:30'), first, ctx()))).toMatchObject({
      b: '2026-11-09T08:00',
      c: '2026-11-11T08:00',
    })
  })

  test('may be a decision', () => {
    const branch = sequence(send('a'), size([days(1), send('big')], [days(4), send('other')]))
    const plan = planFrom(branch, 'size.decide', at('2026-11-05T12:00'), planFirst(branch, ctx()), ctx())
    expect(shown(plan)).toMatchObject({ 'size.decide': '2026-11-05T12:00', other: '2026-11-06T10:00' })
  })

  test('that does not exist is a fault', () => {
    expect(() => planFrom(steps, 'z', 0, first, ctx())).toThrow(RangeError)
  })
})
