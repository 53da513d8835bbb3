import { describe, expect, test } from 'vitest'
import { isOpen } from '../../../domain/calendar-window.ts'
import { type PlanContext, planBranch, planFirst, planFrom, putOff } from '../../../domain/planning.ts'
import type { DateWait, Sequence, Slot, Step } from '../../../domain/sequence.ts'

const send = (id: string, immediately = false): Step => ({ kind: 'send', id, template: id, immediately })
const act = (id: string): Step => ({ kind: 'act', id, action: { do: 'tag', add: [id], remove: [] } })
const wait = (length: string, until?: Slot): Step => ({
  kind: 'wait',
  wait: { for: length, ...(until && { until }) },
})
const until = (date: DateWait, slot?: Slot): Step => ({
  kind: 'wait',
  wait: { date, ...(slot && { until: slot }) },
})
const split = (id: string, ...arms: Step[][]): Step => ({
  kind: 'split',
  id,
  paths: arms.map((steps, index) => ({ id: `${id}.${index}`, name: `${index}`, share: 5000, steps })),
})
const clicked = (yes: Step[], no: Step[] = []): Step => ({
  kind: 'wait_for',
  id: 'clicked',
  event: { name: 'email.clicked' },
  timeout: 'P5D',
  yes: { id: 'clicked.yes', name: 'yes', steps: yes },
  no: { id: 'clicked.no', name: 'no', steps: no },
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
const morning: Slot = { days: [1, 2, 3, 4, 5], minute: 570 }

const at = (text: string): number => Date.parse(`${text}:00Z`) / 1000
const shown = (due: Readonly<Record<string, number>>) =>
  Object.fromEntries(
    Object.entries(due).map(([key, value]) => [key, new Date(value * 1000).toISOString().slice(0, 16)]),
  )
/** A Monday in Dublin, in winter: local time is UTC. */
const monday = '2026-11-02T10:00'
const ctx = (more: Partial<PlanContext> = {}, now = monday): PlanContext => ({
  now: at(now),
  zone: 'Europe/Dublin',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: [] },
  minGap: 20 * 3600,
  ...more,
})

describe('a wait until a date', () => {
  const end: DateWait = { field: 'contract.end', shift: { by: 'P30D', to: 'before' }, otherwise: 'P90D' }
  const due = (date: DateWait, value?: string, more: Partial<PlanContext> = {}) =>
    shown(
      planFirst(
        sequence(send('a'), until(date), act('b'), wait('P1D'), send('c')),
        ctx({ fields: value === undefined ? {} : { 'contract.end': [value] }, ...more }),
      ),
    )['b']

  test('begins with that day where the lead is', () => {
    expect(due(end, '2027-03-31')).toBe('2027-03-01T00:00')
    expect(due(end, '2027-03-31', { zone: 'America/New_York' })).toBe('2027-03-01T05:00')
    expect(due(end, '2027-03-31T23:30:00-05:00')).toBe('2027-03-02T00:00')
    expect(due({ ...end, shift: { by: 'P2M', to: 'after' } }, '2027-01-31')).toBe('2027-03-30T23:00')
    expect(due({ field: 'contract.end', otherwise: 'P9D' }, '2028-02-29')).toBe('2028-02-29T00:00')
  })

  test('that has passed is over at once', () => {
    expect(due(end, '2026-11-20')).toBe('2026-11-02T10:15')
    expect(due(end, '2019-01-01')).toBe('2026-11-02T10:15')
  })

  test('is as long as said when there is no such date', () => {
    for (const value of [undefined, '', 'soon', '2027-02-30', '31.03.2027'])
      expect(due(end, value)).toBe('2027-01-31T10:00')
  })

  test('takes the first of several values that is one', () => {
    const fields = { 'contract.end': ['tbd', '2027-03-31', '2027-04-30'] }
    expect(due(end, undefined, { fields })).toBe('2027-03-01T00:00')
  })

  test('goes on to its slot', () => {
    const plan = planFirst(
      sequence(send('a'), until(end, morning), send('b')),
      ctx({ fields: { 'contract.end': ['2027-04-12'] } }),
    )
    expect(shown(plan)['b']).toBe('2027-03-15T09:30')
  })

  test('is read again when a later plan is made', () => {
    const steps = sequence(send('a'), wait('P2D'), send('b'), until(end), send('c'))
    const first = planFirst(steps, ctx({ fields: { 'contract.end': ['2027-03-31'] } }))
    const known = ctx({ fields: { 'contract.end': ['2027-05-31'] } })
    expect(shown(planFrom(steps, 'b', at('2026-11-05T10:00'), first, known))).toMatchObject({
      b: '2026-11-05T10:00',
      c: '2027-05-03T07:00',
    })
  })
})

describe('an even split', () => {
  const steps = sequence(
    send('a'),
    wait('P2D'),
    split('test', [send('b'), wait('P7D'), send('c')], [wait('P1D'), send('d'), wait('P1D'), send('e')]),
    clicked([send('f')]),
    send('g'),
  )
  const took = { test: 'test.0' }

  test('is planned by the path taken alone', () => {
    expect(Object.keys(planFirst(steps, ctx({ took })))).toEqual(['a', 'b', 'c', 'clicked', 'g'])
    expect(Object.keys(planFirst(steps, ctx({ took: { test: 'test.1' } })))).toEqual([
      'a',
      'd',
      'e',
      'clicked',
      'g',
    ])
    expect(Object.keys(planFirst(steps, ctx()))).toEqual(['a', 'd', 'e', 'clicked', 'g'])
  })

  test('whatever the plan held before: a branch, a stop that moves', () => {
    const both = { ...planFirst(steps, ctx()), ...planFirst(steps, ctx({ took })) }
    const branched = planBranch(steps, 'clicked.yes', at('2026-11-17T10:00'), both, ctx({ took }))
    expect(Object.keys(branched.due).sort()).toEqual(['a', 'b', 'c', 'clicked', 'f', 'g'])
    const moved = planFrom(steps, 'b', at('2026-11-05T10:00'), both, ctx({ took }))
    expect(Object.keys(moved).sort()).toEqual(['a', 'b', 'c', 'clicked', 'g'])
    const again = putOff(steps, 'b', at('2026-11-05T10:00'), both, { took })
    expect(Object.keys(again).sort()).toEqual(['a', 'b', 'c', 'clicked', 'g'])
    expect(again['b']).toBe(at('2026-11-05T10:00'))
  })
})

describe('a path that ends', () => {
  test('takes what lies behind it off the plan', () => {
    const steps = sequence(
      send('a'),
      clicked([send('b'), { kind: 'end', id: 'over', outcome: 'over' }]),
      send('c'),
    )
    const plan = planBranch(steps, 'clicked.yes', at('2026-11-02T11:00'), planFirst(steps, ctx()), ctx())
    expect(Object.keys(plan.due)).toEqual(['a', 'clicked', 'b'])
  })
})

describe('the spread of a cohort', () => {
  const hours = 3600
  const steps = sequence(
    send('hello', true),
    wait('P1D', morning),
    send('a'),
    wait('P2D'),
    send('b'),
    wait('PT2H'),
    send('c'),
  )
  const leads = Array.from({ length: 300 }, (_, k) => `lead-${k}`)
  const plans = (more: Partial<PlanContext> = {}) =>
    leads.map((leadId) => planFirst(steps, ctx({ leadId, spread: 4 * hours, ...more })))
  const dues = (key: string, more: Partial<PlanContext> = {}) => plans(more).map((plan) => plan[key] ?? 0)

  test('reaches from the slot on, and is even', () => {
    const offsets = dues('a').map((due) => due - at('2026-11-04T09:30'))
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...offsets)).toBeLessThan(4 * hours)
    const early = offsets.filter((offset) => offset < 2 * hours).length
    expect(Math.abs(early / leads.length - 0.5)).toBeLessThan(0.1)
    expect(new Set(offsets).size).toBeGreaterThan(280)
  })

  test('does not add up from mail to mail: waits of days count from the plain plan', () => {
    const offsets = dues('b').map((due) => due - at('2026-11-06T09:30'))
    expect(Math.min(...offsets)).toBeGreaterThanOrEqual(0)
    expect(Math.max(...offsets)).toBeLessThan(4 * hours)
  })

  test('leaves waits of hours as long as they are', () => {
    for (const plan of plans({ minGap: 0 })) {
      const [b = 0, c = 0] = [plan['b'], plan['c']]
      expect(c - b).toBeGreaterThanOrEqual(2 * hours)
    }
  })

  test('takes what the window leaves of it', () => {
    const late = { days: [3], minute: 1080 }
    const evening = sequence(send('a', true), wait('P1D', late), send('b'))
    for (const leadId of leads) {
      const given = ctx({ leadId, spread: 9 * hours })
      const { b = 0 } = planFirst(evening, given)
      expect(isOpen(given.zone, given.window, b)).toBe(true)
      expect(b).toBeGreaterThanOrEqual(at('2026-11-04T18:00'))
      expect(b).toBeLessThan(at('2026-11-04T19:00'))
    }
  })

  test('never moves what was asked for', () => {
    expect(new Set(dues('hello'))).toEqual(new Set([at(monday)]))
  })

  test('is the same for the same lead and mail, another for another', () => {
    expect(plans()).toEqual(plans())
    const [one] = plans()
    const offset = (key: 'a' | 'b', slot: string) => (one?.[key] ?? 0) - at(slot)
    expect(offset('a', '2026-11-04T09:30')).not.toBe(offset('b', '2026-11-06T09:30'))
  })

  test('meets those who wait for a window to open, not those whose own time has come', () => {
    const moved = (until: string) =>
      leads.map((leadId) => {
        const given = ctx({ leadId, spread: 2 * hours })
        return planFrom(steps, 'a', at(until), planFirst(steps, given), given)['a']
      })
    expect(new Set(moved('2026-11-05T08:00')).size).toBeGreaterThan(280)
    expect(new Set(moved('2026-11-05T11:20'))).toEqual(new Set([at('2026-11-05T11:20')]))
  })

  test('does not keep a click waiting', () => {
    const answer = sequence(send('a', true), clicked([send('b')], [send('c')]))
    for (const leadId of leads) {
      const given = ctx({ leadId, spread: 4 * hours, minGap: 900 })
      const plan = planBranch(answer, 'clicked.yes', at('2026-11-03T11:00'), planFirst(answer, given), given)
      expect(plan.due['b']).toBe(at('2026-11-03T11:00'))
    }
  })
})

describe('clocks that disagree', () => {
  const steps = sequence(
    send('a', true),
    { kind: 'notify', id: 'tell', to: 'maya', template: 'notice' },
    clicked([send('b')], [send('c')]),
    send('d'),
  )

  test('a click told by a clock that is behind keeps the gap and the order all the same', () => {
    const first = planFirst(steps, ctx())
    const { due } = planBranch(
      steps,
      'clicked.yes',
      at('2026-11-02T10:05'),
      first,
      ctx({}, '2026-11-02T10:05'),
    )
    expect(due['tell'] ?? 0).toBeLessThanOrEqual(due['b'] ?? 0)
    expect((due['b'] ?? 0) - (due['a'] ?? 0)).toBeGreaterThanOrEqual(20 * 3600)
  })
})
