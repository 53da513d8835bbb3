import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { incomingOf, keyOf, type Message } from '../../../../functions/signals/incoming.ts'

const now = Date.parse('2026-11-21T09:00:00Z')
const fixture = (id: string) =>
  JSON.parse(readFileSync(new URL(`../../../fixtures/webhooks/${id}.json`, import.meta.url), 'utf8')).event
const read = (message: unknown) => incomingOf(message as Message, now)

const bounce = fixture('ses-sns-01-bounce')
const envelope = bounce.Records[0].Sns
const detail = JSON.parse(envelope.Message)
const reply = fixture('in-01-reply')

describe('SES by SNS', () => {
  const byEventBridge = read(fixture('ses-eb-03-bounce'))[0]

  test.each([
    ['as a message', envelope],
    ['as a Lambda function gets it', bounce],
    ['delivered raw', detail],
    [
      'in the words of an identity',
      { ...envelope, Message: envelope.Message.replace('eventType', 'notificationType') },
    ],
  ])('%s: the same event as by EventBridge', (_name, message) => {
    const [incoming] = read(message)
    expect(incoming).toMatchObject({
      is: 'ses',
      event: { source: 'aws.ses', detail: { eventType: 'Bounce', bounce: { bounceType: 'Permanent' } } },
    })
    expect(keyOf(incoming)).toBe(keyOf(byEventBridge))
  })

  test.each([
    ['a confirmation of a subscription', { ...envelope, Type: 'SubscriptionConfirmation' }],
    ['the text by which SES tests a topic', { ...envelope, Message: 'Successfully validated SNS topic.' }],
    ['no object', { ...envelope, Message: 'null' }],
    ['records of somebody else', { Records: [{ s3: {} }, null] }],
  ])('%s is ignored', (_name, message) => {
    expect(read(message).every(({ is }) => is === 'ignored')).toBe(true)
  })

  test.each(['soon', '', '12', '2026-13-45T00:00:00Z'])(
    'an event at the instant "%s" is ignored',
    (timestamp) => {
      for (const bad of [
        { ...detail, mail: { ...detail.mail, timestamp } },
        { ...detail, bounce: { ...detail.bounce, timestamp } },
      ])
        expect(read({ ...envelope, Message: JSON.stringify(bad) })).toMatchObject([{ is: 'ignored' }])
    },
  )
})

interface Change {
  readonly mail?: object
  readonly receipt?: object
  readonly headers?: Readonly<Record<string, string>>
}

const received = ({ mail, receipt, headers = {} }: Change) => {
  const { ses } = reply.Records[0]
  const more = Object.entries(headers).map(([name, value]) => ({ name, value }))
  return {
    Records: [
      {
        ...reply.Records[0],
        ses: {
          mail: { ...ses.mail, headers: [...ses.mail.headers, ...more], ...mail },
          receipt: { ...ses.receipt, ...receipt },
        },
      },
    ],
  }
}

describe('a mail that SES received', () => {
  test('is the reply of whoever wrote it, under the id of the mail', () => {
    expect(read(reply)).toEqual([
      {
        is: 'signal',
        signal: {
          v: 1,
          kind: 'signal',
          id: 'reply-inboundEXAMPLE1',
          email: 'ines.duarte@example.com',
          type: 'email.replied',
          at: Date.parse('2026-11-21T08:00:00Z'),
          properties: {},
        },
      },
    ])
    expect(keyOf(read(reply)[0])).toBe('signal reply-inboundEXAMPLE1')
  })

  test.each<[string, Change, string]>([
    ['a plain address', { mail: { commonHeaders: { from: ['ANA@example.com'] } } }, 'ana@example.com'],
    [
      'a name that looks like one',
      { mail: { commonHeaders: { from: ['"<x@example.com>" <ana@example.com>'] } } },
      'ana@example.com',
    ],
    ['the header alone', { mail: { commonHeaders: {} } }, 'ines.duarte@example.com'],
    ['another envelope sender', { mail: { source: 'bounces@example.com' } }, 'ines.duarte@example.com'],
  ])('From: %s', (_name, change, email) => {
    expect(read(received(change))).toMatchObject([{ is: 'signal', signal: { email } }])
  })

  test('an instant that is far ahead of us or cannot be read counts as now', () => {
    for (const timestamp of ['2027-01-01T00:00:00Z', 'soon'])
      expect(read(received({ receipt: { timestamp } }))).toMatchObject([{ signal: { at: now } }])
  })

  test('one that says a person wrote it is a reply', () => {
    const headers = { 'auto-submitted': 'no', Precedence: 'normal' }
    expect(read(received({ headers }))).toMatchObject([{ is: 'signal' }])
  })

  test.each<[string, Change, string]>([
    ['an out-of-office note', { headers: { 'Auto-Submitted': 'auto-replied' } }, 'automatic'],
    ['a bulk mail', { headers: { precedence: 'bulk' } }, 'automatic'],
    ['an automatic reply', { headers: { Precedence: 'auto_reply' } }, 'automatic'],
    ['junk', { headers: { Precedence: 'Junk' } }, 'automatic'],
    ['a mail of a list', { headers: { PRECEDENCE: ' list' } }, 'automatic'],
    ['what wants no automatic answer', { headers: { 'X-Auto-Response-Suppress': 'All' } }, 'automatic'],
    ['a delivery report', { mail: { source: '<>' } }, 'automatic'],
    ['spam', { receipt: { spamVerdict: { status: 'FAIL' } } }, 'verdict'],
    ['a virus', { receipt: { virusVerdict: { status: 'FAIL' } } }, 'verdict'],
    ['a sender that is no address', { mail: { commonHeaders: { from: ['nobody'] } } }, 'no-sender'],
    ['a mail without its id', { mail: { messageId: undefined } }, 'unreadable'],
  ])('%s is ignored', (_name, change, reason) => {
    expect(read(received(change))).toEqual([{ is: 'ignored', type: 'Received', reason }])
  })
})
