/** The shared SES events, verbatim but for the message that they are about. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture } from './_fixtures.ts'
import { Product } from './_runtime.ts'
import { eventAbout, mailed as mailedBy, type Person } from './_ses.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

const mailed = (name: string): Promise<Person> => mailedBy(product, name)

const happen = async (id: string, person: Person): Promise<void> => {
  const answer = await product.local('/local/ses-events', eventAbout(id, person))
  expect(answer.status).toBeLessThan(300)
  await product.drain()
}

const score = async ({ leadId }: Person): Promise<number> => (await product.lead(leadId)).score.total

describe('events that are only noted', () => {
  test.each([
    ['ses-eb-01-send', 'sent'],
    ['ses-eb-02-delivery', 'delivered'],
    ['ses-eb-09-deliverydelay', 'delayed'],
  ])('%s', async (id, name) => {
    const person = await mailed(name)
    const before = await score(person)
    await happen(id, person)
    expect(await product.lead(person.leadId)).toMatchObject({
      suppressed: false,
      enrolments: [{ status: 'active' }],
    })
    expect(await score(person)).toBe(before)
  })

  test('a delay is in the timeline', async () => {
    const { leadId } = await product.leadOf('delayed@example.com')
    expect(await product.timeline(leadId)).toContainEqual(expect.objectContaining({ type: 'email.delayed' }))
  })
})

describe('events that end all mail', () => {
  test.each([
    ['ses-eb-03-bounce', 'bouncing', 'bounced'],
    ['ses-eb-04-complaint', 'complaining', 'complained'],
    ['ses-eb-10-subscription', 'opting-out', 'unsubscribed'],
  ])('%s suppresses and stops the sequence', async (id, name, reason) => {
    const person = await mailed(name)
    await happen(id, person)
    expect(await product.lead(person.leadId)).toMatchObject({
      suppressed: reason,
      enrolments: [{ status: 'exited' }],
    })
    expect(await product.executions(person.leadId)).toMatchObject([{ status: 'SUCCEEDED', state: 'Exited' }])
  })

  test('the same bounce ten times over is one bounce', async () => {
    const { leadId } = await product.leadOf('bouncing@example.com')
    const [mail] = await product.inbox('bouncing@example.com')
    const person = { leadId, email: 'bouncing@example.com', mail }
    for (let i = 0; i < 10; i++) await happen('ses-eb-03-bounce', person)
    const found = (await product.timeline(leadId)).filter(({ type }) => type === 'suppressed')
    expect(found).toHaveLength(1)
  })
})

describe('engagement', () => {
  test('ses-eb-07: a person’s click raises the score', async () => {
    const person = await mailed('clicking')
    const before = await score(person)
    await happen('ses-eb-07-click', person)
    expect(await score(person)).toBeGreaterThan(before)
    const clicks = (await product.timeline(person.leadId)).filter(({ type }) => type === 'email.clicked')
    expect(clicks).toMatchObject([{ data: { verdict: 'human' } }])
  })

  test('ses-eb-06: an open is noted and never weighs as much as a click', async () => {
    const person = await mailed('opening')
    const before = await score(person)
    await happen('ses-eb-06-open', person)
    expect((await score(person)) - before).toBeLessThan(6)
    expect(await product.timeline(person.leadId)).toContainEqual(
      expect.objectContaining({ type: 'email.opened' }),
    )
  })

  test('a click made at the moment of delivery is a machine’s and counts nothing', async () => {
    const person = await mailed('scanned')
    const before = await score(person)
    await product.report(person.mail, { type: 'click', after: 'PT1S' })
    expect(await score(person)).toBe(before)
    expect(await product.timeline(person.leadId)).toContainEqual(
      expect.objectContaining({ data: expect.objectContaining({ verdict: 'machine' }) }),
    )
  })
})

describe('SES took a mail and did not send it', () => {
  test.each([
    ['ses-eb-05-reject', 'rejected'],
    ['ses-eb-08-rendering-failure', 'unrendered'],
  ])('%s: a person is told, and the mail does not count as sent', async (id, name) => {
    const person = await mailed(name)
    const before = (await product.alerts()).length
    await happen(id, person)
    expect((await product.alerts()).length).toBe(before + 1)
    const [entry] = (await product.timeline(person.leadId)).filter(({ type }) => type.startsWith('message.'))
    expect(entry).toMatchObject({ type: 'message.not-sent', reason: 'refused' })
    expect((await product.lead(person.leadId)).suppressed).toBe(false)
  })
})

describe('after six weeks', () => {
  test('whoever ended their mail has had one mail; the others have had the whole sequence', async () => {
    await product.advance('P42D')
    const counts = async (name: string): Promise<number> =>
      (await product.inbox(`${name}@example.com`)).length
    for (const name of ['bouncing', 'complaining', 'opting-out']) expect(await counts(name), name).toBe(1)
    for (const name of ['sent', 'delivered', 'delayed', 'clicking']) expect(await counts(name), name).toBe(3)
  })
})

describe('events about nothing that we know', () => {
  test('an event of an imaginary message changes nothing', async () => {
    const before = await product.leads()
    const answer = await product.local('/local/ses-events', fixture('ses-eb-03-bounce').event)
    await product.drain()
    expect(answer.status).toBeLessThan(300)
    expect(await product.leads()).toEqual(before)
  })
})
