import { describe, expect, it } from 'vitest'
import { nextDue, parseExpression } from '../../../local/scheduler/expression.ts'

describe('a schedule expression', () => {
  it('names an instant in its time zone, across a change of the clocks', () => {
    const at = (zone: string) => parseExpression('at(2027-03-28T12:00:00)', zone)
    expect(at('UTC')).toEqual({ kind: 'at', at: Date.parse('2027-03-28T12:00:00Z') })
    expect(at('Europe/Zurich')).toEqual({ kind: 'at', at: Date.parse('2027-03-28T10:00:00Z') })
  })

  it('names a rate', () => {
    expect(parseExpression('rate(1 minute)', 'UTC')).toEqual({ kind: 'rate', everyMs: 60_000 })
    expect(parseExpression('rate(2 days)', 'UTC')).toEqual({ kind: 'rate', everyMs: 172_800_000 })
  })

  it.each(['rate(0 minutes)', 'rate(1 week)', 'cron(0 0 * * ? *)', 'at(2027-13-01T00:00:00)', ''])(
    'is refused: %s',
    (text) => {
      expect(() => parseExpression(text, 'UTC')).toThrow()
    },
  )
})

describe('the next time of a rate', () => {
  const rate = { kind: 'rate', everyMs: 100 } as const

  it('is its start, then every period after it, whatever was missed', () => {
    expect(nextDue(rate, 1000, 900, undefined)).toBe(1000)
    expect(nextDue(rate, 1000, 1001, undefined)).toBe(1100)
    expect(nextDue(rate, 1000, 1950, undefined)).toBe(2000)
  })

  it('is none past the end', () => {
    expect(nextDue(rate, 1000, 1150, 1199)).toBeUndefined()
    expect(nextDue(rate, 1000, 1150, 1200)).toBe(1200)
  })
})
