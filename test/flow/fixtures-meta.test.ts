/** The shared fixtures of Meta, byte for byte over HTTP. */
import { createHmac } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { assess, census, fixture, play, sendFixture } from './_fixtures.ts'
import { Product, type Upstream } from './_runtime.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

/** Graph's answer for a lead, made of a fixture's. */
const graphLead = (id: string, email: string): Upstream => {
  const [model] = fixture('fb-03-one-lead').upstream ?? []
  const body = model?.response.body as Record<string, unknown>
  return {
    match: { method: 'GET', urlRegex: `^https://graph\\.facebook\\.com/v\\d+\\.\\d+/${id}(\\?|$)` },
    response: {
      status: 200,
      headers: { 'content-type': 'application/json' },
      body: { ...body, id, field_data: [{ name: 'email', values: [email] }] },
    },
  }
}

const signed = (body: string): Record<string, string> => ({
  'content-type': 'application/json',
  'x-hub-signature-256': `sha256=${createHmac('sha256', 'shared-meta-app-secret-5b1f0c').update(body).digest('hex')}`,
})

describe('the handshake', () => {
  test.each(['fb-01-verify-ok', 'fb-02-verify-bad-token'])('%s', async (id) => {
    const played = await play(product, id)
    await assess(product, id, played)
  })
})

describe('deliveries', () => {
  test.each([
    'fb-03-one-lead',
    'fb-04-batch-two-pages',
    'fb-06-bad-signature',
    'fb-07-dashboard-test',
    'fb-08-test-lead',
  ])('%s', async (id) => {
    const played = await play(product, id)
    await assess(product, id, played)
  })

  test('a refused delivery leaves nothing behind', async () => {
    const played = await play(product, 'fb-06-bad-signature')
    expect(await census(product)).toEqual(played.before)
  })

  test('the lead of the dashboard’s test button is parked and not read again for ever', async () => {
    const { answers, calls } = product.platforms
    product.platforms.answers = fixture('fb-07-dashboard-test').upstream ?? answers
    calls.length = 0
    await product.advance('P3D')
    expect(await product.parked()).toContainEqual(expect.objectContaining({ sourceLeadId: '444444444444' }))
    expect(calls).toEqual([])
  })

  test('a lead of the testing tool is never enrolled, also weeks later', async () => {
    await product.advance('P14D')
    const lead = await product.leadBy('sourceLeadId=1450000000000051')
    expect(lead).toMatchObject({ isTest: true, enrolments: [] })
    expect(await product.inbox('test@meta.com')).toEqual([])
  })

  test('the same delivery twenty times over is one lead and one execution', async () => {
    const id = 'fb-03-one-lead'
    const lead = await product.leadBy('sourceLeadId=1450000000000011')
    const before = await census(product)
    product.platforms.answers = fixture(id).upstream ?? []
    const answers = await Promise.all(Array.from({ length: 20 }, () => sendFixture(product, fixture(id))))
    await product.drain()
    expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 20 }, () => 200))
    expect(await census(product)).toEqual(before)
    expect(await product.executions(lead.leadId)).toHaveLength(1)
    expect((await product.lead(lead.leadId)).sources).toHaveLength(1)
  })
})

describe('Graph refuses', () => {
  test('fb-09: an expired token parks the lead and raises an alert; a replay captures it', async () => {
    const id = 'fb-09-token-expired'
    const played = await play(product, id)
    await assess(product, id, played)
    expect(await product.alerts()).toContainEqual(
      expect.objectContaining({ text: expect.stringContaining('token') }),
    )

    product.platforms.answers = [graphLead('1450000000000061', 'renewed@example.com')]
    const [item] = (await product.parked()).filter((one) => one.sourceLeadId === '1450000000000061')
    const replayed = await product.api('POST', `/v1/parked/${encodeURIComponent(item.id)}/replay`)
    await product.drain()
    expect(replayed.status).toBeLessThan(300)
    expect(await product.leadBy('sourceLeadId=1450000000000061')).toMatchObject({
      email: 'renewed@example.com',
    })
    expect(await product.parked()).not.toContainEqual(
      expect.objectContaining({ sourceLeadId: '1450000000000061' }),
    )
  })

  test('fb-10: a throttled read waits as long as Graph asks, then captures the lead', async () => {
    const id = 'fb-10-throttled'
    const began = await product.now()
    const played = await play(product, id)
    await assess(product, id, played)
    const item = (await product.parked()).find((one) => one.sourceLeadId === '1450000000000071')
    const wait = (Date.parse(item.nextAttemptAt) - began) / 1000
    expect(wait).toBeGreaterThanOrEqual(fixture(id).expect.retryAfterAtLeastSeconds ?? 0)

    product.platforms.answers = [graphLead('1450000000000071', 'throttled@example.com')]
    product.platforms.calls.length = 0
    await product.advance('PT18M')
    expect(product.platforms.calls).toEqual([])
    await product.advanceTo(new Date(Date.parse(item.nextAttemptAt) + 60_000).toISOString())
    expect(await product.leadBy('sourceLeadId=1450000000000071')).toMatchObject({
      email: 'throttled@example.com',
    })
    expect(await product.parked()).not.toContainEqual(
      expect.objectContaining({ sourceLeadId: '1450000000000071' }),
    )
  })
})

describe('a large delivery', () => {
  test('3 MB with 300 leads is acknowledged at once and every lead is captured', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => String(1_460_000_000_000_000 + index))
    const changes = ids.map((leadgen_id) => ({
      field: 'leadgen',
      value: {
        leadgen_id,
        created_time: 1_795_209_245,
        form_id: '901000000000001',
        unknown: 'x'.repeat(10_000),
      },
    }))
    const body = JSON.stringify({ object: 'page', entry: [{ id: '1', time: 1_795_209_246, changes }] })
    product.platforms.answers = ids.map((id) => graphLead(id, `big.${id}@example.com`))
    const before = await census(product)
    expect(body.length).toBeGreaterThan(3_000_000)

    const began = performance.now()
    const answer = await product.call('POST', '/webhooks/meta', { headers: signed(body), body })
    const took = performance.now() - began
    await product.drain()
    const after = await census(product)

    expect(answer.status).toBe(200)
    expect(took).toBeLessThan(3000)
    expect(after.leads.length - before.leads.length).toBe(300)
    expect(after.parked).toBe(before.parked)
  }, 60_000)
})
