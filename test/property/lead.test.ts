/** Whatever the order and number of deliveries, a lead is the same; what it says of itself is never at odds. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../domain/event.ts'
import { eventsUntil, foldLead } from '../../domain/lead.ts'
import { scoreLead } from '../../domain/scoring.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { canMove, stageEventId } from '../../domain/stage.ts'
import { promotion } from '../../domain/stage-promotion.ts'
import { day, start, submission } from '../unit/domain/lead-sample.ts'
import { raw, rules, scoringText, settings, valid } from '../unit/domain/settings-sample.ts'

const span = 120 * day
const at = fc.integer({ min: 0, max: span / 60_000 }).map((minutes) => start + minutes * 60_000)
const id = fc.integer({ min: 0, max: 30 }).map((n) => `e${n}`)
const word = fc.constantFrom('a', 'b', 'c')

const capture = fc
  .record({
    id,
    at,
    form: fc.option(fc.constantFrom('demo-request', 'warehouse-guide'), { nil: undefined }),
    title: fc.constantFrom('Head of Operations', 'Student', 'Buyer'),
    size: fc.constantFrom('10', '51-200', '1,000+', ''),
    topic: word,
    isTest: fc.boolean(),
  })
  .map(
    ({ form, title, size, topic, isTest, ...base }): LeadEvent => ({
      ...base,
      type: 'captured',
      ...(form === undefined ? {} : { form }),
      grants: [{ topics: [topic], basis: 'consent' }],
      submission: submission({
        isTest,
        at: base.at,
        fields: { title: [title], company_size: [size] },
        attribution: { utm_source: topic },
        person: { email: `${topic}@example.com`, firstName: title },
      }),
    }),
  )
const behaviour = fc
  .record({
    id,
    at,
    name: fc.constantFrom(
      'page.viewed',
      'email.clicked',
      'email.opened',
      'email.replied',
      'webinar.attended',
      'email.unsubscribed',
      'trial.paid_feature_viewed',
    ),
    path: fc.constantFrom('/pricing', '/case-studies/x', '/'),
    verdict: fc.constantFrom('human' as const, 'machine' as const, 'unknown' as const),
  })
  .map(({ path, ...rest }): LeadEvent => ({ ...rest, type: 'signal', properties: { path } }))
const adjustment = fc
  .record({
    id,
    at,
    part: fc.constantFrom('fit' as const, 'engagement' as const),
    points: fc.double({ min: -40, max: 40, noNaN: true }),
  })
  .map((rest): LeadEvent => ({ ...rest, type: 'scored', reason: 'by hand', actor: 'a person' }))
const stageChange = fc
  .record({
    id,
    at,
    from: fc.constantFrom('lead', 'mql', 'sql'),
    to: fc.constantFrom('mql', 'sql', 'recycled'),
  })
  .map(
    (rest): LeadEvent => ({ ...rest, type: 'stage.changed', reason: 'by hand', actor: 'a person', total: 0 }),
  )
const rest = fc.oneof(
  fc.record({ id, at, topic: word }).map(
    ({ topic, ...base }): LeadEvent => ({
      ...base,
      type: 'consent.withdrawn',
      topics: [topic],
      source: 'x',
    }),
  ),
  fc
    .record({ id, at, reason: fc.constantFrom('unsubscribed' as const, 'complained' as const) })
    .map((base): LeadEvent => ({ ...base, type: 'suppressed', source: 'x' })),
  fc.record({ id, at }).map(
    (base): LeadEvent => ({
      ...base,
      type: 'feedback',
      handoffId: 'h',
      action: 'reject',
      actor: 'a person',
    }),
  ),
)
const history = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: behaviour },
    { weight: 2, arbitrary: capture },
    adjustment,
    stageChange,
    rest,
  ),
  { maxLength: 24 },
)

/** Several half-lives, gains and losses, groups: engagement may fall and rise by itself. */
const engagement = {
  decay: { half_life: '14 days' },
  rules: [
    { on: 'form.submitted', points: 20, decay: 'none' },
    { on: 'email.clicked', points: -15, decay: { half_life: '3 days' } },
    { on: 'email.replied', points: 25, decay: { half_life: '60 days' } },
    {
      group: 'Web',
      max: 25,
      rules: [
        { on: 'page.viewed', points: 9 },
        { on: 'webinar.attended', points: 12 },
      ],
    },
    { on: 'idle', for: '10 days', points: -6 },
    { on: 'idle', for: '20 days', points: -6 },
  ],
}
const mixed = { settings, scoring: valid(checkScoring({ ...raw(scoringText), engagement })) }

describe('a lead', () => {
  it('is the same whatever the order of its events and however often they arrive', () => {
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
          expect(foldLead(shuffled, rules, now)).toEqual(foldLead(events, rules, now))
        },
      ),
      { numRuns: 3000 },
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
