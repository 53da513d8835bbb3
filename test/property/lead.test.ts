/** Whatever the order and number of deliveries, a lead is the same; what it says of itself is never at odds. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../domain/event.ts'
import { eventsUntil, foldLead } from '../../domain/lead.ts'
import { scoreLead } from '../../domain/scoring.ts'
import { canMove, stageEventId } from '../../domain/stage.ts'
import { promotion } from '../../domain/stage-promotion.ts'
import { day } from '../unit/domain/lead-sample.ts'
import { rules, settings } from '../unit/domain/settings-sample.ts'
import { adjustment, at, behaviour, capture, history, mixed } from './lead-history.ts'

describe('a lead', () => {
  it.each([
    ['the sample', rules],
    ['mixed half-lives', mixed],
  ])('is the same in 10,000 orders of its events, however often they arrive: %s', (_, rules) => {
    fc.assert(
      fc.property(
        history.chain((events) =>
          fc.tuple(
            fc.constant(events),
            fc.shuffledSubarray([...events, ...events], { minLength: events.length * 2 }),
            at,
          ),
        ),
        ([events, shuffled, now]) => {
          const state = foldLead(events, rules, now)
          const other = foldLead(shuffled, rules, now)
          expect(other).toEqual(state)
          expect(scoreLead(other, rules, now)).toEqual(scoreLead(state, rules, now))
        },
      ),
      { numRuns: 10_000 },
    )
  })

  it.each([
    ['the sample', rules],
    ['mixed half-lives', mixed],
  ])('explains its score exactly, in 10,000 histories: %s', (_, rules) => {
    fc.assert(
      fc.property(history, at, (events, now) => {
        const state = foldLead(events, rules, now)
        const score = scoreLead(state, rules, now)
        const backwards = [...score.entries].reverse()
        const total = backwards.reduce((sum, entry) => sum + entry.decayed, 0)
        if (total !== score.total) throw new Error(`${total} is not ${score.total}`)
        if (score.total !== state.score.total || score.total !== score.fit + score.engagement)
          throw new Error('the parts do not make the whole')
        const inside = [score.fit, score.engagement].every(
          (part) => Number.isInteger(part) && part >= 0 && part <= 50,
        )
        if (!inside) throw new Error(`out of limits: ${score.fit}, ${score.engagement}`)
      }),
      { numRuns: 10_000 },
    )
  })

  it('is promoted one legal step after the other and comes to rest', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(behaviour, capture, adjustment), { maxLength: 20 }), (incoming) => {
        const log: LeadEvent[] = []
        for (const event of [...incoming].sort((a, b) => a.at - b.at)) {
          log.push(event)
          for (let round = 0; promoted(log, event.at); round++) expect(round).toBeLessThan(4)
        }
      }),
      { numRuns: 500 },
    )
  })
})

const ladder = settings.stages.map((stage) => stage.id)

/** Appends the promotion that the rules ask for, if any. */
function promoted(log: LeadEvent[], now: number): boolean {
  const state = foldLead(log, rules, now)
  const move = promotion(state, rules, now)
  if (!move) return false
  expect(canMove(state.stage, move.to, settings)).toBe(true)
  if (move.to !== 'recycled' && state.stage !== 'recycled')
    expect(ladder.indexOf(move.to)).toBeGreaterThan(ladder.indexOf(state.stage))
  const { stage: from, score } = state
  const id = stageEventId(state)
  const change = { type: 'stage.changed', id, at: now, from, to: move.to, reason: move.reason } as const
  log.push({ ...change, actor: 'rules', total: score.total })
  expect(foldLead(log, rules, now).stage).toBe(move.to)
  return true
}

describe('time', () => {
  it.each([
    ['the sample', rules],
    ['mixed half-lives', mixed],
  ])('changes nothing before nextChangeAt says so: %s', (_, rules) => {
    fc.assert(
      fc.property(history, at, fc.double({ min: 0, max: 1, noNaN: true }), (events, now, share) => {
        const log = eventsUntil(events, now)
        const state = foldLead(log, rules, now)
        const horizon = state.nextChangeAt ?? now + 400 * day
        const between = Math.min(horizon - 1, Math.floor(now + share * (horizon - now)))
        const later = foldLead(log, rules, Math.max(now, between))
        expect(later.temperature).toBe(state.temperature)
        const isPending = promotion(state, rules, now) !== undefined
        if (!isPending) expect(promotion(later, rules, Math.max(now, between))).toBeUndefined()
      }),
      { numRuns: 3000 },
    )
  })

  it('moves the temperature only over the edge of a band', () => {
    fc.assert(
      fc.property(history, at, (events, now) => {
        const log = eventsUntil(events, now)
        const { temperature, score } = foldLead(log, rules, now)
        if (score.engagement >= 30) expect(temperature).toBe('hot')
        if (score.engagement < 22) expect(temperature).not.toBe('hot')
        if (score.engagement >= 12) expect(temperature).not.toBe('cold')
        if (score.engagement < 8) expect(temperature).toBe('cold')
      }),
      { numRuns: 3000 },
    )
  })
})
