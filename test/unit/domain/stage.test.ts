import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../domain/event.ts'
import { foldLead, type LeadRules } from '../../../domain/lead.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { canMove, stageEventId } from '../../../domain/stage.ts'
import { promotion } from '../../../domain/stage-promotion.ts'
import { captured, day, goodFit, moved, signal, start, submission, viewed } from './lead-sample.ts'
import { raw, rules, scoringText, settings, valid } from './settings-sample.ts'

const ask = (events: readonly LeadEvent[], now = start, by: LeadRules = rules) =>
  promotion(foldLead(events, by, now), by, now)
const fitting = captured({ submission: submission({ fields: goodFit }) })
const demo = (id: string, at: number): LeadEvent => captured({ id, at, form: 'demo-request' })
const reject = (id: string, at: number): LeadEvent => ({
  type: 'feedback',
  id,
  at,
  handoffId: 'h-1',
  action: 'reject',
  reason: 'too-early',
  actor: 'jo@example.com',
})

describe('canMove', () => {
  const byRules = (from: string, to: string) => canMove(from, to, settings)
  const byPerson = (from: string, to: string) => canMove(from, to, settings, 'person')

  it('by the rules only goes forward, to recycled or out', () => {
    expect(byRules('lead', 'sql')).toBe(true)
    expect(byRules('sql', 'mql')).toBe(false)
    expect(byRules('mql', 'mql')).toBe(false)
    expect(byRules('mql', 'recycled')).toBe(true)
    expect(byRules('recycled', 'mql')).toBe(true)
    expect(byRules('recycled', 'disqualified')).toBe(true)
    expect(byRules('disqualified', 'mql')).toBe(false)
    expect(byRules('disqualified', 'recycled')).toBe(false)
    expect(byRules('customer', 'recycled')).toBe(false)
    expect(byRules('customer', 'loyal')).toBe(true)
    expect(byRules('lead', 'nowhere')).toBe(false)
  })

  it('a person may move back, but not everything', () => {
    expect(byPerson('sql', 'lead')).toBe(true)
    expect(byPerson('customer', 'lead')).toBe(false)
    expect(byPerson('customer', 'recycled')).toBe(true)
    expect(byPerson('disqualified', 'sql')).toBe(false)
    expect(byPerson('disqualified', 'lead')).toBe(true)
    expect(byPerson('disqualified', 'recycled')).toBe(true)
    expect(byPerson('lead', 'lead')).toBe(false)
  })
})

describe('promotion', () => {
  it('comes with the score, in words', () => {
    expect(ask([fitting])).toEqual({
      to: 'mql',
      reason: 'Score reached 43 (fit 28, engagement 15)',
      qualification: 'marketing',
    })
    expect(ask([captured()])).toBeUndefined()
    expect(ask([fitting, moved(1, 'lead', 'mql', start)])).toBeUndefined()
  })

  it('goes to the furthest stage at once, and a raised hand gives the reason', () => {
    const hot = [fitting, viewed('a', '/pricing', start), viewed('b', '/pricing', start)]
    expect(ask(hot)?.to).toBe('sql')
    expect(ask([...hot, demo('d', start)])).toEqual({
      to: 'sql',
      reason: 'Asked for a demo',
      qualification: 'sales',
    })
  })

  it('needs no points for a raised hand', () => {
    expect(ask([demo('d', start)])).toMatchObject({ to: 'sql', reason: 'Asked for a demo' })
    expect(ask([captured(), signal('w', 'service.wants_to_buy', start)])).toMatchObject({
      qualification: 'service',
    })
  })

  it('counts repeated events within their stretch', () => {
    const paid = (id: string, d: number) => signal(id, 'trial.paid_feature_viewed', start + d * day)
    expect(ask([captured(), paid('1', 0), paid('2', 7), paid('3', 13)], start + 13 * day)).toMatchObject({
      to: 'sql',
      qualification: 'product',
    })
    expect(ask([captured(), paid('1', 0), paid('2', 7), paid('3', 14)], start + 14 * day)).toBeUndefined()
  })

  it('never promotes a test lead, or by a machine', () => {
    expect(
      ask([captured({ form: 'demo-request', submission: submission({ isTest: true }) })]),
    ).toBeUndefined()
    const clicks = Array.from({ length: 9 }, (_, i) => viewed(`v${i}`, '/pricing', start))
    const machines = clicks.map((event) => ({ ...event, verdict: 'machine' }) as LeadEvent)
    const imported = captured({ submission: submission({ source: 'csv:old', fields: goodFit }) })
    expect(ask([imported, ...machines])).toBeUndefined()
  })

  it('goes by the verdict that was given last', () => {
    const click = (verdict: 'machine' | 'human') =>
      signal('k', 'trial.paid_feature_viewed', start + 2, { verdict })
    const paid = [captured(), ...['1', '2'].map((id) => signal(id, 'trial.paid_feature_viewed', start + 1))]
    const judged = (verdict: string) =>
      signal('j', 'signal.judged', start + 3, { properties: { signal: 'k', verdict } })
    expect(ask([...paid, click('machine')], start + 3)).toBeUndefined()
    expect(ask([...paid, click('machine'), judged('human')], start + 3)?.to).toBe('sql')
    expect(ask([...paid, click('human')], start + 3)?.to).toBe('sql')
    expect(ask([...paid, click('human'), judged('machine')], start + 3)).toBeUndefined()
    const views = [fitting, viewed('a', '/pricing', start), viewed('b', '/pricing', start)]
    const later = signal('j', 'signal.judged', start + 1, { properties: { signal: 'b', verdict: 'machine' } })
    expect(ask(views)?.to).toBe('sql')
    expect(ask([...views, later], start + 1)?.to).toBe('sql')
    const all = ['a', 'b'].map((id) => ({
      ...later,
      id: `j-${id}`,
      properties: { signal: id, verdict: 'machine' },
    }))
    expect(ask([...views, ...(all as LeadEvent[])], start + 1)?.to).toBe('mql')
  })

  it('after a rejection wants a new event, not the old one again', () => {
    const rejected = [
      demo('d', start),
      moved(1, 'lead', 'sql', start + 1),
      reject('f', start + 2),
      moved(2, 'sql', 'recycled', start + 3),
    ]
    expect(ask(rejected, start + day)).toBeUndefined()
    expect(ask([...rejected, demo('d2', start + day)], start + day)?.to).toBe('sql')
  })

  it('after a rejection wants the score earned anew', () => {
    const hot = [fitting, viewed('a', '/pricing', start), viewed('b', '/pricing', start)]
    const rejected = [
      ...hot,
      moved(1, 'lead', 'sql', start),
      reject('f', start + 1),
      moved(2, 'sql', 'recycled', start + 2),
    ]
    const later = start + day
    const one = [...rejected, signal('r', 'email.clicked', later)]
    expect(foldLead(one, rules, later).score.engagement).toBeGreaterThan(40)
    expect(ask(one, later)).toBeUndefined()
    const two = [...one, viewed('c', '/case-studies/x', later), viewed('d', '/case-studies/y', later)]
    expect(ask(two, later)?.to).toBe('mql')
  })

  it('after it was moved aside, fit alone does not bring it back before it does something', () => {
    const byFit: LeadRules = {
      settings,
      scoring: valid(checkScoring({ ...raw(scoringText), promote: [{ to: 'mql', when: { fit: '>= 20' } }] })),
    }
    const aside = [fitting, moved(1, 'lead', 'mql', start), moved(2, 'mql', 'recycled', start + 1)]
    expect(ask(aside, start + day, byFit)).toBeUndefined()
    const opened = signal('o', 'email.opened', start + day)
    expect(ask([...aside, opened], start + day, byFit)).toBeUndefined()
    expect(ask([...aside, viewed('v', '/', start + day)], start + day, byFit)?.to).toBe('mql')
  })

  it('recycles what stayed low for 21 days', () => {
    const events = [captured(), moved(1, 'lead', 'mql', start)]
    const due = start + 21 * day
    expect(ask(events, due - 1)).toBeUndefined()
    expect(ask(events, due)).toMatchObject({
      to: 'recycled',
      reason: 'Score stayed at 5 (fit 0, engagement 5) for 21 days',
    })
  })

  it('starts to count again when the score rose in between', () => {
    const rise = Array.from({ length: 3 }, (_, i) => signal(`r${i}`, 'email.replied', start + 10 * day))
    const events = [captured(), moved(1, 'lead', 'mql', start), ...rise]
    const state = foldLead(events, rules, start + 21 * day)
    expect(promotion(state, rules, start + 21 * day)).toBeUndefined()
    const next = state.nextChangeAt ?? 0
    expect(next).toBeGreaterThan(start + 21 * day)
  })
})

describe('nextChangeAt', () => {
  it('is the instant at which the temperature falls', () => {
    const events = [captured()]
    const next = foldLead(events, rules, start).nextChangeAt ?? 0
    expect(foldLead(events, rules, next - 2).temperature).toBe('warm')
    expect(foldLead(events, rules, next).temperature).toBe('cold')
    expect(foldLead(events, rules, next).nextChangeAt).toBeUndefined()
  })

  it('leads an unattended lead through all its changes', () => {
    const events: LeadEvent[] = [fitting, moved(1, 'lead', 'mql', start)]
    const seen: string[] = []
    const slim: LeadRules = {
      settings,
      scoring: valid(checkScoring({ ...raw(scoringText), fit: [{ when: { country: 'DE' }, points: 5 }] })),
    }
    let now = start
    for (let i = 0; i < 10; i++) {
      const state = foldLead(events, slim, now)
      seen.push(`${state.stage} ${state.temperature}`)
      const move = promotion(state, slim, now)
      if (move) events.push(moved(state.stageChanges + 1, state.stage, move.to, now))
      else if (state.nextChangeAt === undefined) break
      else now = state.nextChangeAt
    }
    expect([...new Set(seen)]).toEqual(['mql warm', 'mql cold', 'recycled cold'])
  })

  it('comes with the end of idle patience', () => {
    const file = raw(scoringText)
    const engagement = {
      decay: 'none',
      rules: [
        { on: 'form.submitted', points: 15 },
        { on: 'idle', for: '30 days', points: -10 },
      ],
    }
    const by = { settings, scoring: valid(checkScoring({ ...file, engagement })) }
    expect(foldLead([captured()], by, start).nextChangeAt).toBe(start + 30 * day)
    expect(foldLead([captured()], by, start + 30 * day)).toMatchObject({
      temperature: 'cold',
      score: { engagement: 5 },
    })
  })
})

describe('temperature', () => {
  it('has hysteresis: between the bands it stays what it was', () => {
    const hot = [captured(), signal('r', 'email.replied', start)]
    const temperatureAt = (d: number) => foldLead(hot, rules, start + d * day).temperature
    expect([0, 5, 9, 10, 20, 29, 31].map(temperatureAt)).toEqual([
      'hot',
      'hot',
      'hot',
      'warm',
      'warm',
      'warm',
      'cold',
    ])
    const same = captured({ submission: submission() })
    const lukewarm = [same, signal('r', 'email.clicked', start), signal('s', 'email.clicked', start)]
    expect(foldLead(lukewarm, rules, start)).toMatchObject({ temperature: 'warm', score: { engagement: 27 } })
  })
})

describe('stageEventId', () => {
  it('collides for two promotions of one state, and sorts', () => {
    expect(stageEventId({ stageChanges: 0 })).toBe('stage-0001')
    expect(stageEventId({ stageChanges: 9 }) > stageEventId({ stageChanges: 8 })).toBe(true)
  })
})
