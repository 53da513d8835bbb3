import { expect, test } from 'vitest'
import type { Hours, Within } from '../../../../domain/routing.ts'
import { acceptBy } from '../../../../functions/handoff/accept-by.ts'

const minutes = (n: number, business = true): Within => ({ ms: n * 60_000, business })
const office: Hours = { days: [1, 2, 3, 4, 5], from: 9 * 60, to: 17 * 60 + 30, zone: 'owner' }
const by = (within: Within, now: string, zone = 'Europe/Dublin', hours = office): string =>
  new Date(acceptBy(within, hours, zone, Date.parse(now))).toISOString()

const cases: readonly [string, Within, string, string, string][] = [
  ['plain time runs on', minutes(120, false), '2026-11-20T17:00:00Z', 'UTC', '2026-11-20T19:00:00.000Z'],
  ['inside the hours', minutes(30), '2026-11-20T10:00:00Z', 'UTC', '2026-11-20T10:30:00.000Z'],
  [
    'what is left goes over the weekend',
    minutes(30),
    '2026-11-20T17:20:00Z',
    'UTC',
    '2026-11-23T09:20:00.000Z',
  ],
  ['before they open', minutes(30), '2026-11-20T05:00:00Z', 'UTC', '2026-11-20T09:30:00.000Z'],
  ['at the weekend', minutes(30), '2026-11-21T12:00:00Z', 'UTC', '2026-11-23T09:30:00.000Z'],
  ["in the rep's own zone", minutes(30), '2026-11-20T05:00:00Z', 'Europe/Berlin', '2026-11-20T08:30:00.000Z'],
  [
    'over the end of summer time',
    minutes(60),
    '2026-10-23T16:00:00Z',
    'Europe/Dublin',
    '2026-10-26T09:30:00.000Z',
  ],
  [
    'two business days are two days of opening',
    minutes(2 * 24 * 60),
    '2026-11-20T10:00:00Z',
    'UTC',
    '2026-11-24T10:00:00.000Z',
  ],
  [
    'a business week is five of them',
    minutes(7 * 24 * 60),
    '2026-11-20T10:00:00Z',
    'UTC',
    '2026-11-27T10:00:00.000Z',
  ],
]

test.each(cases)('%s', (_, within, now, zone, expected) => {
  expect(by(within, now, zone)).toBe(expected)
})

test('hours over midnight, and a zone of their own', () => {
  const night: Hours = { days: [5], from: 22 * 60, to: 6 * 60, zone: 'UTC' }
  expect(by(minutes(30), '2026-11-21T01:00:00Z', 'Asia/Tokyo', night)).toBe('2026-11-21T01:30:00.000Z')
  expect(by(minutes(30), '2026-11-21T05:45:00Z', 'Asia/Tokyo', night)).toBe('2026-11-27T22:15:00.000Z')
})

test('without any day the time runs on', () => {
  expect(by(minutes(30), '2026-11-21T01:00:00Z', 'UTC', { ...office, days: [] })).toBe(
    '2026-11-21T01:30:00.000Z',
  )
})
