/** The programmes of the lifecycle: who enters them, what they send, and that they keep out of a series' way. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { askOnTheWeb, mailsOf, stepsOf } from './_people.ts'
import { Product } from './_runtime.ts'

const product = new Product()
const email = { quiet: 'quiet@example.com', keen: 'keen@example.com', customer: 'customer@example.com' }
const ids: Record<string, string> = {}

const sequencesOf = async (name: string): Promise<string[]> =>
  (await product.lead(ids[name] ?? '')).enrolments.map(({ sequence }: { sequence: string }) => sequence)

const view = (address: string, count: number) =>
  product.signals(
    ...Array.from({ length: count }, (_, index) => ({
      email: address,
      type: 'page.viewed',
      properties: { path: `/pricing/${index}` },
    })),
  )

beforeAll(async () => {
  // With this pepper none of them is held out.
  await product.start({ TENDRIL_NOW: '2026-11-23T10:00:00Z', TENDRIL_PEPPER: 'fixed' })
  await askOnTheWeb(product, email.quiet)
  await askOnTheWeb(product, email.keen, {
    title: 'Head of logistics',
    country: 'SE',
    'company.size': '60',
  })
  await product.api('POST', '/v1/submissions', {
    source: 'crm',
    email: email.customer,
    consents: { product: true },
    consent: { basis: 'contract' },
  })
  await product.drain()
  for (const [name, address] of Object.entries(email)) ids[name] = (await product.leadOf(address)).leadId
  await product.api('POST', `/v1/leads/${ids['customer']}/stage`, { stage: 'customer', reason: 'signed' })
  await product.drain()
})
afterAll(() => product.stop())

describe('a customer', () => {
  test('gets the first hundred days, then is asked for a review and a recommendation', async () => {
    await product.advance('P100D')
    expect(await sequencesOf('customer')).toEqual(['customer-welcome', 'review-and-referral'])
    expect(await stepsOf(product, email.customer)).toEqual(['welcome', 'first-month', 'second-zone'])
    await product.advance('P90D')
    expect((await stepsOf(product, email.customer)).slice(3)).toEqual(['review', 'referral'])
    const [last] = (await mailsOf(product, email.customer)).slice(-1)
    expect(last?.html).toContain(`https://www.example.com/refer?referral=${ids['customer']}`)
  })
})

describe('whoever asked for a series', () => {
  test('gets no other one beside it, quiet or keen', async () => {
    expect(await sequencesOf('quiet')).toEqual(['warehouse-guide'])
    expect(await sequencesOf('keen')).not.toContain('sales-ready')
  })
})

describe('long after', () => {
  test('somebody who comes back with a score near that of sales is made ready for it', async () => {
    await view(email.keen, 2)
    expect(await sequencesOf('keen')).toContain('sales-ready')
    await product.advance('P20D')
    const steps = (await stepsOf(product, email.keen)).slice(-3)
    expect(steps).toEqual(['six-questions', expect.stringMatching(/^meeting-[ab]$/), 'pilot'])
  })

  test('somebody who was warm again and turned quiet is won back', async () => {
    await view(email.quiet, 2)
    await product.advance('P110D')
    expect(await sequencesOf('quiet')).toContain('win-back')
    expect((await stepsOf(product, email.quiet)).slice(-3)).toEqual(['quiet', 'five-numbers', 'stay'])
    const timeline = await product.timeline(ids['quiet'] ?? '')
    expect(timeline.map(({ text }) => text)).toContain('Tagged “dormant”')
  })
})
