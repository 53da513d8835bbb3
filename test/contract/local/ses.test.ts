import {
  DeleteSuppressedDestinationCommand,
  GetAccountCommand,
  GetSuppressedDestinationCommand,
  PutSuppressedDestinationCommand,
  SESv2Client,
  SendEmailCommand,
  type SendEmailCommandInput,
} from '@aws-sdk/client-sesv2'
import { NodeHttpHandler } from '@smithy/node-http-handler'
import PostalMime from 'postal-mime'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import type { SesEvent } from '../../../local/ses/events.ts'
import { SesService } from '../../../local/ses/service.ts'
import { Ses } from '../../../local/ses/ses.ts'
import type { WireServer } from '../../../local/wire-server.ts'
import { clientOptions, newRuntime, pass, serve } from './harness.ts'

let clock: VirtualClock
let ses: Ses
let service: SesService
let events: SesEvent[]
let server: WireServer
let client: SESv2Client

beforeEach(async () => {
  const runtime = newRuntime()
  clock = runtime.clock
  events = []
  ses = new Ses({ ...runtime, emit: (event) => void events.push(event) })
  service = new SesService(ses)
  server = await serve(clock, { rest: [service] })
  const requestHandler = new NodeHttpHandler({ requestTimeout: 300, throwOnRequestTimeout: true })
  client = new SESv2Client({ ...clientOptions(server.url), requestHandler })
})

afterEach(async () => {
  client.destroy()
  await server.close()
})

const mailTo = (to: string, more: Partial<SendEmailCommandInput> = {}): SendEmailCommandInput => ({
  FromEmailAddress: 'Acme <hello@mail.example.com>',
  Destination: { ToAddresses: [to] },
  Content: {
    Simple: {
      Subject: { Data: 'Grüezi' },
      Body: {
        Html: { Data: '<p>Hällo <a href="https://www.example.com/a?b=1&amp;c=2">read</a></p>' },
        Text: { Data: 'Hällo' },
      },
      Headers: [{ Name: 'List-Unsubscribe', Value: `<https://www.example.com/u/${'x'.repeat(300)}>` }],
    },
  },
  EmailTags: [
    { Name: 'enrolment', Value: 'e-1' },
    { Name: 'n', Value: '3' },
  ],
  ConfigurationSetName: 'nurture',
  ...more,
})

const send = async (input: SendEmailCommandInput): Promise<string> => {
  const { MessageId } = await client.send(new SendEmailCommand(input))
  return MessageId!
}

describe('sending', () => {
  it('keeps the mail as real MIME with its headers, id and date', async () => {
    const id = await send(mailTo('ines@example.com', { ReplyToAddresses: ['r+tok@example.com'] }))
    expect(ses.get(id)).toMatchObject({
      messageId: id,
      to: ['ines@example.com'],
      from: 'Acme <hello@mail.example.com>',
      replyTo: ['r+tok@example.com'],
      subject: 'Grüezi',
      sentAt: '2026-11-02T09:00:00.000Z',
      tags: { enrolment: 'e-1', n: '3' },
      text: 'Hällo',
    })
    const raw = (await ses.raw(id))!
    const parsed = await PostalMime.parse(raw)
    expect(parsed).toMatchObject({
      subject: 'Grüezi',
      messageId: `<${id}@eu-west-1.amazonses.com>`,
      date: '2026-11-02T09:00:00.000Z',
      from: { name: 'Acme', address: 'hello@mail.example.com' },
    })
    expect(parsed.text?.trim()).toBe('Hällo')
    expect(parsed.html).toContain('Hällo')
    expect(raw).toMatch(/^Content-Type: multipart\/alternative/m)
    const unsubscribe = parsed.headers.find((header) => header.key === 'list-unsubscribe')
    expect(unsubscribe?.value).toBe(`<https://www.example.com/u/${'x'.repeat(300)}>`)
  })

  it('accepts a raw message and puts its own id and date in', async () => {
    const raw = [
      'From: Acme <hello@mail.example.com>',
      'To: ines@example.com',
      'Message-ID: <mine@example.com>',
      'Subject: Raw',
      'X-Kind: test',
      '',
      'Text',
      '',
    ].join('\r\n')
    const Content = { Raw: { Data: Buffer.from(raw) } }
    const id = await send({ Content })
    expect(ses.get(id)).toMatchObject({
      to: ['ines@example.com'],
      subject: 'Raw',
      headers: [{ name: 'X-Kind', value: 'test' }],
    })
    const parsed = await PostalMime.parse((await ses.raw(id))!)
    expect(parsed.messageId).toBe(`<${id}@eu-west-1.amazonses.com>`)
    expect(parsed.text?.trim()).toBe('Text')
  })

  it.each([
    ['a tag with an illegal character', { EmailTags: [{ Name: 'lead', Value: 'a@b' }] }],
    ['a tag that is too long', { EmailTags: [{ Name: 'lead', Value: 'x'.repeat(257) }] }],
    ['no destination', { Destination: {} }],
    ['a local part that is not ASCII', { Destination: { ToAddresses: ['zoë@example.com'] } }],
    ['an address without a domain', { Destination: { ToAddresses: ['zoe'] } }],
    ['no sender', { FromEmailAddress: undefined }],
  ])('refuses %s', async (_what, change) => {
    const input = { ...mailTo('ines@example.com'), ...change } as SendEmailCommandInput
    await expect(send(input)).rejects.toMatchObject({ name: 'BadRequestException' })
    expect(ses.list()).toEqual([])
    expect(events).toEqual([])
  })

  it('refuses header values that are too long or not ASCII', async () => {
    for (const Value of ['x'.repeat(996), 'ä', 'a\nb']) {
      const input = mailTo('ines@example.com')
      input.Content!.Simple!.Headers = [{ Name: 'X-Test', Value }]
      await expect(send(input)).rejects.toMatchObject({ name: 'BadRequestException' })
    }
  })

  it('lists newest first and by recipient, and counts what was accepted by tags', async () => {
    const first = await send(mailTo('a@example.com'))
    const second = await send(mailTo('B@example.com'))
    expect(ses.list().map((mail) => mail.id)).toEqual([second, first])
    expect(ses.list({ to: 'b@example.com' }).map((mail) => mail.id)).toEqual([second])
    expect(ses.list({ limit: 1 }).map((mail) => mail.id)).toEqual([second])
    expect(ses.countBy('enrolment', 'n')).toEqual(new Map([['e-1/3', 2]]))
  })
})

describe('the account', () => {
  it('reports its quota and what was sent in the last day', async () => {
    await send(mailTo('a@example.com'))
    const now = await client.send(new GetAccountCommand({}))
    expect(now.SendQuota).toEqual({ Max24HourSend: 50_000, MaxSendRate: 14, SentLast24Hours: 1 })
    await pass(clock, 86_401)
    const later = await client.send(new GetAccountCommand({}))
    expect(later.SendQuota?.SentLast24Hours).toBe(0)
  })

  it('keeps a suppression list, and bounces what goes to it', async () => {
    const EmailAddress = 'gone@example.com'
    await client.send(new PutSuppressedDestinationCommand({ EmailAddress, Reason: 'BOUNCE' }))
    const got = await client.send(new GetSuppressedDestinationCommand({ EmailAddress }))
    expect(got.SuppressedDestination).toMatchObject({ EmailAddress, Reason: 'BOUNCE' })
    await send(mailTo(EmailAddress))
    await clock.drain()
    expect(events[1]?.detail['bounce']).toMatchObject({ bounceSubType: 'OnAccountSuppressionList' })
    await client.send(new DeleteSuppressedDestinationCommand({ EmailAddress }))
    await expect(client.send(new GetSuppressedDestinationCommand({ EmailAddress }))).rejects.toMatchObject({
      name: 'NotFoundException',
    })
  })
})

describe('injected faults', () => {
  it.each(['reset', '500', 'hang'] as const)(
    '%s after acceptance: the caller fails, the mail went out',
    async (fault) => {
      service.fault = (n) => (n === 1 ? fault : undefined)
      await expect(send(mailTo('ines@example.com'))).rejects.toThrow()
      expect(ses.list()).toHaveLength(1)
      await send(mailTo('ines@example.com'))
      expect(ses.countBy('enrolment')).toEqual(new Map([['e-1', 2]]))
    },
  )

  it('reset before acceptance, and a refusal for the rate: nothing went out', async () => {
    service.faultWhen = 'before'
    service.fault = (n) => (n === 1 ? 'reset' : '429')
    await expect(send(mailTo('ines@example.com'))).rejects.toThrow()
    await expect(send(mailTo('ines@example.com'))).rejects.toMatchObject({ name: 'TooManyRequestsException' })
    expect(ses.list()).toEqual([])
  })
})
