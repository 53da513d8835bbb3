import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { addDuration, instantOf, localAt } from '../../../domain/calendar.ts'
import { isOpen, type SendWindow } from '../../../domain/calendar-window.ts'
import { durationOf } from '../../../domain/duration.ts'
import { type PlanContext, planBranch, planFirst, planFrom } from '../../../domain/planning.ts'
import { stopsOf } from '../../../domain/route.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { zones } from './zones.ts'

const day = 86_400
/** From here a year has both changes of the clock, the turn of the year and a 29 February. */
const start = Date.UTC(2027, 6, 1) / 1000

const send = (id: string): Step => ({ kind: 'send', id, template: id, immediately: false })
const wait = (length: string, days?: number[], minute = 150): Step => ({
  kind: 'wait',
  wait: { for: length, ...(days ? { until: { days, minute } } : {}) },
})
const sequence = (steps: readonly Step[]): Sequence => ({
  id: 'test',
  version: '0',
  name: 'Test',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps,
})

/** What must hold of every plan, along its stops. */
function isSound(plan: Readonly<Record<string, number>>, ids: readonly string[], ctx: PlanContext): void {
  const dues = ids.map((id) => plan[id] ?? Number.NaN)
  for (const [index, due] of dues.entries()) {
    expect(Number.isInteger(due)).toBe(true)
    expect(isOpen(ctx.zone, ctx.window, due)).toBe(true)
    expect(due).toBeGreaterThanOrEqual((dues[index - 1] ?? ctx.now - ctx.minGap) + ctx.minGap)
  }
}

describe('24 zones, every day of a year', () => {
  const every = [1, 2, 3, 4, 5, 6, 7]
  const daily = sequence([
    send('a'),
    wait('P1D', every),
    send('b'),
    wait('P1D', [6, 7], 90),
    send('c'),
    wait('PT30M'),
    send('d'),
  ])
  const holidays = ['2027-12-25', '2027-10-31', '2028-02-29']
  /** By day, by night, over midnight, and such as open or close where clocks change. */
  const windows: readonly SendWindow[] = [
    { from: 60, to: 300, days: [1, 3, 5, 6, 7], holidays },
    { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays },
    { from: 1320, to: 150, days: every, holidays },
    { from: 150, to: 170, days: every, holidays: [] },
    { from: 0, to: 0, days: [2, 4, 7], holidays },
  ]
  const contextAt = (zone: string, n: number): PlanContext => ({
    now: start + n * day + n * 61,
    zone,
    window: windows[n % windows.length] ?? { from: 0, to: 0, days: every, holidays: [] },
    minGap: n % 2 === 0 ? 3600 : 20 * 3600,
    spread: (n % 4) * 5400,
    leadId: `lead-${n}`,
  })

  test.each(zones)('%s: no send outside its window, ascending, with the gap', (zone) => {
    expect(zones).toHaveLength(24)
    for (let n = 0; n < 366; n++) {
      const ctx = contextAt(zone, n)
      isSound(planFirst(daily, ctx), ['a', 'b', 'c', 'd'], ctx)
    }
  })

  test.each(zones)('%s: nor when clocks differ by ten minutes, or go back', (zone) => {
    const clicked = sequence([
      send('a'),
      {
        kind: 'wait_for',
        id: 'w',
        event: { name: 'email.clicked' },
        timeout: 'P2D',
        yes: { id: 'w.yes', name: 'yes', steps: [send('yes')] },
        no: { id: 'w.no', name: 'no', steps: [send('no')] },
      },
      send('z'),
    ])
    for (let n = 0; n < 366; n++) {
      const ctx = contextAt(zone, n)
      const skew = ((n % 5) - 2) * 300
      const first = planFirst(clicked, ctx)
      const told = (first['a'] ?? 0) + skew
      const { due } = planBranch(clicked, 'w.yes', told, first, { ...ctx, now: told })
      isSound(due, ['a', 'yes', 'z'], ctx)
      const put = (due['yes'] ?? 0) - skew
      const later = planFrom(clicked, 'yes', put, due, { ...ctx, now: put - 600 })
      isSound(later, ['a', 'yes', 'z'], ctx)
    }
  })

  test.each(zones)('%s: a daily time comes once a day, at a fold as at a gap', (zone) => {
    const first = Math.floor(start / day)
    const instants = Array.from({ length: 366 }, (_, n) => instantOf(zone, first + n, 150 * 60))
    expect(new Set(instants).size).toBe(366)
    for (const [n, at] of instants.entries()) {
      expect(localAt(zone, at).day).toBe(first + n)
      expect(at).toBeGreaterThan(instants[n - 1] ?? 0)
    }
  })

  test.each(zones)(
    '%s: a mail a day for a year, in the hour that clocks change, never two on one day',
    (zone) => {
      const ids = Array.from({ length: 366 }, (_, n) => `m${n}`)
      const steps = ids.flatMap((id) => [send(id), wait('PT20H', every)])
      const ctx = {
        ...contextAt(zone, 0),
        window: { from: 120, to: 200, days: every, holidays: [] },
        spread: 1200,
      }
      const plan = planFirst(sequence(steps), ctx)
      isSound(plan, ids, ctx)
      const days = ids.map((id) => localAt(zone, plan[id] ?? 0).day)
      expect(new Set(days).size).toBe(ids.length)
      // The first of the two instants of a fold, the first instant after a gap.
      for (const id of ids.slice(1)) {
        const due = plan[id] ?? 0
        const slot = instantOf(zone, localAt(zone, due).day, 150 * 60)
        expect(due).toBeGreaterThanOrEqual(slot)
        expect(due - slot).toBeLessThan(1200)
      }
    },
  )
})

test('local arithmetic agrees with Temporal', () => {
  const instant = fc.integer({ min: start - 20 * 365 * day, max: start + 10 * 365 * day })
  fc.assert(
    fc.property(fc.constantFrom(...zones), instant, fc.integer({ min: 0, max: 400 }), (zone, at, days) => {
      const there = Temporal.Instant.fromEpochMilliseconds(at * 1000).toZonedDateTimeISO(zone)
      const local = localAt(zone, at)
      expect(local.second).toBe(there.hour * 3600 + there.minute * 60 + there.second)
      const wanted = there.toPlainDateTime().add({ days })
      const moved = wanted.toZonedDateTime(zone)
      const isGap = !moved.toPlainDateTime().equals(wanted)
      const expected = isGap ? moved.getTimeZoneTransition('previous') : moved
      expect(addDuration(zone, at, durationOf(`P${days}D`))).toBe((expected?.epochMilliseconds ?? 0) / 1000)
    }),
    { numRuns: 3000 },
  )
})

const minutes = fc.integer({ min: 0, max: 1439 })
const someDays = fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 })
const anyContext = fc.record({
  now: fc.integer({ min: start, max: start + 366 * day }),
  zone: fc.constantFrom(...zones),
  window: fc.record({
    from: minutes,
    to: minutes,
    days: someDays,
    holidays: fc.uniqueArray(
      fc
        .integer({ min: 0, max: 500 })
        .map((n) => new Date((start + n * day) * 1000).toISOString().slice(0, 10)),
      { maxLength: 9 },
    ),
  }),
  minGap: fc.integer({ min: 900, max: 3 * day }),
  spread: fc.constantFrom(0, 1, 900, 4 * 3600, 2 * day),
  leadId: fc.constantFrom('lead-a', 'lead-b', 'lead-c'),
  fields: fc.constantFrom({}, { due: ['2028-02-29'] }, { due: ['2028-10-29T01:30:00Z'] }, { due: ['soon'] }),
})
const dateWait: Step = {
  kind: 'wait',
  wait: { date: { field: 'due', shift: { by: 'P1M', to: 'before' }, otherwise: 'P3D' } },
}
const lengthWait = fc
  .tuple(
    fc.constantFrom('P1D', 'P4D', 'PT20H', 'PT5M', 'P2W', 'P1M'),
    fc.option(fc.record({ days: someDays, minute: minutes }), { nil: undefined }),
  )
  .map(([length, until]): Step => ({ kind: 'wait', wait: { for: length, ...(until ? { until } : {}) } }))

const anyWait = fc.oneof(
  { weight: 6, arbitrary: lengthWait },
  { weight: 1, arbitrary: fc.constant(dateWait) },
)

describe('any plan', () => {
  const withForks = (waits: readonly Step[]): Sequence => {
    const [one = wait('P1D'), two = wait('P1D'), three = wait('P1D'), four = wait('P1D')] = waits
    return sequence([
      send('a'),
      {
        kind: 'wait_for',
        id: 'w',
        event: { name: 'email.clicked' },
        timeout: 'P5D',
        yes: { id: 'w.yes', name: 'yes', steps: [one, send('yes')] },
        no: { id: 'w.no', name: 'no', steps: [send('no')] },
      },
      two,
      {
        kind: 'branch',
        id: 's',
        paths: [
          { id: 's.vip', name: 'VIP', if: { stage: ['mql'] }, steps: [three, send('vip')] },
          { id: 's.all', name: 'All', steps: [four, send('all')] },
        ],
      },
      send('z'),
    ])
  }
  const waits = fc.array(anyWait, { minLength: 4, maxLength: 4 })

  test('is sound by the default path, by any other, and after a delay', () => {
    fc.assert(
      fc.property(anyContext, waits, fc.integer({ min: 0, max: 5 * day - 1 }), (ctx, given, after) => {
        const steps = withForks(given)
        const first = planFirst(steps, ctx)
        isSound(first, ['a', 'no', 'all', 'z'], ctx)
        const at = (first['a'] ?? 0) + after
        const clicked = planBranch(steps, 'w.yes', at, first, { ...ctx, now: at }).due
        isSound(clicked, ['a', 'yes', 'all', 'z'], ctx)
        expect(clicked['yes']).toBeGreaterThanOrEqual(at)
        const decided = clicked['s.decide'] ?? clicked['all'] ?? 0
        const vip = planBranch(steps, 's.vip', decided, clicked, { ...ctx, now: decided }).due
        isSound(vip, ['a', 'yes', 'vip', 'z'], ctx)
        expect(vip['vip']).toBeGreaterThanOrEqual(decided)
        const later = planFrom(steps, 'yes', (clicked['yes'] ?? 0) + after, clicked, { ...ctx, now: at })
        isSound(later, ['a', 'yes', 'all', 'z'], ctx)
        expect(later['z']).toBeGreaterThanOrEqual(clicked['z'] ?? 0)
      }),
      { numRuns: 2000 },
    )
  })

  test('a decision comes no later than what it decides about, and every stop has a time', () => {
    fc.assert(
      fc.property(anyContext, waits, (ctx, given) => {
        const steps = withForks(given)
        const first = planFirst(steps, ctx)
        const decided = first['s.decide']
        if (decided !== undefined) expect(decided).toBeLessThan(first['all'] ?? 0)
        const usual = stopsOf(steps).filter((stop) => stop.on.every((place) => place.isDefault))
        for (const stop of usual) expect(first[stop.id]).toBeTypeOf('number')
      }),
      { numRuns: 1000 },
    )
  })
})
