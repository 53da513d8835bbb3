/** Every step of the marketer's language, on the real compiled machines and the virtual clock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal, LanguageProduct } from '../_language.ts'
import { mailsOf, stepsOf } from '../_people.ts'

const product = new LanguageProduct()

const workflows = {
  ...begunBySignal(
    'only-if',
    `  - send: one
  - wait: 1 day
  - { send: two, only_if: { clicked: { step: one } } }
  - wait: 1 day
  - send: three`,
  ),
  ...begunBySignal('variant', '  - { send: one, variant_by: company.industry }'),
  ...begunBySignal(
    'stream',
    `  - repeat:
      id: tips
      times: 4
      steps:
        - { send: { next_of: [ one, two, three ] }, id: tip }
        - wait: 7 days`,
  ),
  ...begunBySignal(
    'date',
    `  - wait: { until: { date: contract.end, before: 30 days }, otherwise: 10 days, then: "09:30" }
  - send: one`,
  ),
  ...begunBySignal(
    'wait-for',
    `  - send: one
  - wait_for:
      id: booked
      event: meeting.booked
      timeout: 5 days
      if_yes: [ { send: two } ]
      if_timeout: [ { send: three } ]
  - wait: 1 day
  - send: four`,
  ),
  ...begunBySignal(
    'branch',
    `  - send: one
  - wait: 2 days
  - branch:
      id: size
      paths:
        - { name: Big, if: { company.size: ">= 200" }, steps: [ { send: two } ] }
        - { name: Middle, if: { company.size: "50..199" }, steps: [ { send: three } ] }
        - { name: Others, else: true, steps: [ { send: four } ] }`,
  ),
  ...begunBySignal(
    'acts',
    `  - send: one
  - score: { add: 7, reason: Began }
  - tag: { add: [ began, reader ] }
  - wait: 2 days
  - set: { plan: pro }
  - wait: 2 days
  - tag: { remove: [ reader ] }
  - stage: { to: customer, reason: Bought by mail }
  - send: two`,
  ),
  ...begunBySignal(
    'people',
    `  - notify: { to: desk@example.com, template: sales-reply-alert }
  - task: { id: call, to: desk@example.com, title: Call about the pilot, note: Ask for the floor plan, within: 2 days }
  - wait_for:
      id: called
      event: { name: task.done, where: { task: call } }
      timeout: 7 days
      if_yes: [ { send: one } ]
      if_timeout: [ { send: two } ]`,
  ),
  ...begunBySignal(
    'rounds',
    `  - repeat:
      id: remind
      times: 3
      until: { event: invoice.paid }
      steps:
        - { send: one, id: reminder }
        - wait: 3 days
  - send: two`,
  ),
  ...begunBySignal('first-half', '  - send: one\n  - wait: 1 day\n  - next: second-half'),
  'sequences/second-half': `format: 1
id: second-half
name: Second half
topic: guides
enrol: { when: api, only_if: { stage: customer } }
steps: [ { send: two }, { end: done } ]
`,
}

beforeAll(() =>
  product.startWith({ workflows, emails: ['one.food-drink'] }, { TENDRIL_NOW: '2026-11-23T10:00:00Z' }),
)
afterAll(() => product.stop())

describe('send', () => {
  test('only_if leaves a mail out, says so, and goes on', async () => {
    const leadId = await product.enter('only-if@example.com', 'only-if')
    await product.advance('P3D')
    expect(await stepsOf(product, 'only-if@example.com')).toEqual(['one', 'three'])
    expect(await product.notSent(leadId)).toEqual(['two condition'])
  })

  test('only_if sends it to who clicked', async () => {
    await product.enter('clicked@example.com', 'only-if')
    const [one] = await mailsOf(product, 'clicked@example.com')
    await product.report(one ?? { id: '' }, { type: 'click', link: 'https://www.example.com/one' })
    await product.advance('P3D')
    expect(await stepsOf(product, 'clicked@example.com')).toEqual(['one', 'two', 'three'])
  })

  test('variant_by takes the template of the value, else the plain one', async () => {
    await product.enter('food@example.com', 'variant', { company_industry: ['Food & Drink'] })
    await product.enter('steel@example.com', 'variant', { company_industry: ['Steel'] })
    expect((await mailsOf(product, 'food@example.com')).map(({ subject }) => subject)).toEqual([
      'one.food-drink',
    ])
    expect((await mailsOf(product, 'steel@example.com')).map(({ subject }) => subject)).toEqual(['one'])
  })

  test('a stream never sends the same twice and says when there is nothing new', async () => {
    const leadId = await product.enter('stream@example.com', 'stream')
    await product.advance('P30D')
    expect((await mailsOf(product, 'stream@example.com')).map(({ subject }) => subject)).toEqual([
      'one',
      'two',
      'three',
    ])
    expect(await product.notSent(leadId)).toEqual(['tip-4 nothing-new'])
  })
})

describe('wait until a date', () => {
  const day = (at: string | undefined): string => (at ?? '').slice(0, 10)

  test('counts from the lead’s own date, and otherwise from now', async () => {
    const now = await product.now()
    const end = new Date(now + 60 * 86_400_000).toISOString().slice(0, 10)
    await product.enter('dated@example.com', 'date', { 'contract.end': [end] })
    await product.enter('undated@example.com', 'date')
    await product.advance('P40D')
    const [dated] = await mailsOf(product, 'dated@example.com')
    const [undated] = await mailsOf(product, 'undated@example.com')
    expect(day(dated?.sentAt)).toBe(day(new Date(Date.parse(end) - 30 * 86_400_000).toISOString()))
    expect(Date.parse(undated?.sentAt ?? '')).toBeGreaterThanOrEqual(now + 10 * 86_400_000)
    expect(Date.parse(undated?.sentAt ?? '')).toBeLessThan(now + 11.1 * 86_400_000)
  })

  test('follows a date that changes meanwhile', async () => {
    const now = await product.now()
    const date = (days: number): string => new Date(now + days * 86_400_000).toISOString().slice(0, 10)
    await product.enter('changed@example.com', 'date', { 'contract.end': [date(80)] })
    await product.arrive('changed@example.com', { 'contract.end': [date(45)] })
    await product.advance('P20D')
    expect(await stepsOf(product, 'changed@example.com')).toEqual(['one'])
  })
})

describe('wait_for', () => {
  test('goes on at the event', async () => {
    await product.enter('booked@example.com', 'wait-for')
    await product.advance('P1D')
    await product.happens('booked@example.com', 'meeting.booked')
    expect(await stepsOf(product, 'booked@example.com')).toEqual(['one', 'two'])
    await product.advance('P2D')
    expect(await stepsOf(product, 'booked@example.com')).toEqual(['one', 'two', 'four'])
  })

  test('goes on at the timeout', async () => {
    await product.enter('silent@example.com', 'wait-for')
    await product.advance('P7D')
    expect(await stepsOf(product, 'silent@example.com')).toEqual(['one', 'three', 'four'])
  })
})

test.each([
  ['500', 'two'],
  ['80', 'three'],
  ['3', 'four'],
])('branch: a company of %s takes its path', async (size, step) => {
  const address = `size-${size}@example.com`
  await product.enter(address, 'branch', { 'company.size': [size] })
  await product.advance('P3D')
  expect(await stepsOf(product, address)).toEqual(['one', step])
})

test('score, tag, set and stage act in their time, once', async () => {
  const leadId = await product.enter('acts@example.com', 'acts')
  const score = async () => (await product.api('GET', `/v1/leads/${leadId}/score`)).json
  expect((await score()).entries.some(({ rule }: { rule: string }) => rule.includes('Began'))).toBe(true)
  expect((await product.lead(leadId)).fields['plan']).toBeUndefined()

  await product.advance('P3D')
  expect((await product.lead(leadId)).fields['plan']).toEqual(['pro'])
  expect((await product.lead(leadId)).stage).not.toBe('customer')

  await product.advance('P3D')
  expect((await product.lead(leadId)).stage).toBe('customer')
  const events = (await product.timeline(leadId)).map(({ type, data }) => [type, data.properties?.tag])
  expect(events.filter(([type]) => type === 'tag.added').map(([, tag]) => tag)).toEqual(['began', 'reader'])
  expect(events.filter(([type]) => type === 'tag.removed')).toHaveLength(1)
  expect(events.filter(([type]) => type === 'stage.changed')).toHaveLength(1)
  expect(await stepsOf(product, 'acts@example.com')).toEqual(['one', 'two'])
})

test('notify and task mail people; doing the task takes the path', async () => {
  await product.enter('people@example.com', 'people')
  await product.advance('PT1H')
  const [task, notice] = await product.inbox('desk@example.com')
  expect(notice.text).toContain('people@example.com')
  expect(task.text).toContain('Call about the pilot')
  expect(task.text).toContain('Ask for the floor plan')
  const link = new URL(/https?:\/\/[^\s)>\]]*\/tasks\/[^\s)>\]]+/.exec(task.text)?.[0] ?? '')
  expect((await product.call('GET', link.pathname)).status).toBe(200)
  expect(await stepsOf(product, 'people@example.com')).toEqual([])

  await product.call('POST', link.pathname, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'action=done',
  })
  await product.drain()
  await product.advance('PT2H')
  expect(await stepsOf(product, 'people@example.com')).toEqual(['one'])
})

describe('repeat', () => {
  test('ends its rounds when the condition holds', async () => {
    await product.enter('paid@example.com', 'rounds')
    await product.advance('P1D')
    await product.happens('paid@example.com', 'invoice.paid')
    await product.advance('P12D')
    expect(await stepsOf(product, 'paid@example.com')).toEqual(['reminder', 'two'])
  })

  test('ends after the last round', async () => {
    await product.enter('unpaid@example.com', 'rounds')
    await product.advance('P14D')
    expect(await stepsOf(product, 'unpaid@example.com')).toEqual([
      'reminder',
      'reminder-2',
      'reminder-3',
      'two',
    ])
  })
})

test('next goes on in another sequence, whatever that one asks of others', async () => {
  const leadId = await product.enter('next@example.com', 'first-half')
  await product.advance('P2D')
  expect(await stepsOf(product, 'next@example.com')).toEqual(['one', 'two'])
  expect((await product.lead(leadId)).enrolments).toHaveLength(2)
})

test('nothing failed on the way', () => {
  expect(product.errors).toEqual([])
})
