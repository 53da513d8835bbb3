/** Another system: told of every stage change, again until it takes it, signed so that it knows who speaks. */
import { createHmac } from 'node:crypto'
import { appendFileSync, cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Loopback, serveLoopback } from '../../local/loopback.ts'
import { submit } from './_people.ts'
import { Product, root } from './_runtime.ts'

const key = Buffer.from('a key that the CRM knows as well').toString('base64')

interface Told {
  readonly id: string
  readonly isSigned: boolean
  // biome-ignore lint/suspicious/noExplicitAny: whatever JSON came.
  readonly body: any
}

const product = new Product()
const folder = mkdtempSync(join(tmpdir(), 'tendril-webhooks-'))
const told: Told[] = []
let status = 200
let crm: Loopback

const signatureOf = (headers: Record<string, unknown>, body: string): string =>
  createHmac('sha256', Buffer.from(key, 'base64'))
    .update(`${headers['webhook-id']}.${headers['webhook-timestamp']}.${body}`)
    .digest('base64')

beforeAll(async () => {
  crm = await serveLoopback((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const [body, { headers }] = [Buffer.concat(chunks).toString(), request]
      const isSigned = headers['webhook-signature'] === `v1,${signatureOf(headers, body)}`
      told.push({ id: String(headers['webhook-id']), isSigned, body: JSON.parse(body) })
      response.writeHead(status).end()
    })
  })
  cpSync(join(root, 'workflows'), folder, { recursive: true })
  appendFileSync(
    join(folder, 'settings.yaml'),
    'crm: { webhook: "secret:CRM_WEBHOOK", secret: "secret:CRM_KEY" }\n',
  )
  await product.start({
    TENDRIL_NOW: '2026-11-24T10:00:00Z',
    TENDRIL_WORKFLOWS: folder,
    CRM_WEBHOOK: `${crm.url}/hook?token=private`,
    CRM_KEY: `whsec_${key}`,
  })
})
afterAll(async () => {
  await product.stop()
  await crm.close()
  rmSync(folder, { recursive: true })
})

/** A lead that asks to be called: promoted at once. */
const raiseHand = async (name: string): Promise<string> => {
  const email = `${name}@example.com`
  await submit(product, email, { source: 'form:demo-request' })
  await product.drain()
  return (await product.leadOf(email)).leadId
}
const textsOf = async (leadId: string) => (await product.timeline(leadId)).map(({ text }) => text)

describe('a stage change', () => {
  test('is told once, signed, and the timeline says so', async () => {
    const leadId = await raiseHand('taken')

    expect(told).toMatchObject([
      {
        id: `${leadId}-stage-0001`,
        isSigned: true,
        body: {
          type: 'lead.stage_changed',
          data: { leadId, to: 'sql', qualification: 'sales', email: 'taken@example.com', name: 'Pat Doyle' },
        },
      },
    ])
    expect(await textsOf(leadId)).toContain(`Told ${new URL(crm.url).host} (lead.stage_changed)`)
    expect(await product.parked()).toEqual([])
  })

  test('is told again until it is taken, with the same id, and is on the list meanwhile', async () => {
    told.length = 0
    status = 503
    const leadId = await raiseHand('later')
    expect(await product.parked()).toMatchObject([
      {
        source: 'webhook',
        sourceLeadId: leadId,
        reason: 'webhook-not-taken',
        nextAttemptAt: expect.any(String),
      },
    ])

    await product.advance('PT10M')
    status = 200
    await product.advance('PT1H')

    expect(told.length).toBeGreaterThanOrEqual(3)
    expect(new Set(told.map(({ id, isSigned }) => `${id} ${isSigned}`))).toEqual(
      new Set([`${leadId}-stage-0001 true`]),
    )
    expect(await product.parked()).toEqual([])
    expect(await textsOf(leadId)).toContain(`Told ${new URL(crm.url).host} (lead.stage_changed)`)
  })

  test('that is refused is kept, with an alert, until somebody replays it', async () => {
    told.length = 0
    status = 410
    const leadId = await raiseHand('refused')
    const [parked] = await product.parked()
    expect(parked).toMatchObject({ reason: 'webhook-failed', detail: 'it answered 410', nextAttemptAt: null })
    const alerts = await product.alerts()
    expect(alerts).toMatchObject([{ kind: 'webhook.failed' }])
    expect(JSON.stringify([parked, alerts])).not.toMatch(/private|example\.com/)
    await product.advance('P2D')
    expect(told).toHaveLength(1)

    status = 204
    const replayed = await product.api('POST', `/v1/parked/${encodeURIComponent(parked.id)}/replay`)
    await product.drain()

    expect(replayed.status).toBe(202)
    expect(told.map(({ id }) => id)).toEqual([`${leadId}-stage-0001`, `${leadId}-stage-0001`])
    expect(await product.parked()).toEqual([])
    const texts = (await textsOf(leadId)).filter((text) => /Told|Could not tell/.test(text))
    expect(texts).toHaveLength(2)
  })
})

test('no handler failed', () => {
  expect(product.errors).toEqual([])
})
