/** Scoring alone: the shipped rules over a lead with a month of behaviour, from folded signals to score and stage. */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { LeadEvent } from '../domain/event.ts'
import { foldLead } from '../domain/lead.ts'
import { partsAt, standingOf } from '../domain/scoring.ts'
import { checkScoring } from '../domain/scoring-check.ts'
import { compiledOf } from '../domain/scoring-compiled.ts'
import { checkSettings } from '../domain/settings.ts'
import { type Figure, least, plain } from './_figure.ts'
import { root } from './_product.ts'

const read = (name: string): unknown => parse(readFileSync(join(root, 'workflows', name), 'utf8'))
const valid = <Value>(checked: { ok: true; value: Value } | { ok: false }): Value => {
  if (!checked.ok) throw new Error('The shipped files are not in order: run npx tendril check.')
  return checked.value
}

const start = Date.UTC(2026, 10, 2, 9)
const hour = 3_600_000

const captured: LeadEvent = {
  type: 'captured',
  id: 'captured',
  at: start,
  submission: {
    submissionId: 's',
    source: 'form:warehouse-guide',
    at: start,
    person: { email: 'ines@example.com' },
    fields: {
      title: ['Head of Operations'],
      company_size: ['51-200'],
      country: ['DE'],
      industry: ['Retail'],
    },
    hidden: {},
    consents: {},
    consent: {},
    attribution: {},
    isTest: false,
  },
  grants: [],
  form: 'warehouse-guide',
}
const names = [
  'page.viewed',
  'page.viewed',
  'email.clicked',
  'page.viewed',
  'email.replied',
  'webinar.attended',
]
const paths = ['/pricing', '/case-studies/retail', '/', '/pricing/eu', '/about']
const behaviour = Array.from(
  { length: 60 },
  (_, i): LeadEvent => ({
    type: 'signal',
    id: `s${i}`,
    at: start + i * 12 * hour,
    name: names[i % names.length] ?? '',
    properties: { path: paths[i % paths.length] ?? '' },
    verdict: 'human',
  }),
)

export const scoring = async (): Promise<readonly Figure[]> => {
  const rules = valid(checkScoring(read('scoring.yaml')))
  const settings = valid(checkSettings(read('settings.yaml')))
  const state = foldLead([captured, ...behaviour], { scoring: rules, settings }, start + 31 * 24 * hour)
  // Only rules that are really tested count: those for another signal are never looked at.
  const { bySignal, fit } = compiledOf(rules)
  const tested = state.signals.reduce((sum, { name }) => sum + (bySignal.get(name)?.length ?? 0), fit.length)
  const score = (k: number): number => {
    const now = start + (31 * 24 + (k % 1000)) * hour
    return partsAt(standingOf(state, rules, now), now).total
  }
  for (let k = 0; k < 2000; k++) score(k)
  const began = performance.now()
  let leads = 0
  for (; performance.now() - began < 3000; leads++) score(leads)
  const seconds = (performance.now() - began) / 1000
  return [
    least('rule evaluations per second', (leads * tested) / seconds, '', 1_000_000),
    plain('leads with 60 signals scored per second', leads / seconds, ''),
  ]
}
