/** The read side of `/v1`: finding leads, paging, and what a lead looks like from outside. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { submit } from './_people.ts'
import { Product } from './_runtime.ts'

const product = new Product()
const crowd = Array.from({ length: 23 }, (_, index) => `crowd-${index}@example.com`)

beforeAll(async () => {
  await product.start({ TENDRIL_NOW: '2026-11-24T10:00:00Z' })
  for (const email of crowd) {
    await submit(product, email)
    await product.advance('PT1M')
  }
  await submit(product, 'buyer@example.com', { source: 'form:demo-request', fields: { country: ['SE'] } })
})
afterAll(() => product.stop())

const list = async (query: string) => (await product.api('GET', `/v1/leads?${query}`)).json

describe('the list of leads', () => {
  test('comes newest first, and pages hold every lead once', async () => {
    const seen: string[] = []
    let cursor: string | null = ''
    while (cursor !== null) {
      const page: { leads: { email: string }[]; cursor: string | null } = await list(
        `limit=7${cursor && `&cursor=${encodeURIComponent(cursor)}`}`,
      )
      expect(page.leads.length).toBeLessThanOrEqual(7)
      seen.push(...page.leads.map(({ email }) => email))
      cursor = page.cursor
    }
    expect(seen).toEqual(['buyer@example.com', ...[...crowd].reverse()])
  })

  test('a filter that fits nobody answers with an empty list', async () => {
    for (const query of [
      'email=nobody%40example.com',
      'sourceLeadId=none',
      'stage=customer',
      'owner=lena%40acme.example',
    ])
      expect(await list(query), query).toEqual({ leads: [], cursor: null })
  })

  test('an address is found however it is written', async () => {
    const { leads } = await list(`email=${encodeURIComponent(' Crowd-3@Example.COM ')}`)
    expect(leads).toMatchObject([{ email: 'crowd-3@example.com' }])
  })

  test('stage, owner and temperature filter', async () => {
    const { leads: handed } = await list('stage=sql')
    expect(handed).toMatchObject([{ email: 'buyer@example.com', owner: 'jo@acme.example' }])
    expect((await list('owner=jo%40acme.example')).leads).toEqual(handed)
    const temperatures = ['hot', 'warm', 'cold']
    const found = await Promise.all(temperatures.map((one) => list(`temperature=${one}&limit=100`)))
    for (const [index, { leads }] of found.entries())
      for (const lead of leads) expect(lead.temperature).toBe(temperatures[index])
    expect(found.flatMap(({ leads }) => leads)).toHaveLength(crowd.length + 1)
  })
})

describe('one lead', () => {
  test('has every field of the contract, in the list as by itself', async () => {
    const fromList = await product.leadOf('crowd-0@example.com')
    expect(await product.lead(fromList.leadId)).toEqual(fromList)
    expect(Object.keys(fromList)).toEqual(
      expect.arrayContaining([
        ...['leadId', 'email', 'emailOriginal', 'phone', 'name', 'firstName', 'lastName', 'fields', 'hidden'],
        ...[
          'consents',
          'consent',
          'attribution',
          'sources',
          'stage',
          'qualification',
          'temperature',
          'score',
        ],
        ...['suppressed', 'deliverable', 'isTest', 'enrolments', 'owner', 'createdAt'],
      ]),
    )
    expect(fromList.enrolments[0]).toEqual({
      enrolmentId: expect.any(String),
      sequence: 'warehouse-guide',
      version: expect.any(String),
      status: 'active',
      step: expect.any(String),
      due: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      exitReason: null,
    })
  })

  test('its score names every rule that counted and what is still needed', async () => {
    const { leadId } = await product.leadOf('buyer@example.com')
    const { json: score } = await product.api('GET', `/v1/leads/${leadId}/score`)
    const rules = score.entries.map(({ rule }: { rule: string }) => rule)
    expect(score.total).toBe(score.fit + score.engagement)
    expect(rules.filter((rule: string) => rule.includes('form.submitted')).length).toBeGreaterThanOrEqual(2)
    expect(Array.isArray(score.needed)).toBe(true)
  })

  test('a second submission of another source adds to the same lead', async () => {
    await product.form('demo', { email: 'Crowd-1@example.com', first_name: 'Chris', consent_email: 'on' })
    const lead = await product.leadOf('crowd-1@example.com')
    expect(lead.sources.map(({ source }: { source: string }) => source).sort()).toEqual([
      'form:demo',
      'form:warehouse-guide',
    ])
    expect(lead.firstName).toBe('Chris')
    expect(await list('limit=100')).toMatchObject({ leads: { length: crowd.length + 1 } })
  })

  test('the same submission of another system twice is one', async () => {
    const body = { source: 'crm', sourceLeadId: '90071992547409931', email: 'twice@example.com' }
    const first = await product.api('POST', '/v1/submissions', body)
    await product.drain()
    const again = await product.api('POST', '/v1/submissions', body)
    await product.drain()
    expect([first.status, again.status]).toEqual([202, 202])
    expect(again.json.submissionId).toBe(first.json.submissionId)
    const lead = await product.leadBy('sourceLeadId=90071992547409931')
    expect(lead.sources).toMatchObject([{ source: 'api:crm', sourceLeadId: '90071992547409931' }])
  })
})

describe('signals', () => {
  test('each of a batch is judged by itself', async () => {
    const { leadId } = await product.leadOf('crowd-2@example.com')
    const { status, json } = await product.signals(
      { leadId, type: 'page.viewed', id: 'batch-1', properties: { path: '/pricing' } },
      { leadId, type: 'page.viewed', id: 'batch-1', properties: { path: '/pricing' } },
      { type: 'page.viewed', id: 'batch-2' },
      { email: 'crowd-2@example.com', type: 'webinar.attended', id: 'batch-3' },
    )
    expect(status).toBe(202)
    expect(json.results.map((one: { status: string }) => one.status)).toEqual([
      'accepted',
      'duplicate',
      'rejected',
      'accepted',
    ])
    const types = (await product.timeline(leadId)).map(({ type }) => type)
    expect(types.filter((type) => type === 'page.viewed')).toHaveLength(1)
    expect(types).toContain('webinar.attended')
  })

  test('those that come before the lead count once it is there', async () => {
    const email = 'early@example.com'
    await product.signals({ email, type: 'webinar.attended', id: 'early-1' })
    expect((await list(`email=${encodeURIComponent(email)}`)).leads).toEqual([])
    await submit(product, email)
    const { leadId } = await product.leadOf(email)
    expect(await product.timeline(leadId)).toContainEqual(
      expect.objectContaining({ type: 'webinar.attended' }),
    )
  })
})
