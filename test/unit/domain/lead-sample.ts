/** Events to build histories of. */
import type { EventOf, LeadEvent, Submission } from '../../../domain/event.ts'

export const minute = 60_000
export const hour = 60 * minute
export const day = 24 * hour
/** Friday, 20 November 2026, 09:00 UTC. */
export const start = Date.UTC(2026, 10, 20, 9)

export const submission = (over: Partial<Submission> = {}): Submission => ({
  submissionId: 's-1',
  source: 'form:warehouse-guide',
  at: start,
  person: { email: 'ines.duarte@example.com', emailOriginal: 'Ines.Duarte@Example.com' },
  fields: {},
  hidden: {},
  consents: {},
  consent: {},
  attribution: {},
  isTest: false,
  ...over,
})

export const captured = (over: Partial<EventOf<'captured'>> = {}): LeadEvent => ({
  type: 'captured',
  id: 'captured-1',
  at: start,
  submission: submission(),
  grants: [],
  ...over,
})

export const signal = (
  id: string,
  name: string,
  at: number,
  over: Partial<EventOf<'signal'>> = {},
): LeadEvent => ({ type: 'signal', id, name, at, properties: {}, verdict: 'human', ...over })

export const viewed = (id: string, path: string, at: number): LeadEvent =>
  signal(id, 'page.viewed', at, { properties: { path } })

export const moved = (n: number, from: string, to: string, at: number): LeadEvent => ({
  type: 'stage.changed',
  id: `stage-${String(n).padStart(4, '0')}`,
  at,
  from,
  to,
  reason: 'test',
  actor: 'rules',
  total: 0,
})

/** Fields that give a fit of 28: role 15, company 8 + 5. */
export const goodFit = {
  job_title: ['Head of Operations'],
  company_size: ['51-200'],
  country: ['Germany'],
}
