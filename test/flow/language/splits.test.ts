/** Splits, their winners and holdouts, on the real compiled machines and the virtual clock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal, LanguageProduct } from '../_language.ts'
import { mailsOf, stepsOf } from '../_people.ts'

const product = new LanguageProduct()

const workflows = {
  ...begunBySignal(
    'even-split',
    `  - send: one
  - wait: 1 day
  - split:
      id: ab
      name: Which one
      paths:
        - { name: A, share: 50%, steps: [ { send: two } ] }
        - { name: B, share: 50%, steps: [ { send: three } ] }
  - wait: 1 day
  - send: four`,
  ),
  ...begunBySignal(
    'uneven-split',
    `  - send: one
  - wait: 1 day
  - split:
      id: more
      paths:
        - { name: More, share: 50%, steps: [ { send: two }, { wait: 1 day }, { send: three } ] }
        - { name: Less, share: 50%, steps: [] }
  - wait: 2 days
  - send: four`,
  ),
  ...begunBySignal(
    'won',
    `  - split:
      id: subject
      paths:
        - { name: Loved, share: 50%, steps: [ { send: two } ] }
        - { name: Ignored, share: 50%, steps: [ { send: three } ] }
      winner: { by: click-rate, after: 16 sends, then: auto }`,
  ),
  ...begunBySignal('held-out', '  - send: one', 'holdout: 40%'),
}

beforeAll(() => product.startWith({ workflows }, { TENDRIL_NOW: '2026-11-23T10:00:00Z' }))
afterAll(() => product.stop())

describe('split', () => {
  const cohort = async (id: string) => {
    const addresses = Array.from({ length: 12 }, (_, index) => `${id}-${index}@example.com`)
    const ids: string[] = []
    for (const address of addresses) ids.push(await product.enter(address, id))
    await product.advance('P6D')
    return Promise.all(
      addresses.map(async (address, index) => ({
        leadId: ids[index] ?? '',
        steps: (await stepsOf(product, address)).join(' '),
        run: await product.runOf(ids[index] ?? '', id),
      })),
    )
  }

  test('even arms cost nothing, and each lead gets one of them', async () => {
    const leads = await cohort('even-split')
    expect(new Set(leads.map(({ steps }) => steps))).toEqual(new Set(['one two four', 'one three four']))
    expect(new Set(leads.map(({ run }) => run.transitions))).toEqual(new Set([3]))
    expect(new Set(leads.map(({ run }) => run.status))).toEqual(new Set(['SUCCEEDED']))
    const [first] = leads
    expect(await product.notSent(first?.leadId ?? '')).toEqual([
      first?.steps === 'one two four' ? 'three branched' : 'two branched',
    ])
  })

  test('uneven arms cost one entry more for the decision, as it must be made ahead of them', async () => {
    const leads = await cohort('uneven-split')
    const costs = new Map(leads.map(({ steps, run }) => [steps, run.transitions]))
    expect(new Set(costs.keys())).toEqual(new Set(['one four', 'one two three four']))
    expect(costs.get('one four')).toBe(3)
    expect(costs.get('one two three four')).toBeLessThanOrEqual(5)
  })
})

test('a split that is won: new leads take the better path, the others keep theirs', async () => {
  const took = async (address: string): Promise<string> => {
    await product.enter(address, 'won')
    const [mail] = await mailsOf(product, address)
    if (mail?.step === 'two')
      await product.report(mail, { type: 'click', link: 'https://www.example.com/two' })
    return mail?.step ?? ''
  }
  const before: string[] = []
  for (let index = 0; index < 20; index++) before.push(await took(`won-${index}@example.com`))
  expect(new Set(before)).toEqual(new Set(['two', 'three']))
  const told = (await product.alerts()).filter(({ kind }) => kind === 'split-won')
  expect(told).toHaveLength(1)
  expect(told[0].text).toContain('Loved')

  const after: string[] = []
  for (let index = 0; index < 10; index++) after.push(await took(`later-${index}@example.com`))
  expect(new Set(after)).toEqual(new Set(['two']))
})

test('holdout: some get nothing, on record, and no execution', async () => {
  const addresses = Array.from({ length: 15 }, (_, index) => `held-${index}@example.com`)
  const found = []
  for (const address of addresses) {
    const leadId = await product.enter(address, 'held-out')
    found.push({ leadId, sent: await stepsOf(product, address), lead: await product.lead(leadId) })
  }
  const out = found.filter(({ sent }) => sent.length === 0)
  expect(out.length).toBeGreaterThan(0)
  expect(out.length).toBeLessThan(found.length)
  for (const { leadId, lead } of out) {
    expect(lead.enrolments).toMatchObject([{ status: 'exited', exitReason: 'holdout' }])
    expect(await product.notSent(leadId)).toEqual(['one holdout'])
    expect(await product.runOf(leadId, 'held-out')).toBeUndefined()
  }
})

test('nothing failed on the way', () => {
  expect(product.errors).toEqual([])
})
