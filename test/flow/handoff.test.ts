/** Sales: a lead is handed over once, with the reasons, and the rep's answer flows back. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { mailsOf, stepsOf, submit } from './_people.ts'
import { Product } from './_runtime.ts'

const product = new Product()
// A Tuesday morning.
beforeAll(() => product.start({ TENDRIL_NOW: '2026-11-24T10:00:00Z' }))
afterAll(() => product.stop())

/** 45 points of fit, 15 of engagement by asking for the guide: ten short of sales. */
const fitting = {
  title: ['Head of Operations'],
  'company.name': ['Nordic Lager'],
  'company.size': ['400'],
  'company.industry': ['Logistics'],
  country: ['SE'],
}
const rep = /^(sam|ines)@acme\.example$/

const ask = async (name: string): Promise<string> => {
  const email = `${name}@example.com`
  await submit(product, email, { fields: fitting })
  return (await product.leadOf(email)).leadId
}

const viewPricing = (leadId: string, id: string) =>
  product.signals({ leadId, type: 'page.viewed', id, properties: { path: '/pricing' } })

/** Mails to our own people about a hand-off of this lead. */
const offersAbout = async (leadId: string) =>
  (await product.inbox()).filter(({ tags }) => tags.lead === leadId && tags.handoff !== undefined)

const linkIn = (mail: { html: string }): string =>
  new URL(/href="([^"]*\/handoffs\/[^"?]+)/.exec(mail.html)?.[1] ?? '').pathname

const answer = (path: string, values: Record<string, string>) =>
  product.call('POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    body: new URLSearchParams(values).toString(),
  })

describe('a lead reaches the threshold in the middle of a wait', () => {
  let leadId = ''
  let link = ''

  test('signals promote it, and its running sequence ends as handed to sales', async () => {
    leadId = await ask('mid-wait')
    await product.advance('P1D')
    expect(await product.lead(leadId)).toMatchObject({ stage: 'mql', enrolments: [{ status: 'active' }] })

    await viewPricing(leadId, 'view-1')

    const lead = await product.lead(leadId)
    expect(lead).toMatchObject({ stage: 'sql', qualification: 'sales' })
    expect(lead.enrolments).toMatchObject([{ sequence: 'warehouse-guide', status: 'exited' }])
    expect(await product.executions(leadId)).toMatchObject([
      { status: 'SUCCEEDED', state: 'Handed to sales' },
    ])
  })

  test('exactly one mail goes to a rep: contact, why now, reasons and links', async () => {
    const offers = await offersAbout(leadId)
    expect(offers).toHaveLength(1)
    const [mail] = offers
    expect(mail.to).toHaveLength(1)
    expect(mail.to[0]).toMatch(rep)
    expect(mail.html).toContain('mid-wait@example.com')
    expect(mail.html).toContain('+35315550100')
    expect(mail.html).toMatch(/Score reached \d+/)
    expect(mail.html).toMatch(/pricing/i)
    expect(mail.html).toContain('+15')
    expect(mail.html).toContain('?action=accept')
    expect(mail.html).toContain('?action=reject')
    expect(mail.replyTo).toEqual(['mid-wait@example.com'])
    link = linkIn(mail)
  })

  test('the hand-off is on the list of its owner', async () => {
    const [handoff] = await product.handoffs(leadId)
    expect(handoff).toMatchObject({ leadId, status: 'offered' })
    expect(handoff.owner).toMatch(rep)
    expect((await product.lead(leadId)).owner).toBe(handoff.owner)
    const mine = (await product.api('GET', `/v1/handoffs?owner=${encodeURIComponent(handoff.owner)}`)).json
    expect(mine.handoffs).toContainEqual(expect.objectContaining({ handoffId: handoff.handoffId }))
  })

  test('more signals, also the same again, hand nothing over twice', async () => {
    await viewPricing(leadId, 'view-1')
    await viewPricing(leadId, 'view-2')
    await product.advance('PT2H')
    expect(await product.handoffs(leadId)).toHaveLength(1)
    expect(await offersAbout(leadId)).toHaveLength(1)
  })

  test('looking at the page answers nothing', async () => {
    for (const query of ['', '?action=accept', '?action=reject']) {
      const page = await product.call('GET', `${link}${query}`, { headers: { accept: 'text/html' } })
      expect(page.status).toBe(200)
      expect(page.text).toContain('mid-wait@example.com')
    }
    await product.drain()
    expect(await product.handoffs(leadId)).toMatchObject([{ status: 'offered' }])
  })

  test('accepting moves the lead on', async () => {
    const accepted = await answer(link, { action: 'accept' })
    await product.drain()
    expect(accepted.status).toBe(200)
    expect(await product.lead(leadId)).toMatchObject({ stage: 'accepted' })
    expect(await product.handoffs(leadId)).toMatchObject([{ status: 'accepted' }])
  })

  test('accepting again is fine; rejecting afterwards is a conflict', async () => {
    expect((await answer(link, { action: 'accept' })).status).toBe(200)
    expect((await answer(link, { action: 'reject', reason: 'too-early' })).status).toBe(409)
    expect(await product.lead(leadId)).toMatchObject({ stage: 'accepted' })
  })

  test('sequences mail no more after that, and the timeline tells the whole story', async () => {
    await product.advance('P42D')
    expect(await stepsOf(product, 'mid-wait@example.com')).toEqual(['deliver'])
    const timeline = await product.timeline(leadId)
    const types = timeline.map(({ type }) => type)
    expect(types.filter((type) => type === 'handed-off')).toHaveLength(1)
    expect(types.filter((type) => type === 'feedback')).toHaveLength(1)
    const unsent = timeline.filter(({ type }) => type === 'message.not-sent')
    expect(unsent.length).toBeGreaterThan(0)
    expect(unsent.every(({ reason }) => typeof reason === 'string' && reason !== '')).toBe(true)
  })
})

describe('sales says: too early', () => {
  let leadId = ''

  test('a rejection needs a reason that routing.yaml knows', async () => {
    leadId = await ask('too-early')
    await viewPricing(leadId, 'early-1')
    const [mail] = await offersAbout(leadId)
    expect((await answer(linkIn(mail), { action: 'reject' })).status).toBe(422)
    expect((await answer(linkIn(mail), { action: 'reject', reason: 'bored' })).status).toBe(422)
    expect((await answer(linkIn(mail), { action: 'dance' })).status).toBe(422)
    expect(await product.lead(leadId)).toMatchObject({ stage: 'sql' })
  })

  test('the lead is recycled and kept warm', async () => {
    const [mail] = await offersAbout(leadId)
    const rejected = await answer(linkIn(mail), { action: 'reject', reason: 'too-early' })
    await product.drain()
    expect(rejected.status).toBe(200)
    const lead = await product.lead(leadId)
    expect(lead.stage).toBe('recycled')
    expect(lead.enrolments).toContainEqual(
      expect.objectContaining({ sequence: 'keep-warm', status: expect.stringMatching(/active|held/) }),
    )
  })

  test('keep-warm mails in its own time, and the old points hand nothing over again', async () => {
    await product.advance('P90D')
    const steps = await stepsOf(product, 'too-early@example.com')
    expect(steps).toEqual(['deliver', 'news', 'benchmark', 'still-a-topic'])
    expect(await offersAbout(leadId)).toHaveLength(1)
  })
})

describe('a raised hand needs no points', () => {
  test('a form asks for a demo', async () => {
    await submit(product, 'hand@example.com', { source: 'form:demo-request' })
    const lead = await product.leadOf('hand@example.com')
    expect(lead).toMatchObject({ stage: 'sql', qualification: 'sales' })
    expect(lead.score.total).toBeLessThan(55)
    const [mail] = await offersAbout(lead.leadId)
    expect(mail.html).toContain('Asked for a demo')
    expect(mail.to).toEqual(['jo@acme.example'])
  })

  test.each([
    ['trial.paid_feature_viewed', 3, 'product'],
    ['service.wants_to_buy', 1, 'service'],
  ])('%s × %i qualifies by %s', async (type, times, qualification) => {
    const email = `${qualification}@example.com`
    await submit(product, email)
    const { leadId } = await product.leadOf(email)
    for (let i = 1; i < times; i++) await product.signals({ leadId, type, id: `${type}-${i}` })
    expect((await product.lead(leadId)).stage).not.toBe('sql')
    await product.signals({ leadId, type, id: `${type}-last` })
    expect(await product.lead(leadId)).toMatchObject({ stage: 'sql', qualification })
    expect(await offersAbout(leadId)).toHaveLength(1)
  })

  test('a test lead is never handed over', async () => {
    await submit(product, 'testing@example.com', { source: 'form:demo-request', isTest: true })
    const lead = await product.leadOf('testing@example.com')
    expect(lead.isTest).toBe(true)
    expect(await product.handoffs(lead.leadId)).toEqual([])
    expect(await mailsOf(product, 'testing@example.com')).toEqual([])
  })
})

test('nothing failed on the way', async () => {
  expect(product.errors).toEqual([])
  expect((await product.executions()).filter(({ status }) => status === 'FAILED')).toEqual([])
})
