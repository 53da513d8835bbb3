/** `at_least`: points for how often something happens in a stretch of time. */
import { describe, expect, it } from 'vitest'
import { foldLead, type LeadRules } from '../../../domain/lead.ts'
import { scoreLead } from '../../../domain/scoring.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { reaches } from '../../../domain/scoring-engagement.ts'
import { captured, day, start, viewed } from './lead-sample.ts'
import { raw, scoringText, settings, valid } from './settings-sample.ts'

const two = { max: 2, per: 7 * day }
const days = (...at: readonly number[]) => at.map((d) => d * day)

describe('reaches', () => {
  it('holds for the one that brings the count within the stretch', () => {
    expect(reaches([], two)).toBe(false)
    expect(reaches(days(0), two)).toBe(false)
    expect(reaches(days(0, 6.9), two)).toBe(true)
    expect(reaches(days(0, 7), two)).toBe(false)
    expect(reaches([0, 0], two)).toBe(true)
  })

  it('does not hold again before the stretch is over, and no signal is part of two counts', () => {
    const last = day
    expect(reaches(days(0, 1, 2), two, last)).toBe(false)
    expect(reaches(days(0, 1, 2, 7.9), two, last)).toBe(false)
    expect(reaches(days(0, 1, 2, 8), two, last)).toBe(true)
    expect(reaches(days(0, 1, 8), two, last)).toBe(false)
    expect(reaches(days(0, 1, 8, 9), two, last)).toBe(true)
  })

  it('holds once where there is no stretch', () => {
    expect(reaches(days(0, 1), { max: 3 })).toBe(false)
    expect(reaches(days(0, 1, 200), { max: 3 })).toBe(true)
    expect(reaches(days(0, 1, 200, 900), { max: 3 }, 200 * day)).toBe(false)
  })

  it('of one: once in each stretch', () => {
    const one = { max: 1, per: 7 * day }
    expect(reaches(days(0), one)).toBe(true)
    expect(reaches(days(0, 6), one, 0)).toBe(false)
    expect(reaches(days(0, 6, 7), one, 0)).toBe(true)
  })
})

const by = (rule: object): LeadRules => ({
  settings,
  scoring: valid(
    checkScoring({
      ...raw(scoringText),
      engagement: { decay: 'none', rules: [{ on: 'page.viewed', points: 10, ...rule }] },
    }),
  ),
})
const seen = (rule: object, ...at: readonly number[]) => {
  const events = [captured(), ...at.map((d, i) => viewed(`v${i}`, '/pricing', start + d * day))]
  const rules = by(rule)
  const score = scoreLead(foldLead(events, rules, start + 60 * day), rules, start + 60 * day)
  return {
    engagement: score.engagement,
    paid: score.entries.filter(({ rule: name }) => name.startsWith('engagement:')),
  }
}

describe('a rule with at_least', () => {
  it('counts at the signal that reaches the count, at most once in a stretch', () => {
    const { engagement, paid } = seen({ at_least: '3 per 14 days' }, 0, 5, 13, 14, 20, 26, 45, 46, 47)
    expect(engagement).toBe(20)
    expect(paid.map(({ eventId, rule }) => [eventId, rule])).toEqual([
      ['v2', 'engagement:page.viewed 3 per 14 days'],
      ['v8', 'engagement:page.viewed 3 per 14 days'],
    ])
  })

  it('counts only signals that its "where" lets through', () => {
    expect(seen({ at_least: '2 per 7 days', where: { path: '/price*' } }, 0, 1).engagement).toBe(0)
    expect(seen({ at_least: '2 per 7 days', where: { path: '/pri*' } }, 0, 1).engagement).toBe(10)
  })

  it('keeps to its quota', () => {
    expect(seen({ at_least: '2 per 2 days', at_most: 15 }, 0, 1, 10, 11, 20, 21).engagement).toBe(15)
  })
})

describe('a misused rule is refused', () => {
  const problem = (engagement: object): string => {
    const checked = checkScoring({ ...raw(scoringText), engagement })
    return checked.ok
      ? 'none'
      : checked.problems.map(({ path, message }) => `${path.join('.')}: ${message}`).join()
  }

  it.each([
    [
      { rules: [{ on: 'page.viewed', points: 1, at_least: '3 in 14 days' }] },
      /rules\.0\.at_least: write a limit/,
    ],
    [
      { rules: [{ on: 'page.viewed', points: 1, for: '3 days' }] },
      /rules\.0: "for" and "on: idle" go together/,
    ],
    [{ rules: [{ on: 'idle', points: 1 }] }, /rules\.0: "for" and "on: idle" go together/],
    [{ rules: [{ on: 'idle', for: '3 days', points: 1, at_least: 3 }] }, /rules\.0: idle time is no signal/],
    [
      { rules: [{ group: 'x', rules: [{ on: 'idle', for: '3 days', points: 1 }] }] },
      /rules\.0: "on: idle" stands outside of groups/,
    ],
    [
      { rules: [{ on: 'page.viewed', points: 1, atleast: 3 }] },
      /unknown key "atleast"; did you mean "at_least"/,
    ],
  ])('%j', (engagement, expected) => {
    expect(problem(engagement)).toMatch(expected)
  })
})
