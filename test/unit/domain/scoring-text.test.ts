import { describe, expect, it } from 'vitest'
import { fits, numberOf } from '../../../domain/scoring-pattern.ts'
import { durationMs, inRange, isoDuration, quotaOf, rangeOf, textIn } from '../../../domain/scoring-text.ts'

const day = 86_400_000

describe('texts', () => {
  it('durations', () => {
    expect(durationMs('14 days')).toBe(14 * day)
    expect(durationMs('1 hour')).toBe(day / 24)
    expect(durationMs('P2DT3H')).toBe(2 * day + day / 8)
    expect(durationMs('P1M')).toBe(30 * day)
    for (const text of ['soon', 'P', 'PT', '2 dayz', '', '-1 days']) expect(durationMs(text)).toBeUndefined()
    expect(isoDuration('14 days')).toBe('P14D')
    expect(isoDuration('20 hours')).toBe('PT20H')
    expect(isoDuration('P2D')).toBe('P2D')
  })

  it('ranges', () => {
    expect(rangeOf('>= 30')).toEqual({ atLeast: 30 })
    expect(rangeOf('< 8')).toEqual({ below: 8 })
    expect(rangeOf('<=8.5')).toEqual({ atMost: 8.5 })
    expect(rangeOf('> -3')).toEqual({ above: -3 })
    expect(rangeOf('50..199')).toEqual({ atLeast: 50, atMost: 199 })
    expect(rangeOf('5')).toEqual({ atLeast: 5, atMost: 5 })
    for (const text of ['=>3', 'DE', '..5', '5..', '1..2..3']) expect(rangeOf(text)).toBeUndefined()
    expect(inRange(199, { atLeast: 50, atMost: 199 })).toBe(true)
    expect(inRange(8, { below: 8 })).toBe(false)
  })

  it('limits and languages', () => {
    expect(quotaOf('24 per 7 days')).toEqual({ max: 24, per: 7 * day })
    expect(quotaOf(3)).toEqual({ max: 3 })
    expect(textIn({ en: 'Hello', de: 'Hallo' }, 'de-AT')).toBe('Hallo')
    expect(textIn({ en: 'Hello' }, 'fr')).toBe('Hello')
  })
})

describe('patterns', () => {
  it('let a star stand for any run, whatever the case', () => {
    expect(fits('/pricing*', '/Pricing/eu')).toBe(true)
    expect(fits('*operations*', 'Head of Operations')).toBe(true)
    expect(fits('a*b*c', 'a-b-b-c')).toBe(true)
    expect(fits('a*b*c', 'a-c-b')).toBe(false)
    expect(fits('ab*ba', 'aba')).toBe(false)
    expect(fits('director', 'Managing director')).toBe(false)
    expect(fits('*', '')).toBe(true)
    expect(fits('.*', 'x')).toBe(false)
  })

  it('stay fast on hostile text', () => {
    const begun = performance.now()
    expect(fits(`${'*a'.repeat(200)}*b`, 'a'.repeat(100_000))).toBe(false)
    expect(performance.now() - begun).toBeLessThan(100)
  })

  it('read the number that a value starts with', () => {
    expect(['51-200', '1,000+', '500', '10,001+', '1.000', '> 200', 'about', '2.5'].map(numberOf)).toEqual([
      51,
      1000,
      500,
      10_001,
      1000,
      200,
      undefined,
      2.5,
    ])
  })
})
