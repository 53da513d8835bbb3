/** Nobody flickers: bands are left lower than they are entered, and time alone brings no stage back. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../domain/event.ts'
import { eventsUntil, foldLead, type LeadRules } from '../../domain/lead.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { stageEventId } from '../../domain/stage.ts'
import { caseOf, promotion } from '../../domain/stage-promotion.ts'
import { temperatureSince } from '../../domain/temperature.ts'
import { day, start } from '../unit/domain/lead-sample.ts'
import { raw, rules, scoringText, settings, valid } from '../unit/domain/settings-sample.ts'
import { adjustment, at, behaviour, capture, history, mixed, span } from './lead-history.ts'

const rank = { cold: 0, warm: 1, hot: 2 } as const
/** As the sample's bands are. */
const enters = { warm: 12, hot: 30 } as const
const leaves = { warm: 8, hot: 22 } as const

/** The instants at which something changes, and two between each pair. */
const samples = (events: readonly LeadEvent[]): readonly number[] => {
  const instants = [...new Set(events.map((event) => event.at))].sort((a, b) => a - b)
  return instants.flatMap((from, i) => {
    const to = instants[i + 1] ?? from + 90 * day
    return [from, from + Math.floor((to - from) / 3), from + Math.floor((2 * (to - from)) / 3), to - 1]
  })
}

/** Nothing in it changes what was known before: no verdict, no second word on the same event. */
const lasting = fc.uniqueArray(fc.oneof(behaviour, capture, adjustment), {
  selector: ({ id }) => id,
  maxLength: 20,
})

describe('temperature', () => {
  it.each(['warm', 'hot'] as const)('changes only where the score enters or leaves the band: %s', (band) => {
    fc.assert(
      fc.property(history, (events) => {
        const seen = samples(events).map((now) => foldLead(eventsUntil(events, now), rules, now))
        const isIn = seen.map(({ temperature }) => rank[temperature] >= rank[band])
        const moved = seen.filter((_, i) => isIn[i] !== (isIn[i - 1] ?? false))
        for (const { temperature, score } of moved)
          if (rank[temperature] >= rank[band]) expect(score.engagement).toBeGreaterThanOrEqual(leaves[band])
          else expect(score.engagement).toBeLessThan(enters[band])
      }),
      { numRuns: 1000 },
    )
  })

  it('between the bands stays what it was', () => {
    fc.assert(
      fc.property(fc.array(fc.oneof(behaviour, capture), { maxLength: 12 }), at, (events, now) => {
        const log = eventsUntil(events, now)
        const first = foldLead(log, rules, now)
        for (const later of [1, 3, 7, 20, 60].map((days) => now + days * day)) {
          const { temperature, score } = foldLead(log, rules, later)
          const keeps = score.engagement >= leaves.hot && score.engagement < enters.hot
          if (keeps && rank[first.temperature] === rank.hot && first.score.engagement >= score.engagement)
            expect(temperature).toBe('hot')
        }
      }),
      { numRuns: 1000 },
    )
  })

  it('has begun at the instant that it says', () => {
    fc.assert(
      fc.property(lasting, at, fc.double({ min: 0, max: 1, noNaN: true }), (events, now, share) => {
        const log = eventsUntil(events, now)
        const state = foldLead(log, rules, now)
        const since = temperatureSince(caseOf(state, rules.scoring, now).all, now)
        const temperatureAt = (instant: number) =>
          foldLead(eventsUntil(log, instant), rules, instant).temperature
        if (since === undefined) {
          expect(state.temperature).toBe('cold')
          expect(temperatureAt(start + Math.floor(share * (now - start)))).toBe('cold')
          return
        }
        expect(temperatureAt(since)).toBe(state.temperature)
        expect(temperatureAt(since - 1)).not.toBe(state.temperature)
        expect(temperatureAt(since + Math.floor(share * (now - since)))).toBe(state.temperature)
      }),
      { numRuns: 1000 },
    )
  })
})

/** The stages that a lead goes through by itself after `now`, when nothing happens any more. */
function stagesFrom(events: readonly LeadEvent[], now: number, by: LeadRules): readonly string[] {
  const log = [...events]
  const seen: string[] = []
  let instant = now
  for (let round = 0; round < 60; round++) {
    const state = foldLead(log, by, instant)
    if (seen.at(-1) !== state.stage) seen.push(state.stage)
    const move = promotion(state, by, instant)
    if (move) {
      const { stage: from, score } = state
      const change = {
        type: 'stage.changed',
        id: stageEventId(state),
        at: instant,
        from,
        to: move.to,
      } as const
      log.push({ ...change, reason: move.reason, actor: 'rules', total: score.total })
    } else if (state.nextChangeAt === undefined) return seen
    else instant = state.nextChangeAt
  }
  throw new Error('does not come to rest')
}

/** Points for good, and a line to fall below that lies above the one by which leads rise. */
const overlapping: LeadRules = {
  settings,
  scoring: valid(
    checkScoring({
      ...raw(scoringText),
      engagement: { decay: 'none', rules: [{ on: 'form.submitted', points: 20 }] },
      promote: [
        { to: 'mql', when: { total: '>= 30' } },
        { to: 'recycled', when: { stage: 'mql', total: '< 60', for: '21 days' } },
      ],
    }),
  ),
}

describe('a stage', () => {
  it.each([
    ['the sample', rules],
    ['mixed half-lives', mixed],
    ['overlapping lines', overlapping],
  ])('does not come back by time alone: %s', (_, by) => {
    fc.assert(
      fc.property(fc.array(fc.oneof(behaviour, capture, adjustment), { maxLength: 15 }), (events) => {
        const seen = stagesFrom(events, start + span, by)
        expect(new Set(seen).size).toBe(seen.length)
      }),
      { numRuns: 500 },
    )
  })
})
