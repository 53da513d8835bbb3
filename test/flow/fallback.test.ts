/** The main path on the DynamoDB that needs no native binary. */
import { afterAll, beforeAll, expect, test } from 'vitest'
import { stepsOf } from './_people.ts'
import { Product } from './_runtime.ts'

const product = new Product()
const email = 'fallback@example.com'
beforeAll(() => product.start({ TENDRIL_DYNAMODB: 'dynalite' }))
afterAll(() => product.stop())

test('a form becomes a lead, three mails at their times, and a timeline', async () => {
  expect(product.runtime.parts.dynamo.driver).toBe('dynalite')

  const answer = await product.form('demo', { email, first_name: 'Fay', consent_email: 'on' })
  expect(answer.status).toBe(303)
  expect(await stepsOf(product, email)).toEqual(['demo'])
  await product.advance('P14D')

  const lead = await product.leadOf(email)
  expect(lead).toMatchObject({
    firstName: 'Fay',
    enrolments: [{ sequence: 'welcome', status: 'completed' }],
  })
  expect(await stepsOf(product, email)).toEqual(['demo', 'prepare', 'follow-up'])
  const types = (await product.timeline(lead.leadId)).map(({ type }) => type)
  expect(types.slice(0, 3)).toEqual(['captured', 'consent.given', 'enrolled'])
  expect(types.filter((type) => type === 'message.sent')).toHaveLength(3)
})

test('a click raises the score, and leaving stops the sequence', async () => {
  await product.form('demo', { email: 'leaver@example.com', consent_email: 'on' })
  const { leadId, score } = await product.leadOf('leaver@example.com')
  const [mail] = await product.inbox('leaver@example.com')

  await product.report(mail, { type: 'click' })
  expect((await product.lead(leadId)).score.total).toBe(score.total + 6)

  const path = new URL(/<(http[^>]+)>/.exec(JSON.stringify(mail.headers))?.[1] ?? '').pathname
  const left = await product.call('POST', path, {
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
    body: 'List-Unsubscribe=One-Click',
  })
  await product.advance('P14D')
  expect(left.status).toBe(200)
  expect(await product.lead(leadId)).toMatchObject({
    suppressed: 'unsubscribed',
    enrolments: [{ status: 'exited' }],
  })
  expect(await stepsOf(product, 'leaver@example.com')).toEqual(['demo'])
})

test('the same signal twice counts once', async () => {
  const signal = {
    email,
    type: 'page.viewed',
    id: 'fallback-view',
    properties: { path: '/pricing' },
  }
  await product.signals(signal)
  const first = (await product.leadOf(email)).score.total
  await product.signals(signal, signal)
  expect((await product.leadOf(email)).score.total).toBe(first)
})
