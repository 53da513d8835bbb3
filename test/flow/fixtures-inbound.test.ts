/** What SES reports by SNS, and the mails that it receives. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { fixture } from './_fixtures.ts'
import { Product } from './_runtime.ts'
import { eventAbout, mailed, type Person, snsAbout } from './_ses.ts'

const product = new Product()
beforeAll(() => product.start())
afterAll(() => product.stop())

const post = async (path: string, body: unknown): Promise<void> => {
  expect((await product.local(path, body)).status).toBe(202)
  await product.drain()
}

const bounces = async ({ leadId }: Person) =>
  (await product.timeline(leadId)).filter(({ type }) => type === 'suppressed')
const replies = async ({ leadId }: Person) =>
  (await product.timeline(leadId)).filter(({ type }) => type === 'email.replied')

describe('ses-sns-01: a bounce by SNS', () => {
  const bounced = async (person: Person): Promise<void> => {
    expect(await product.lead(person.leadId)).toMatchObject({
      suppressed: 'bounced',
      enrolments: [{ status: 'exited' }],
    })
    expect(await product.executions(person.leadId)).toMatchObject([{ status: 'SUCCEEDED', state: 'Exited' }])
    expect(await bounces(person)).toHaveLength(1)
  }

  test('suppresses and stops the sequence as by EventBridge, and both ways together are one bounce', async () => {
    const person = await mailed(product, 'by-sns')
    const message = snsAbout('ses-sns-01-bounce', person)
    await post('/local/sns', message)
    await bounced(person)
    await post('/local/sns', { Records: [{ EventSource: 'aws:sns', Sns: message }] })
    await post('/local/ses-events', eventAbout('ses-eb-03-bounce', person))
    await bounced(person)
  })

  test('so does a notification of an identity, with the tags or without', async () => {
    for (const tagged of [true, false]) {
      const person = await mailed(product, `identity-${tagged}`)
      const { Message, ...envelope } = snsAbout('ses-sns-01-bounce', person)
      const { eventType: notificationType, ...detail } = JSON.parse(Message)
      if (!tagged) delete detail.mail.tags
      await post('/local/sns', { ...envelope, Message: JSON.stringify({ notificationType, ...detail }) })
      await bounced(person)
    }
  })
})

describe('in-01: a reply', () => {
  // biome-ignore lint/suspicious/noExplicitAny: a receipt event of SES.
  const replyOf = ({ email }: Person, change: (ses: any) => void = () => undefined): object => {
    const event = JSON.parse(
      JSON.stringify(fixture('in-01-reply').event).replaceAll('ines.duarte@example.com', email),
    )
    const { ses } = event.Records[0]
    ses.mail.messageId = `inbound-${email}`
    change(ses)
    return event
  }

  test('stops the sequence, raises the score and is noted once', async () => {
    const person = await mailed(product, 'replying')
    const before = (await product.lead(person.leadId)).score.total
    for (let i = 0; i < 3; i++) await post('/local/ses-inbound', replyOf(person))
    const lead = await product.lead(person.leadId)
    expect(lead.score.total).toBeGreaterThan(before)
    expect(lead.enrolments).toMatchObject([{ status: expect.not.stringMatching('active') }])
    expect(await replies(person)).toHaveLength(1)
  })

  test('of a machine, with a virus or of a stranger changes nothing', async () => {
    const person = await mailed(product, 'away')
    const before = await product.lead(person.leadId)
    const header = { name: 'Auto-Submitted', value: 'auto-replied' }
    await post(
      '/local/ses-inbound',
      replyOf(person, ({ mail }) => mail.headers.push(header)),
    )
    await post(
      '/local/ses-inbound',
      replyOf(person, ({ receipt }) => Object.assign(receipt.virusVerdict, { status: 'FAIL' })),
    )
    await post('/local/ses-inbound', replyOf({ ...person, email: 'stranger@example.com' }))
    expect(await product.lead(person.leadId)).toEqual(before)
    expect(await product.leadOf('stranger@example.com')).toBeUndefined()
  })
})

describe('what no way of SES’s carries', () => {
  test.each<[string, unknown]>([
    ['/local/sns', {}],
    ['/local/sns', { Type: 'Notification', Message: {} }],
    ['/local/sns', { Records: [{}] }],
    ['/local/ses-inbound', {}],
    ['/local/ses-inbound', { Records: [{ ses: {} }] }],
  ])('%s %o is refused', async (path, body) => {
    const answer = await product.local(path, body)
    expect(answer.status).toBe(422)
    expect(answer.headers.get('content-type')).toContain('application/problem+json')
  })

  test('an event at no instant is refused, and ignored where it comes by SNS', async () => {
    const person = await mailed(product, 'timeless')
    const { detail } = fixture('ses-eb-07-click').event
    const click = { ...detail.click, timestamp: 'soon' }
    const event = { ...eventAbout('ses-eb-07-click', person) } as { detail: object }
    event.detail = { ...event.detail, click }
    expect((await product.local('/local/ses-events', event)).status).toBe(422)
    await post('/local/sns', { Type: 'Notification', Message: JSON.stringify(event.detail) })
    const clicks = (await product.timeline(person.leadId)).filter(({ type }) => type === 'email.clicked')
    expect(clicks).toEqual([])
  })
})

describe('a signal that is reported again', () => {
  test('is noted once, whichever instant the repetition names', async () => {
    const person = await mailed(product, 'repeating')
    const signal = { email: person.email, type: 'trial.started', id: 'trial-1' }
    await product.signals(signal)
    await product.signals({ ...signal, at: '2026-11-01T09:00:00Z' })
    await product.signals({ ...signal, at: '9999-01-01T00:00:00Z' })
    const trials = (await product.timeline(person.leadId)).filter(({ type }) => type === 'trial.started')
    expect(trials).toHaveLength(1)
  })
})

test('nothing of all this was an error of ours', () => {
  expect(product.errors).toEqual([])
})
