/** What a rep reads must add up. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../domain/event.ts'
import { foldLead } from '../../../domain/lead.ts'
import { scoreLead } from '../../../domain/scoring.ts'
import { scoreReasons } from '../../../functions/shared/score-reasons.ts'
import { captured, day, goodFit, signal, start, submission, viewed } from '../domain/lead-sample.ts'
import { rules, scoring } from '../domain/settings-sample.ts'

const reasons = (events: readonly LeadEvent[], now = start) => {
  const state = foldLead(events, rules, now)
  const score = scoreLead(state, rules, now)
  return { total: score.total, lines: scoreReasons(score, scoring, state.profile) }
}
const sum = (lines: readonly { points: number }[]) => lines.reduce((all, { points }) => all + points, 0)
const fitting = captured({ form: 'demo-request', submission: submission({ fields: goodFit }) })

describe('the reasons of a score', () => {
  it('name rules in words, and a limit with what it takes away', () => {
    const { total, lines } = reasons([fitting, signal('r', 'email.replied', start)])
    expect(lines).toEqual([
      { points: 40, text: 'Filled in the form “Demo request”' },
      { points: 20, text: 'Replied to a mail' },
      { points: 15, text: 'Title: Head of Operations' },
      { points: 15, text: 'Filled in a form' },
      { points: 8, text: 'Company size: 51-200' },
      { points: 5, text: 'Country: DE' },
      { points: -25, text: 'Engagement counts 50 at most' },
    ])
    expect(total).toBe(78)
  })

  it('tell a rule once, with what its own quota took away', () => {
    const views = [0, 1, 2].map((n) => viewed(`v${n}`, '/pricing', start))
    const { lines } = reasons([captured(), ...views])
    expect(lines).toContainEqual({ points: 24, text: 'Viewed /pricing (3 times)' })
  })

  it('sum up what is left when there are many', () => {
    const more = ['webinar.attended', 'email.clicked', 'email.replied'].map((name) =>
      signal(name, name, start),
    )
    const { total, lines } = reasons([fitting, ...more, viewed('v', '/pricing', start)])
    expect(lines.at(-2)?.text).toBe('Smaller things together')
    expect(sum(lines)).toBe(total)
  })

  it('are none when there is nothing to tell', () => {
    expect(reasons([captured({ submission: submission({ source: 'csv:old' }) })]).lines).toEqual([])
  })

  it('add up to the score, in 2,000 random histories', () => {
    const behaviour = fc
      .record({
        id: fc.uuid(),
        at: fc.integer({ min: 0, max: 60 * 24 }).map((hours) => start + hours * 3_600_000),
        name: fc.constantFrom('page.viewed', 'email.clicked', 'email.replied', 'email.unsubscribed'),
        path: fc.constantFrom('/pricing', '/case-studies/x'),
      })
      .map(({ id, at, name, path }) => signal(id, name, at, { properties: { path } }))
    const adjusted = fc
      .record({ id: fc.uuid(), points: fc.double({ min: -30, max: 30, noNaN: true }) })
      .map(
        (rest): LeadEvent => ({ ...rest, type: 'scored', at: start, part: 'fit', reason: 'x', actor: 'y' }),
      )
    fc.assert(
      fc.property(fc.array(fc.oneof(behaviour, adjusted), { maxLength: 20 }), (events) => {
        const { total, lines } = reasons([fitting, ...events], start + 60 * day)
        expect(sum(lines)).toBe(total)
        expect(lines.every(({ points }) => Number.isInteger(points))).toBe(true)
      }),
      { numRuns: 2000 },
    )
  })
})
