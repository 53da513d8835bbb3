import fc from 'fast-check'
import { Temporal } from 'temporal-polyfill'
import { describe, expect, test } from 'vitest'
import { addDuration, instantOf, localAt } from '../../../domain/calendar.ts'
import { isOpen, type SendWindow } from '../../../domain/calendar-window.ts'
import { durationOf } from '../../../domain/duration.ts'
import { type PlanContext, planBranch, planFirst, planFrom } from '../../../domain/planning.ts'
import { stopsOf } from '../../../domain/route.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'

const zones = [
  'UTC',
  'Europe/Dublin',
  'Europe/Berlin',
  'Europe/Moscow',
  'Africa/Cairo',
  'Africa/Casablanca',
  'Asia/Kolkata',
  'Asia/Kathmandu',
  'Asia/Tokyo',
  'Asia/Tehran',
  'Asia/Beirut',
  'Asia/Gaza',
  'Australia/Lord_Howe',
  'Australia/Adelaide',
  'Pacific/Auckland',
  'Pacific/Chatham',
  'Pacific/Kiritimati',
  'Pacific/Marquesas',
  'America/New_York',
  'America/Los_Angeles',
  'America/St_Johns',
  'America/Santiago',
  'America/Havana',
  'America/Nuuk',
]
const day = 86_400
const start = Date.UTC(2026, 0, 1) / 1000

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
  const daily = sequence([
    send('a'),
    wait('P1D', [1, 2, 3, 4, 5, 6, 7]),
    send('b'),
    wait('P1D', [6, 7], 90),
    send('c'),
    wait('PT30M'),
    send('d'),
  ])
  const window: SendWindow = {
    from: 60,
    to: 300,
    days: [1, 3, 5, 6, 7],
    holidays: ['2026-12-25', '2026-10-25'],
  }

  test.each(zones)('%s: no send outside its window, ascending, with the gap', (zone) => {
    expect(zones).toHaveLength(24)
    for (let n = 0; n < 366; n++) {
      const ctx: PlanContext = { now: start + n * day + n * 61, zone, window, minGap: 3600 }
      isSound(planFirst(daily, ctx), ['a', 'b', 'c', 'd'], ctx)
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
})
const anyWait = fc
  .tuple(
    fc.constantFrom('P1D', 'P4D', 'PT20H', 'PT5M', 'P2W', 'P1M'),
    fc.option(fc.record({ days: someDays, minute: minutes }), { nil: undefined }),
  )
  .map(([length, until]): Step => ({ kind: 'wait', wait: { for: length, ...(until ? { until } : {}) } }))

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
