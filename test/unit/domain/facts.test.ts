import { describe, expect, it } from 'vitest'
import type { Condition, Facts } from '../../../domain/condition.ts'
import { factsOf, holds } from '../../../domain/facts.ts'
import { foldLead } from '../../../domain/lead.ts'
import { captured, day, goodFit, signal, start, submission, viewed } from './lead-sample.ts'
import { rules } from './settings-sample.ts'

const facts: Facts = {
  stage: 'mql',
  temperature: 'warm',
  score: { fit: 20, engagement: 15, total: 35 },
  fields: { 'company.size': ['51-200'], title: ['Head of Operations', 'Buyer'], country: ['DE'] },
  signals: [
    { name: 'email.clicked', at: start, step: 'w1', properties: {} },
    { name: 'page.viewed', at: start + day, properties: { path: '/Pricing/eu' } },
    { name: 'page.viewed', at: start + 2 * day, properties: { path: '/pricing' } },
  ],
}
const now = start + 3 * day
const is = (condition: Condition) => holds(condition, facts, now)

describe('holds', () => {
  it('asks for stage, temperature and score', () => {
    expect(is({ stage: ['lead', 'mql'] })).toBe(true)
    expect(is({ temperature: ['hot'] })).toBe(false)
    expect(is({ score: 'total', is: { atLeast: 35 } })).toBe(true)
    expect(is({ score: 'fit', is: { above: 20 } })).toBe(false)
  })

  it('asks for fields: any value, any pattern, whatever the case; or a range', () => {
    expect(is({ field: 'title', in: ['*OPERATIONS*'] })).toBe(true)
    expect(is({ field: 'title', in: ['buyer'] })).toBe(true)
    expect(is({ field: 'title', in: ['buy'] })).toBe(false)
    expect(is({ field: 'company.size', is: { atLeast: 50, atMost: 199 } })).toBe(true)
    expect(is({ field: 'title', is: { atLeast: 1 } })).toBe(false)
    expect(is({ field: 'constructor', in: ['*'] })).toBe(false)
    expect(is({ field: 'title' })).toBe(true)
    expect(is({ field: 'city' })).toBe(false)
  })

  it('asks for events: name, step, properties, how many and how recent', () => {
    const pricing = { name: 'page.viewed', where: { path: '/pricing*' } }
    expect(is({ event: pricing, atLeast: 2 })).toBe(true)
    expect(is({ event: pricing, atLeast: 3 })).toBe(false)
    expect(is({ event: pricing, atLeast: 2, within: 'P1D' })).toBe(false)
    expect(is({ event: pricing, within: '2 days' })).toBe(true)
    expect(is({ event: { name: 'email.clicked', steps: ['w1', 'w2'] } })).toBe(true)
    expect(is({ event: { name: 'email.clicked', steps: ['w2'] } })).toBe(false)
    expect(is({ event: { name: 'page.viewed', where: { query: '*' } } })).toBe(false)
  })

  it('joins them', () => {
    expect(is({ all: [{ stage: ['mql'] }, { not: { temperature: ['hot'] } }] })).toBe(true)
    expect(is({ any: [{ stage: ['sql'] }, { temperature: ['hot'] }] })).toBe(false)
    expect(is({ all: [] })).toBe(true)
    expect(is({ any: [] })).toBe(false)
  })
})

describe('factsOf', () => {
  it('names fields as rules do, and leaves machines out', () => {
    const events = [
      captured({
        submission: submission({ fields: goodFit, person: { email: 'a@gmail.com', firstName: 'Ana' } }),
      }),
      viewed('v', '/pricing', start),
      signal('m', 'email.clicked', start, { verdict: 'machine' }),
    ]
    const made = factsOf(foldLead(events, rules, start))
    expect(made.fields).toMatchObject({
      title: ['Head of Operations'],
      'company.size': ['51-200'],
      country: ['DE'],
      'email.kind': ['free-mail'],
      first_name: ['Ana'],
      source: ['form:warehouse-guide'],
      existing_owner: ['false'],
    })
    expect(made.signals.map(({ name }) => name)).toEqual(['form.submitted', 'page.viewed'])
  })
})
