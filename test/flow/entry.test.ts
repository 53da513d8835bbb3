/** Every way into a sequence, on the virtual clock; and what a person does by hand. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { submit } from './_people.ts'
import { Product, root } from './_runtime.ts'

const ways: Readonly<Record<string, string>> = {
  trial: 'when: { event: trial.started }',
  often: 'when: { event: { name: page.viewed, where: { path: "/docs*" }, at_least: 3 per 7 days } }',
  keen: 'when: { score: { engagement: ">= 45" } }',
  cooled: 'when: { temperature: cold }',
  renewal: 'when: { date: { field: contract.end, before: 60 days } }',
  review: 'when: { event: order.delivered }, again: { key: order_id }',
  advert: 'when: { ad_form: { source: "api:fair", form_id: "7" } }',
  recycled: 'when: { stage: recycled }',
  asked: 'when: api',
}

/** A mail at once, and a wait in which the lead is still in it. */
const fileOf = (id: string, enrol: string): string => `format: 1
id: ${id}
name: ${id}
topic: guides
enrol: { ${enrol} }
steps:
  - send: week-1-checklist
    immediately: true
  - wait: 300 days
  - end: finished
`

const folder = mkdtempSync(join(tmpdir(), 'tendril-entry-'))
cpSync(join(root, 'workflows'), folder, { recursive: true })
rmSync(join(folder, 'sequences'), { recursive: true })
cpSync(join(root, 'workflows/sequences/keep-warm.yaml'), join(folder, 'sequences/keep-warm.yaml'))
writeFileSync(
  join(folder, 'forms/fair.yaml'),
  `format: 1
id: fair
title: At the fair
fields: [ { id: email, type: email, required: true } ]
ad_forms:
  - { source: "api:fair", form_id: "7", consent: { email: { topics: [ guides ], basis: consent, text_id: fair } } }
`,
)
for (const [id, enrol] of Object.entries(ways))
  writeFileSync(join(folder, `sequences/${id}.yaml`), fileOf(id, enrol))

const product = new Product()
const start = '2026-11-24T10:00:00Z'

beforeAll(() => product.start({ TENDRIL_NOW: start, TENDRIL_WORKFLOWS: folder }))
afterAll(async () => {
  await product.stop()
  rmSync(folder, { recursive: true })
})

interface Entered {
  readonly sequence: string
  readonly enrolmentId: string
}

const come = async (email: string, fields: Record<string, string[]> = {}): Promise<string> => {
  await submit(product, email, { source: 'crm', fields })
  return (await product.leadOf(email)).leadId
}
const entered = async (leadId: string): Promise<string[]> =>
  ((await product.lead(leadId)).enrolments as Entered[]).map(({ sequence }) => sequence).sort()

describe('a lead enters', () => {
  test('by what it does, once', async () => {
    const leadId = await come('trial@example.com')
    await product.signals({ leadId, type: 'trial.started', id: 'trial-1' })
    await product.signals({ leadId, type: 'trial.started', id: 'trial-1' })
    await product.signals({ leadId, type: 'trial.started', id: 'trial-2' })
    expect(await entered(leadId)).toEqual(['trial'])
    expect((await product.inbox('trial@example.com')).length).toBe(1)
  })

  test('by doing it often enough', async () => {
    const leadId = await come('often@example.com')
    const view = (n: number) =>
      product.signals({ leadId, type: 'page.viewed', id: `view-${n}`, properties: { path: '/docs/api' } })
    await view(1)
    await view(2)
    expect(await entered(leadId)).toEqual([])
    await view(3)
    expect(await entered(leadId)).toEqual(['often'])
  })

  test('by what it did before it gave its name', async () => {
    await product.signals({ email: 'early@example.com', type: 'trial.started', id: 'early-1' })
    expect(await entered(await come('early@example.com'))).toEqual(['trial'])
  })

  test('at the moment at which its score is high enough', async () => {
    const leadId = await come('keen@example.com')
    await product.signals({ leadId, type: 'email.replied', id: 'reply-1' })
    expect(await entered(leadId)).toEqual([])
    await product.signals({ leadId, type: 'webinar.attended', id: 'webinar-1' })
    expect(await entered(leadId)).toEqual(['keen'])
  })

  test('at the moment at which it has cooled down: nothing happens but time', async () => {
    const leadId = await come('cooled@example.com')
    expect((await product.lead(leadId)).temperature).toBe('warm')
    await product.advance('P9D')
    expect(await entered(leadId)).toEqual([])
    await product.advance('P9D')
    expect((await product.lead(leadId)).temperature).toBe('cold')
    expect(await entered(leadId)).toEqual(['cooled'])
  })

  test('when a date comes, where it is', async () => {
    const fields = { 'contract.end': ['2027-03-31'], timezone: ['America/New_York'] }
    const leadId = await come('renewal@example.com', fields)
    await product.advanceTo('2027-01-30T04:59:00Z')
    expect(await entered(leadId)).not.toContain('renewal')
    await product.advanceTo('2027-01-30T05:01:00Z')
    expect(await entered(leadId)).toContain('renewal')
  })

  test('once for each order', async () => {
    const leadId = await come('orders@example.com')
    for (const [n, order] of ['A', 'B', 'A'].entries())
      await product.signals({
        leadId,
        type: 'order.delivered',
        id: `order-${n}`,
        properties: { order_id: order },
      })
    expect(await entered(leadId)).toEqual(['review', 'review'])
  })

  test('by an ad form', async () => {
    const answer = await product.api('POST', '/v1/submissions', {
      source: 'fair',
      email: 'advert@example.com',
      attribution: { form_id: '7' },
      consents: { email: true },
      consent: { basis: 'consent', textId: 'fair' },
    })
    expect(answer.status).toBe(202)
    await product.drain()
    const { leadId, sources } = await product.leadOf('advert@example.com')
    expect(sources).toMatchObject([{ source: 'api:fair', formId: '7' }])
    expect(await entered(leadId)).toEqual(['advert'])
  })
})

describe('by hand', () => {
  test('a sequence is started and ended, and the timeline says by whom', async () => {
    const leadId = await come('asked@example.com')
    const put = () => product.api('POST', `/v1/leads/${leadId}/enrolments`, { sequence: 'asked' })
    const { status, json } = await put()
    expect([status, json.status]).toEqual([201, 'active'])
    await product.drain()
    expect(await product.inbox('asked@example.com')).toHaveLength(1)
    expect((await put()).status).toBe(409)
    const end = () => product.api('DELETE', `/v1/leads/${leadId}/enrolments/${json.enrolmentId}`)
    expect((await end()).json).toMatchObject({ status: 'exited', exitReason: 'manual' })
    expect((await end()).status).toBe(200)
    await product.drain()
    expect((await product.executions(leadId)).map(({ status: is }) => is)).toEqual(['SUCCEEDED'])
    const texts = (await product.timeline(leadId)).map(({ text }) => text)
    expect(texts).toContain('Put into “Asked” by api')
    expect(texts).toContain('Taken out of “Asked” by api')
  })

  test('a stage is given, and starts what starts there', async () => {
    const leadId = await come('moved@example.com')
    const move = (stage: string) =>
      product.api('POST', `/v1/leads/${leadId}/stage`, { stage, reason: 'Asked us to call in spring' })
    expect((await move('recycled')).status).toBe(200)
    await product.drain()
    expect((await product.lead(leadId)).stage).toBe('recycled')
    expect(await entered(leadId)).toEqual(['keep-warm', 'recycled'])
    expect((await move('recycled')).status).toBe(409)
    const change = (await product.timeline(leadId)).find(({ type }) => type === 'stage.changed')
    expect(change).toMatchObject({ reason: 'Asked us to call in spring', data: { actor: 'api' } })
  })
})
