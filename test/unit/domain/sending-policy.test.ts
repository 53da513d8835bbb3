import { describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../domain/enrolment.ts'
import {
  mailsOf,
  maySend,
  type SendQuestion,
  windowOf,
  withoutNotices,
} from '../../../domain/sending-policy.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import { settings } from './settings-sample.ts'

const at = (text: string): number => Date.parse(text) / 1000
const noon = at('2026-11-24T12:00:00Z')
const hour = 3600
const lead = {
  suppressed: false,
  deliverable: true,
  isTest: false,
  stage: 'mql',
  topics: ['guides'],
} as const
const ask = (over: Partial<SendQuestion> = {}) =>
  maySend({
    lead,
    topic: 'guides',
    step: { kind: 'send' },
    mails: [],
    settings,
    now: noon,
    zone: 'Europe/Dublin',
    ...over,
  })
const until = (over: Partial<SendQuestion>) => {
  const answer = ask(over)
  return answer.is === 'defer' ? `${new Date(answer.until * 1000).toISOString()} ${answer.reason}` : answer.is
}

describe('maySend', () => {
  it('says yes on a Tuesday at noon', () => {
    expect(ask()).toEqual({ is: 'ok' })
  })

  it.each([
    [{ ...lead, suppressed: 'unsubscribed' }, 'suppressed', 'suppressed'],
    [{ ...lead, suppressed: 'erased' }, 'erased', 'erased'],
    [{ ...lead, isTest: true }, 'test-lead', 'test-lead'],
    [{ ...lead, deliverable: false }, 'undeliverable', 'undeliverable'],
    [{ ...lead, topics: ['events'] }, 'no-consent', 'no-consent'],
    [{ ...lead, stage: 'customer' }, 'stage-customer', 'exited'],
  ] as const)('ends the enrolment of %j', (over, reason, record) => {
    const step = { kind: 'send', immediately: true } as const
    expect(ask({ lead: over, step })).toEqual({ is: 'exit', reason, record })
  })

  it('waits for the morning, for Monday, and past a holiday, in the zone of the lead', () => {
    expect(until({ now: at('2026-11-24T22:00:00Z') })).toBe('2026-11-25T08:00:00.000Z quiet-hours')
    expect(until({ now: at('2026-11-28T12:00:00Z') })).toBe('2026-11-30T08:00:00.000Z quiet-hours')
    expect(until({ now: at('2026-12-24T23:00:00Z') })).toBe('2026-12-28T08:00:00.000Z quiet-hours')
    expect(until({ now: at('2026-11-24T18:30:00Z'), zone: 'Europe/Berlin' })).toBe(
      '2026-11-25T07:00:00.000Z quiet-hours',
    )
    expect(until({ now: at('2026-11-24T08:00:00Z') })).toBe('ok')
    expect(until({ now: at('2026-11-24T19:00:00Z') })).toBe('2026-11-25T08:00:00.000Z quiet-hours')
  })

  it('holds back nothing that was asked for, but for the gap', () => {
    const step = { kind: 'send', immediately: true } as const
    const night = at('2026-11-28T23:00:00Z')
    expect(until({ step, now: night, mails: [1, 2, 3].map((d) => night - d * 24 * hour) })).toBe('ok')
    expect(until({ step, now: night, mails: [night - 19 * hour] })).toBe('2026-11-29T00:00:00.000Z min-gap')
  })

  it('keeps the gap to any mail of the lead, then waits for the window', () => {
    expect(until({ mails: [noon - 2 * hour] })).toBe('2026-11-25T08:00:00.000Z min-gap')
    expect(until({ mails: [noon - 20 * hour] })).toBe('ok')
  })

  it('keeps the cap over all sequences', () => {
    const days = (list: number[]) => list.map((d) => noon - d * 24 * hour)
    expect(until({ mails: days([1, 3, 6]) })).toBe('2026-11-25T12:00:00.000Z frequency-cap')
    expect(until({ mails: days([1, 3, 7]) })).toBe('ok')
    expect(until({ mails: days([1, 2, 3, 4]) })).toBe('2026-11-30T08:00:00.000Z frequency-cap')
  })

  it('lets a sequence of higher priority go first', () => {
    const self = { priority: 50, since: 100, enrolmentId: 'lead-b-1' }
    const rival = (priority: number, due: number) => ({
      self,
      rivals: [{ priority, due, since: 200, enrolmentId: 'lead-a-1' }],
    })
    expect(until(rival(60, noon - hour))).toBe('2026-11-25T08:00:00.000Z priority')
    expect(until(rival(60, noon + 2 * hour))).toBe('ok')
    expect(until(rival(60, noon - 25 * hour))).toBe('ok')
    expect(until(rival(50, noon))).toBe('ok')
  })

  it('lets the run that began first go first where priorities are equal', () => {
    const self = { priority: 50, since: 100, enrolmentId: 'lead-b-1' }
    const rival = (since: number, enrolmentId: string) => ({
      self,
      rivals: [{ priority: 50, due: noon, since, enrolmentId }],
    })
    expect(until(rival(99, 'lead-z-1'))).toBe('2026-11-25T08:00:00.000Z priority')
    expect(until(rival(101, 'lead-a-1'))).toBe('ok')
    expect(until(rival(100, 'lead-a-1'))).toBe('2026-11-25T08:00:00.000Z priority')
    expect(until(rival(100, 'lead-c-1'))).toBe('ok')
  })

  it('keeps the holidays of the lead’s country beside those of everybody', () => {
    const sending = { ...settings.sending, holidaysIn: { DE: ['2026-11-24'], IE: ['2026-11-25'] } }
    const abroad = { settings: { ...settings, sending } }
    expect(until({ ...abroad, country: 'DE' })).toBe('2026-11-25T08:00:00.000Z quiet-hours')
    expect(until({ ...abroad, country: 'IE' })).toBe('ok')
    expect(until(abroad)).toBe('ok')
    const christmas = { now: at('2026-12-25T12:00:00Z'), ...abroad, country: 'DE' }
    expect(until(christmas)).toBe('2026-12-28T08:00:00.000Z quiet-hours')
  })

  it('slows down where nobody reacts, and not for what was asked for', () => {
    const sending = { ...settings.sending, fatigue: { after: 2, gap: 5 * 24 * hour * 1000 } }
    const slow = { settings: { ...settings, sending }, mails: [noon - 9 * 24 * hour, noon - 2 * 24 * hour] }
    expect(until({ ...slow, since: noon - 10 * 24 * hour })).toBe('2026-11-27T12:00:00.000Z fatigue')
    expect(until({ ...slow, since: noon - 3 * 24 * hour })).toBe('ok')
    expect(until(slow)).toBe('ok')
    const asked = { kind: 'send', immediately: true } as const
    expect(until({ ...slow, since: noon - 10 * 24 * hour, step: asked })).toBe('ok')
  })

  it('gives up on who has been silent for too long, but not on what was asked for', () => {
    const sending = { ...settings.sending, sunset: { idle: 90 * 24 * hour * 1000, mails: 2 } }
    const mails = [noon - 60 * 24 * hour, noon - 30 * 24 * hour]
    const silent = { settings: { ...settings, sending }, mails, since: noon - 100 * 24 * hour }
    expect(ask(silent)).toEqual({ is: 'exit', reason: 'sunset', record: 'sunset' })
    expect(ask({ ...silent, since: noon - 80 * 24 * hour })).toEqual({ is: 'ok' })
    expect(ask({ ...silent, mails: mails.slice(1) })).toEqual({ is: 'ok' })
    expect(ask({ ...silent, step: { kind: 'send', immediately: true } })).toEqual({ is: 'ok' })
  })

  it('holds what was asked for to the cap where the settings count it', () => {
    const days = (list: number[]) => list.map((d) => noon - d * 24 * hour)
    const cap = { max: 3, per: 7 * 24 * hour * 1000, transactional: 'counted' } as const
    const counting = { settings: { ...settings, sending: { ...settings.sending, cap } } }
    const step = { kind: 'send', immediately: true } as const
    expect(until({ ...counting, step, mails: days([1, 3, 6]) })).toBe(
      '2026-11-25T12:00:00.000Z frequency-cap',
    )
    expect(until({ step, mails: days([1, 3, 6]) })).toBe('ok')
  })

  it('ends what began before a stage that ends all, and lets a programme for that stage go on', () => {
    const stageSince = Date.parse('2026-11-20T12:00:00.500Z')
    const customer = { ...lead, stage: 'customer', stageSince }
    const began = (text: string) => ({ priority: 50, since: at(text), enrolmentId: 'lead-a-1' })
    const enrol = { when: [{ kind: 'stage', stages: ['customer'] }], again: 'never' } as const
    const is = (text: string, asks = true) =>
      ask({ lead: customer, self: began(text), ...(asks && { enrol }) }).is
    expect(is('2026-11-20T11:59:59Z')).toBe('exit')
    expect(is('2026-11-20T12:00:00Z')).toBe('ok')
    expect(is('2026-11-20T12:00:00Z', false)).toBe('exit')
  })

  it('keeps to what the lead wants: a pause, fewer mails', () => {
    const paused = { ...lead, pausedUntil: Date.parse('2026-12-01T12:00:00Z') }
    expect(until({ lead: paused })).toBe('2026-12-01T12:00:00.000Z paused')
    const fewer = { ...lead, fewer: true }
    expect(until({ lead: fewer, mails: [noon - 6 * 24 * hour] })).toBe(
      '2026-11-25T12:00:00.000Z frequency-cap',
    )
    expect(until({ lead: fewer, mails: [noon - 7 * 24 * hour] })).toBe('ok')
  })

  it('lets our own people be told, but not of tests or the erased', () => {
    const step = { kind: 'notify' } as const
    expect(
      ask({ step, lead: { ...lead, suppressed: 'unsubscribed' }, now: at('2026-11-28T23:00:00Z') }),
    ).toEqual({ is: 'ok' })
    expect(ask({ step, lead: { ...lead, isTest: true } })).toEqual({ is: 'skip', reason: 'test-lead' })
    expect(ask({ step, lead: { ...lead, suppressed: 'erased' } })).toMatchObject({
      is: 'exit',
      reason: 'erased',
    })
  })

  it('goes without quiet hours, gap and cap when there are none', () => {
    const bare = { ...settings, sending: { days: [1, 2, 3, 4, 5, 6, 7], holidays: [], minGap: 0 } }
    expect(
      until({ settings: bare, now: at('2026-11-28T23:00:00Z'), mails: [at('2026-11-28T23:00:00Z')] }),
    ).toBe('ok')
    expect(windowOf(bare.sending)).toMatchObject({ from: 0, to: 0 })
  })
})

describe('withoutNotices', () => {
  const sequence = {
    id: 'a',
    steps: [
      { kind: 'send', id: 'mail', template: 't', immediately: false },
      { kind: 'notify', id: 'note', template: 't', to: 'owner-or-team' },
    ],
  } as unknown as Sequence
  const run = (lastAt: number) => ({
    sequence,
    enrolment: {
      records: { mail: { is: 'sent', at: 30 }, note: { is: 'sent', at: 40 } },
      lastAt,
    } as unknown as Enrolment,
  })

  it('counts mails to the lead only', () => {
    expect(mailsOf([withoutNotices(run(40))])).toEqual([30])
    expect(mailsOf([withoutNotices(run(50))])).toEqual([30, 50])
  })
})

describe('mailsOf', () => {
  it('counts what was sent or may have been, of all enrolments', () => {
    const records = {
      a: { is: 'sent', at: 30 },
      b: { is: 'uncertain', at: 20, n: 1, attempt: 1 },
      c: { is: 'not-sent', at: 10, reason: 'overtaken' },
      d: { is: 'parked', at: 5 },
    } as const
    expect(
      mailsOf([
        { records, lastAt: 30 },
        { records: {}, lastAt: 40 },
      ]),
    ).toEqual([20, 30, 40])
  })
})
