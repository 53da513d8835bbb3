import { readFileSync } from 'node:fs'
import { beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import type { SesEvent } from '../../../local/ses/events.ts'
import type { SendEmailInput } from '../../../local/ses/request.ts'
import { Ses } from '../../../local/ses/ses.ts'
import type { Store } from '../../../local/store.ts'
import { newRuntime, pass } from './harness.ts'

let clock: VirtualClock
let store: Store
let ses: Ses
let events: SesEvent[]

beforeEach(() => {
  ;({ clock, store } = newRuntime())
  events = []
  ses = new Ses({ store, clock, emit: (event) => void events.push(event) })
})

const mailTo = (to: string, ConfigurationSetName?: string): SendEmailInput => ({
  FromEmailAddress: 'Acme <hello@mail.example.com>',
  Destination: { ToAddresses: [to] },
  Content: {
    Simple: {
      Subject: { Data: 'Welcome' },
      Body: { Html: { Data: '<a href="https://www.example.com/a?b=1&amp;c=2">read</a>' } },
    },
  },
  EmailTags: [
    { Name: 'enrolment', Value: 'e-1' },
    { Name: 'n', Value: '3' },
  ],
  ...(ConfigurationSetName !== undefined && { ConfigurationSetName }),
})

const send = (to: string): Promise<string> => ses.send(mailTo(to, 'nurture'))

const types = () => events.map((event) => event.detail['eventType'])

/** The keys of an object, deeply: the shape without the values. */
const shape = (value: unknown): unknown => {
  if (Array.isArray(value)) return value.slice(0, 1).map(shape)
  if (typeof value !== 'object' || value === null) return null
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, shape(one)]))
}

describe('events', () => {
  const FIXTURES = {
    send: '01-send',
    delivery: '02-delivery',
    bounce: '03-bounce',
    complaint: '04-complaint',
    reject: '05-reject',
    open: '06-open',
    click: '07-click',
    deliveryDelay: '09-deliverydelay',
  }
  const fixture = (type: keyof typeof FIXTURES): SesEvent => {
    const file = new URL(`../../fixtures/webhooks/ses-eb-${FIXTURES[type]}.json`, import.meta.url)
    return JSON.parse(readFileSync(file, 'utf8')).event
  }

  it('follow a mail to the bus: sent and delivered', async () => {
    const id = await send('ines@example.com')
    await clock.drain()
    expect(types()).toEqual(['Send', 'Delivery'])
    expect(events[0]).toMatchObject({
      'detail-type': 'Email Sent',
      source: 'aws.ses',
      resources: ['arn:aws:ses:eu-west-1:123456789012:configuration-set/nurture'],
      time: '2026-11-02T09:00:00Z',
      detail: {
        mail: {
          messageId: id,
          destination: ['ines@example.com'],
          tags: {
            'ses:configuration-set': ['nurture'],
            'ses:from-domain': ['mail.example.com'],
            enrolment: ['e-1'],
            n: ['3'],
          },
        },
      },
    })
    expect(events[1]?.detail['delivery']).toMatchObject({ timestamp: '2026-11-02T09:00:01.000Z' })
  })

  it.each([
    ['bounce@simulator.amazonses.com', ['Send', 'Bounce']],
    ['ines+bounce@example.com', ['Send', 'Bounce']],
    ['complaint@simulator.amazonses.com', ['Send', 'Delivery', 'Complaint']],
    ['ines+complaint@example.com', ['Send', 'Delivery', 'Complaint']],
  ])('for %s are %j', async (to, expected) => {
    await send(to)
    await clock.drain()
    expect(types()).toEqual(expected)
  })

  it('are none without a configuration set', async () => {
    await ses.send(mailTo('ines@example.com'))
    await clock.drain()
    expect(events).toEqual([])
  })

  it('are reported on demand, dated from the delivery', async () => {
    const id = await send('ines@example.com')
    await clock.drain()
    ses.report(id, { type: 'click' })
    ses.report(id, { type: 'open', after: 'PT2S', userAgent: 'Scanner/1' })
    await clock.drain()
    expect(events[2]?.detail['click']).toMatchObject({
      link: 'https://www.example.com/a?b=1&c=2',
      timestamp: '2026-11-02T09:10:01.000Z',
    })
    expect(events[3]?.detail['open']).toMatchObject({
      userAgent: 'Scanner/1',
      timestamp: '2026-11-02T09:00:03.000Z',
    })
    expect(ses.report('none', { type: 'open' })).toBeUndefined()
  })

  it.each(['send', 'delivery', 'bounce', 'complaint', 'reject', 'open', 'click', 'deliveryDelay'] as const)(
    'have the shape SES gives %s',
    async (type) => {
      const id = await send('ines@example.com')
      await clock.drain()
      const made = type === 'send' ? events[0]! : ses.report(id, { type })!
      const { mail: madeMail, ...madeRest } = made.detail
      const { mail, ...rest } = fixture(type).detail
      expect(Object.keys(made).sort()).toEqual(Object.keys(fixture(type)).sort())
      expect(Object.keys(madeMail as object).sort()).toEqual(Object.keys(mail as object).sort())
      expect(made['detail-type']).toBe(fixture(type)['detail-type'])
      expect(madeRest['eventType']).toBe(rest['eventType'])
      const strip = ({ linkTags: _tags, ...body }: Record<string, unknown>) => body
      const [key] = Object.keys(rest).filter((one) => one !== 'eventType') as [string]
      expect(shape(strip(madeRest[key] as Record<string, unknown>))).toEqual(
        shape(strip(rest[key] as Record<string, unknown>)),
      )
    },
  )

  it('still owed after a crash are emitted by the next run', async () => {
    ses.eventLag = () => 600_000
    await send('ines@example.com')
    await clock.drain()
    expect(events).toEqual([])
    const after: SesEvent[] = []
    const next = newRuntime(store)
    new Ses({ ...next, emit: (event) => void after.push(event) }).start()
    await pass(next.clock, 600)
    expect(after.map((event) => event.detail['eventType'])).toEqual(['Send', 'Delivery'])
  })

  it('that the bus refused are given to it again', async () => {
    let refusals = 1
    const got: SesEvent[] = []
    const emit = (event: SesEvent) => {
      if (refusals-- > 0) throw new Error('not now')
      got.push(event)
    }
    const other = new Ses({ store, clock, emit, configurationSet: 'nurture' })
    await other.send(mailTo('ines@example.com'))
    await pass(clock, 60)
    expect(got.map((event) => event.detail['eventType'])).toEqual(['Delivery', 'Send'])
  })
})
