import { expect, test } from 'vitest'
import { durationOf, durationSeconds, parseDuration } from '../../../domain/duration.ts'

test.each([
  ['2 days', 'P2D'],
  ['1 day', 'P1D'],
  ['20 hours', 'PT20H'],
  ['30 minutes', 'PT30M'],
  ['2 weeks', 'P2W'],
  ['6 months', 'P6M'],
  ['  3 Days ', 'P3D'],
  ['P1DT2H', 'P1DT2H'],
  ['P', undefined],
  ['PT', undefined],
  ['P1DT', undefined],
  ['two days', undefined],
  ['2 dayz', undefined],
  ['2', undefined],
  ['-2 days', undefined],
  ['1.5 days', undefined],
])('%s', (text, iso) => {
  expect(parseDuration(text)).toBe(iso)
})

test('parts and length', () => {
  expect(durationOf('P1Y2M3W4DT5H6M7S')).toEqual({ months: 14, days: 25, seconds: 18_367 })
  expect(durationSeconds('P1W')).toBe(604_800)
  expect(durationSeconds('P1MT1S')).toBe(2_592_001)
  expect(() => durationOf('2 days')).toThrow(RangeError)
})
