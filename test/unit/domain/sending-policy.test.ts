import { describe, expect, it } from 'vitest'
import { mailsOf, maySend, type SendQuestion, windowOf } from '../../../domain/sending-policy.ts'
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
    const rival = (priority: number, due: number) => ({ priority: 50, rivals: [{ priority, due }] })
    expect(until(rival(60, noon - hour))).toBe('2026-11-25T08:00:00.000Z priority')
    expect(until(rival(60, noon + 2 * hour))).toBe('ok')
    expect(until(rival(60, noon - 25 * hour))).toBe('ok')
    expect(until(rival(50, noon))).toBe('ok')
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
