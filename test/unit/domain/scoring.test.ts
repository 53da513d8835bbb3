import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../domain/event.ts'
import { foldLead, type LeadRules } from '../../../domain/lead.ts'
import { scoreLead } from '../../../domain/scoring.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { captured, day, goodFit, signal, start, submission, viewed } from './lead-sample.ts'
import { raw, rules, scoringText, settings, valid } from './settings-sample.ts'

const explain = (events: readonly LeadEvent[], now = start, by: LeadRules = rules) =>
  scoreLead(foldLead(events, by, now), by, now)
const sum = (entries: readonly { decayed: number }[]) =>
  entries.reduce((total, { decayed }) => total + decayed, 0)
const named = (entries: readonly { rule: string; decayed: number }[], rule: string) =>
  entries.filter((entry) => entry.rule === rule).map(({ decayed }) => decayed)
const fitting = (fields: Record<string, string[]>, email = 'ines@example.com') =>
  captured({ submission: submission({ fields, person: { email } }) })

/** The same file with other engagement rules. */
const withRules = (engagement: object): LeadRules => ({
  settings,
  scoring: valid(checkScoring({ ...raw(scoringText), engagement })),
})

describe('fit', () => {
  it('counts all matching rules, caps a group and explains it', () => {
    const score = explain([
      fitting({
        job_title: ['VP Operations'],
        seniority: ['VP'],
        company_size: ['500'],
        industry: ['Retail'],
        country: ['DE'],
      }),
    ])
    expect(score.fit).toBe(50)
    expect(named(score.entries, 'cap:fit Role')).toEqual([-5])
    expect(score.entries.filter(({ rule }) => rule.startsWith('fit:')).map(({ points }) => points)).toEqual([
      15, 10, 15, 10, 5,
    ])
    expect(sum(score.entries)).toBe(score.total)
  })

  it('has a floor', () => {
    const score = explain([fitting({ job_title: ['Student'] }, 'x@gmail.com')])
    expect(score.fit).toBe(0)
    expect(named(score.entries, 'floor:fit')).toEqual([35])
  })

  it('names the event that a field came from', () => {
    const later = captured({
      id: 'captured-2',
      at: start + day,
      submission: submission({ fields: { country: ['Ireland'] } }),
    })
    const score = explain([captured(), later], start + day)
    expect(score.entries.find(({ rule }) => rule.startsWith('fit:country'))).toMatchObject({
      eventId: 'captured-2',
      at: start + day,
    })
  })
})

describe('engagement', () => {
  it('halves in a half-life', () => {
    const events = [captured(), signal('r', 'email.replied', start)]
    expect(explain(events).engagement).toBe(35)
    const later = explain(events, start + 14 * day)
    expect(named(later.entries, 'engagement:email.replied')).toEqual([10])
    expect(later.engagement).toBe(18)
    expect(named(later.entries, 'rounding:engagement')).toEqual([0.5])
    expect(explain(events, start + 28 * day).engagement).toBe(9)
  })

  it('keeps what does not decay', () => {
    const demo = captured({ form: 'demo-request' })
    const score = explain([demo], start + 29 * day)
    expect(named(score.entries, 'engagement:form.submitted demo-request')).toEqual([40])
    expect(score.engagement).toBe(44)
  })

  it('holds a rule to its quota in any stretch', () => {
    const views = [0, 1, 2, 8].map((d) => viewed(`v${d}`, '/pricing/eu', start + d * day))
    const score = explain([captured(), ...views], start + 8 * day)
    const caps = score.entries.filter(({ rule }) => rule === 'cap:engagement:page.viewed /pricing*')
    expect(caps.map(({ eventId, points }) => [eventId, points])).toEqual([['v2', -12]])
    expect(sum(score.entries)).toBe(score.total)
  })

  it('ignores machines, and opens count nothing', () => {
    const events = [
      captured(),
      signal('m', 'email.clicked', start, { verdict: 'machine' }),
      signal('o', 'email.opened', start),
    ]
    expect(explain(events).engagement).toBe(15)
  })

  it('loses points to idle time until something happens', () => {
    const events = [captured({ form: 'demo-request' })]
    expect(explain(events, start + 30 * day - 1).engagement).toBe(43)
    const idle = explain(events, start + 30 * day)
    expect(idle.engagement).toBe(33)
    expect(idle.entries.find(({ rule }) => rule === 'engagement:idle 30 days')).toMatchObject({
      points: -10,
      decayed: -10,
      eventId: 'captured-1',
      at: start + 30 * day,
    })
    const back = [...events, viewed('v', '/', start + 31 * day)]
    expect(explain(back, start + 31 * day).engagement).toBe(43)
    const opened = [...events, signal('o', 'email.opened', start + 31 * day)]
    expect(explain(opened, start + 31 * day).engagement).toBe(33)
  })

  it('takes adjustments by hand and by sequences', () => {
    const adjusted: LeadEvent = {
      type: 'scored',
      id: 'a',
      at: start,
      part: 'engagement',
      points: 10,
      reason: 'Attended the webinar',
      actor: 'sequence',
    }
    const score = explain([
      captured(),
      adjusted,
      { ...adjusted, id: 'f', part: 'fit', points: 4, reason: 'Knows us' },
    ])
    expect(score).toMatchObject({ fit: 4, engagement: 25, total: 29 })
    expect(named(score.entries, 'engagement:adjusted Attended the webinar')).toEqual([10])
    expect(named(score.entries, 'fit:adjusted Knows us')).toEqual([4])
  })

  it('drops by an unsubscription, once', () => {
    const left: LeadEvent = { type: 'suppressed', id: 'u', at: start, reason: 'unsubscribed', source: 'link' }
    const score = explain([captured(), left, viewed('v', '/pricing', start)])
    expect(score.engagement).toBe(0)
    expect(named(score.entries, 'floor:engagement')).toEqual([23])
    const told = explain([captured(), left, signal('s', 'email.unsubscribed', start)])
    expect(named(told.entries, 'engagement:email.unsubscribed')).toEqual([-50])
  })

  it('caps groups and limits', () => {
    const by = withRules({
      decay: 'none',
      rules: [
        { group: 'Reading', max: 20, rules: [{ on: 'page.viewed', points: 7 }] },
        { on: 'email.replied', points: 40 },
        { on: 'page.viewed', where: { path: ['/a*', '/b*'] }, points: 1, at_most: 2 },
      ],
    })
    const views = Array.from({ length: 5 }, (_, i) => viewed(`v${i}`, '/a', start))
    const score = explain([captured(), ...views, signal('r', 'email.replied', start)], start, by)
    expect(score.engagement).toBe(50)
    expect(named(score.entries, 'cap:engagement Reading')).toEqual([-15])
    expect(named(score.entries, 'cap:engagement')).toEqual([-12])
    expect(named(score.entries, 'cap:engagement:page.viewed /a*, /b*')).toEqual([-1, -1, -1])
    expect(sum(score.entries)).toBe(score.total)
  })

  it('decays rule by rule', () => {
    const by = withRules({
      decay: { half_life: '14 days' },
      rules: [
        { on: 'page.viewed', points: 8, decay: { half_life: '1 day' } },
        { on: 'page.viewed', points: 8 },
        { on: 'page.viewed', points: 8, decay: 'none' },
      ],
    })
    const score = explain([captured(), viewed('v', '/', start)], start + day, by)
    expect(named(score.entries, 'engagement:page.viewed')).toEqual([4])
    expect(named(score.entries, 'engagement:page.viewed #3')).toEqual([8])
    expect(score.engagement).toBe(20)
  })
})

describe('needed', () => {
  it('says what is missing to the next stage, with an example', () => {
    expect(explain([captured()]).needed).toEqual([
      '+10 fit: e.g. Seniority: vp, c-level or director',
      '+5 in all: e.g. Viewed /case-studies/',
    ])
    expect(
      explain([captured({ submission: submission({ source: 'csv:old', fields: goodFit }) })]).needed,
    ).toEqual(['+15 engagement: e.g. Filled in a form'])
  })

  it('looks to the stage after the one reached', () => {
    const state = { ...foldLead([fitting(goodFit)], rules, start), stage: 'mql' }
    expect(scoreLead(state, rules, start).needed).toEqual([
      '+10 engagement: e.g. Viewed /pricing',
      '+2 in all: e.g. Viewed /case-studies/',
    ])
  })
})
