/** Made-up leads: how each arrives, and what each does with the mails it gets. */
import { createHmac } from 'node:crypto'
import type { Call } from './client.ts'
import { token } from './product.ts'
import type { Dice } from './random.ts'

export const metaSecret = 'kill-test-meta-secret'

export interface Person {
  readonly email: string
  readonly route: 'form' | 'api' | 'meta' | 'demo'
  readonly sequence: 'warehouse-guide' | 'welcome'
  /** The source and its id of the submission. */
  readonly source: string
  readonly sourceLeadId: string
  readonly call: Call
  /** Sent twice although it was acknowledged: platforms do that. */
  readonly twice: boolean
  /** What it does after its first, second … mail. */
  readonly habits: readonly Habit[]
  /** What Graph tells of it. */
  readonly graph?: object
}

export interface Habit {
  readonly after: number
  readonly does: 'click' | 'pricing' | 'reply' | 'unsubscribe' | 'ask-sales'
}

const form = 'application/x-www-form-urlencoded'
const companies = [12, 80, 240, 900]

const habitsOf = (dice: Dice): readonly Habit[] => {
  const habits: Habit[] = []
  if (dice.chance(0.4)) habits.push({ after: 1 + dice.below(4), does: 'click' })
  if (dice.chance(0.25)) habits.push({ after: 1 + dice.below(5), does: 'pricing' })
  if (dice.chance(0.15)) habits.push({ after: 1 + dice.below(6), does: 'unsubscribe' })
  if (dice.chance(0.08)) habits.push({ after: 1 + dice.below(5), does: 'reply' })
  if (dice.chance(0.06)) habits.push({ after: 1 + dice.below(4), does: 'ask-sales' })
  return habits
}

const facts = (index: number, dice: Dice) => ({
  email: `lead-${index}@example.com`,
  name: `Lead Number${index}`,
  company: `Company ${index}`,
  size: String(companies[dice.below(companies.length)]),
  title: dice.chance(0.5) ? 'Head of operations' : 'Buyer',
})
type Facts = ReturnType<typeof facts>

const viaForm = (id: string, key: string, { email, name, company, size, title }: Facts): Call => ({
  method: 'POST',
  path: `/forms/${id}`,
  headers: { 'content-type': form, accept: 'application/json' },
  body: new URLSearchParams({
    email,
    first_name: name.split(' ')[0] ?? name,
    'company.name': company,
    'company.size': size,
    'company.industry': 'Logistics',
    title,
    country: 'IE',
    consent_email: 'on',
    submission_id: key,
  }).toString(),
})

const viaApi = (key: string, { email, name, company, size, title }: Facts): Call => ({
  method: 'POST',
  path: '/v1/submissions',
  headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
  body: JSON.stringify({
    source: 'partner',
    sourceLeadId: key,
    email,
    name,
    fields: { 'company.name': [company], 'company.size': [size], title: [title] },
    consents: { guides: true },
    consent: { basis: 'consent', textId: 'partner-v2' },
    attribution: { form_id: 'warehouse-guide' },
  }),
})

const viaMeta = (id: string, at: number): Call => {
  const value = {
    created_time: Math.floor(at / 1000),
    leadgen_id: id,
    page_id: '201000000000001',
    form_id: '901000000000001',
  }
  const entry = [{ id: value.page_id, time: value.created_time, changes: [{ field: 'leadgen', value }] }]
  const body = JSON.stringify({ object: 'page', entry })
  const signature = createHmac('sha256', metaSecret).update(body).digest('hex')
  return {
    method: 'POST',
    path: '/webhooks/meta',
    headers: { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` },
    body,
  }
}

const graphOf = (id: string, at: number, { email, name, company, size, title }: Facts): object => {
  const answer = (key: string, value: string) => ({ name: key, values: [value] })
  return {
    id,
    created_time: new Date(at).toISOString().replace('.000Z', '+0000'),
    form_id: '901000000000001',
    field_data: [
      answer('full_name', name),
      answer('email', email),
      answer('company.name', company),
      answer('company.size', size),
      answer('title', title),
    ],
    custom_disclaimer_responses: [{ checkbox_key: 'consent_email', is_checked: '1' }],
  }
}

const personOf = (index: number, at: number, dice: Dice): Person => {
  const route = (['form', 'api', 'meta', 'demo'] as const)[index % 4] ?? 'form'
  const known = facts(index, dice)
  const common = { email: known.email, route, twice: dice.chance(0.2), habits: habitsOf(dice) }
  const guide = { ...common, sequence: 'warehouse-guide' } as const
  const key = `key-${index}`
  if (route === 'api') return { ...guide, source: 'api:partner', sourceLeadId: key, call: viaApi(key, known) }
  if (route === 'meta') {
    const id = String(1_450_000_000_000_000 + index)
    const call = viaMeta(id, at)
    return { ...guide, source: 'facebook', sourceLeadId: id, call, graph: graphOf(id, at, known) }
  }
  const formId = route === 'demo' ? 'demo' : 'warehouse-guide'
  const call = viaForm(formId, key, known)
  const sequence = route === 'demo' ? 'welcome' : 'warehouse-guide'
  return { ...common, sequence, source: `form:${formId}`, sourceLeadId: key, call }
}

/** Everybody, by turns from a form, the API, Meta and the demo form. */
export const peopleOf = (count: number, at: number, dice: Dice): readonly Person[] =>
  Array.from({ length: count }, (_, index) => personOf(index, at, dice))
