import { describe, expect, test } from 'vitest'
import { addDuration, dateOf, instantOf, isZone, localAt, weekdayOf } from '../../../domain/calendar.ts'
import { isOpen, nextOpening, nextOpenSlot, nextSlot } from '../../../domain/calendar-window.ts'
import { durationOf } from '../../../domain/duration.ts'

const utc = (text: string): number => Date.parse(text) / 1000
const iso = (at: number): string => new Date(at * 1000).toISOString().replace('.000', '')
const day = (text: string): number => Date.parse(text) / 86_400_000
const add = (zone: string, at: string, duration: string) =>
  iso(addDuration(zone, utc(at), durationOf(duration)))

test('a local time', () => {
  expect(localAt('Asia/Kolkata', utc('2026-03-01T20:00:00Z'))).toEqual({
    day: day('2026-03-02'),
    second: 5400,
  })
  expect(dateOf(day('2028-02-29'))).toBe('2028-02-29')
  expect([0, 1, 2, 3, 4, 5, 6].map((n) => weekdayOf(day('2026-11-02') + n))).toEqual([1, 2, 3, 4, 5, 6, 7])
  expect([isZone('Europe/Dublin'), isZone('Mars/Olympus')]).toEqual([true, false])
})

describe('summer time in Berlin, 2026', () => {
  const at = (date: string, minute: number) => iso(instantOf('Europe/Berlin', day(date), minute * 60))

  test('a time in the gap is the first instant after it', () => {
    expect(at('2026-03-29', 119)).toBe('2026-03-29T00:59:00Z')
    expect(at('2026-03-29', 150)).toBe('2026-03-29T01:00:00Z')
    expect(at('2026-03-29', 180)).toBe('2026-03-29T01:00:00Z')
  })

  test('a time in the fold is the first of the two', () => {
    expect(at('2026-10-25', 150)).toBe('2026-10-25T00:30:00Z')
    expect(at('2026-10-25', 180)).toBe('2026-10-25T02:00:00Z')
  })

  test('days keep the local time, hours do not', () => {
    expect(add('Europe/Berlin', '2026-03-28T09:00:00Z', 'P1D')).toBe('2026-03-29T08:00:00Z')
    expect(add('Europe/Berlin', '2026-03-28T09:00:00Z', 'PT24H')).toBe('2026-03-29T09:00:00Z')
    expect(add('Europe/Berlin', '2026-10-24T08:00:00Z', 'P1DT1H')).toBe('2026-10-25T10:00:00Z')
  })
})

test('a month ends on its last day', () => {
  expect(add('UTC', '2027-01-31T09:00:00Z', 'P1M')).toBe('2027-02-28T09:00:00Z')
  expect(add('UTC', '2027-12-31T09:00:00Z', 'P2M')).toBe('2028-02-29T09:00:00Z')
  expect(add('UTC', '2027-03-31T09:00:00Z', 'P1Y')).toBe('2028-03-31T09:00:00Z')
})

test('a zone that skipped a day', () => {
  expect(iso(instantOf('Pacific/Apia', day('2011-12-30'), 36_000))).toBe('2011-12-30T10:00:00Z')
})

describe('the send window', () => {
  const window = { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: ['2026-12-25'] }
  const open = (at: string, given = window) => iso(nextOpening('Europe/Dublin', given, utc(at)))

  test('is open from eight to seven on working days', () => {
    expect(open('2026-12-22T08:00:00Z')).toBe('2026-12-22T08:00:00Z')
    expect(open('2026-12-22T18:59:59Z')).toBe('2026-12-22T18:59:59Z')
    expect(open('2026-12-22T19:00:00Z')).toBe('2026-12-23T08:00:00Z')
    expect(open('2026-12-24T20:00:00Z')).toBe('2026-12-28T08:00:00Z')
    expect(isOpen('Europe/Dublin', window, utc('2026-12-25T10:00:00Z'))).toBe(false)
  })

  test('may run over midnight, or all day', () => {
    const night = { ...window, from: 840, to: 720 }
    expect(open('2026-12-22T12:30:00Z', night)).toBe('2026-12-22T14:00:00Z')
    expect(open('2026-12-22T02:00:00Z', night)).toBe('2026-12-22T02:00:00Z')
    expect(open('2026-12-26T15:00:00Z', night)).toBe('2026-12-28T00:00:00Z')
    expect(open('2026-12-26T15:00:00Z', { ...window, from: 0, to: 0 })).toBe('2026-12-28T00:00:00Z')
  })

  test('that opens in a gap opens after it', () => {
    const early = { from: 150, to: 300, days: [7], holidays: [] }
    expect(iso(nextOpening('Europe/Berlin', early, utc('2026-03-28T12:00:00Z')))).toBe('2026-03-29T01:00:00Z')
  })

  test('that never opens is a fault', () => {
    expect(() => open('2026-12-22T12:00:00Z', { ...window, days: [] })).toThrow('never opens')
  })
})

describe('slots', () => {
  const slot = { days: [2, 4], minute: 570 }
  const window = { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: ['2026-12-24'] }
  const next = (at: string) => iso(nextSlot('Europe/Dublin', slot, utc(at)))

  test('the next one, now included', () => {
    expect(next('2026-12-22T09:30:00Z')).toBe('2026-12-22T09:30:00Z')
    expect(next('2026-12-22T09:30:01Z')).toBe('2026-12-24T09:30:00Z')
    expect(next('2026-12-25T00:00:00Z')).toBe('2026-12-29T09:30:00Z')
  })

  test('holidays are skipped', () => {
    expect(iso(nextOpenSlot('Europe/Dublin', slot, window, utc('2026-12-23T12:00:00Z')))).toBe(
      '2026-12-29T09:30:00Z',
    )
  })

  test('one that never lies in the window gives way to the next opening', () => {
    const sunday = { days: [7], minute: 570 }
    expect(iso(nextOpenSlot('Europe/Dublin', sunday, window, utc('2026-12-23T12:00:00Z')))).toBe(
      '2026-12-28T08:00:00Z',
    )
  })
})
