import { describe, expect, it } from 'vitest'
import type { Enrolment, StepRecord } from '../../../domain/enrolment.ts'
import {
  askAgainAt,
  everything,
  type GuardQuestion,
  mostPerDay,
  mostPerLead,
  nothingStopped,
  repeatsOf,
  stopOf,
  tripOf,
} from '../../../domain/guard.ts'
import { settings } from './settings-sample.ts'

const now = 1_800_000_000
const hour = 3600
const day = 24 * hour
const { sending } = settings

describe('the stop switch', () => {
  const stop = (scope: string, at: number) => ({ scope, reason: 'r', at: at * 1000 })

  it('holds its sequence, and everything when all is stopped', () => {
    const stopped = [stop('guide', 1)]
    expect(stopOf({ ...nothingStopped, stopped }, 'guide')).toEqual(stopped[0])
    expect(stopOf({ ...nothingStopped, stopped }, 'welcome')).toBeUndefined()
    const all = [stop('guide', 1), stop(everything, 2)]
    expect(stopOf({ ...nothingStopped, stopped: all }, 'guide')?.scope).toBe(everything)
    expect(stopOf({ ...nothingStopped, stopped: all }, 'welcome')?.scope).toBe(everything)
  })

  it('has mails ask again after a quarter of an hour, later when it lasts, and never after two hours', () => {
    const wait = (lasted: number): number => askAgainAt({ at: (now - lasted) * 1000 }, now) - now
    expect([0, 300, 900, 1800, 3 * hour, 30 * day].map(wait)).toEqual([900, 900, 900, 1800, 7200, 7200])
    expect(wait(-50)).toBe(900)
  })
})

describe('what a lead may get at most', () => {
  it('is what the settings say, else twice the cap in a day and at least six', () => {
    const per = (max: number) => ({ max, per: 7 * day * 1000, transactional: 'exempt' }) as const
    expect(mostPerLead({ ...sending, guard: { perLead: { max: 2, per: hour * 1000 } } })).toEqual({
      max: 2,
      per: hour,
    })
    expect(mostPerLead({ ...sending, cap: per(2) })).toEqual({ max: 6, per: day })
    expect(mostPerLead({ ...sending, cap: per(9) })).toEqual({ max: 18, per: day })
    const { cap: _, ...uncapped } = sending
    expect(mostPerLead(uncapped)).toEqual({ max: 6, per: day })
  })

  it('is a fifth above the forecast for all together, whatever stretch that is given for', () => {
    const forecast = (max: number, per: number) => ({
      ...sending,
      guard: { forecast: { max, per: per * 1000 } },
    })
    expect(mostPerDay(forecast(1000, day))).toBe(1200)
    expect(mostPerDay(forecast(7000, 7 * day))).toBe(1200)
    expect(mostPerDay(sending)).toBeUndefined()
  })
})

const run = (n: number, records: Record<string, StepRecord>, over: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: `lead-guide-${n}`,
  leadId: 'lead',
  sequence: 'guide',
  version: 'v1',
  run: n,
  createdAt: 1,
  n: 0,
  due: {},
  took: {},
  records,
  ...over,
})
const sent = (at: number): StepRecord => ({ is: 'sent', at })

describe('repetitions', () => {
  const me = run(9, {})
  const found = (other: Enrolment, asked?: number) => repeatsOf([me, other], me, 'one', now, asked)

  it('are the same step, mailed by another run of the sequence within a day', () => {
    expect(found(run(1, { one: sent(now - hour) }))).toEqual([now - hour])
    expect(found(run(1, { one: { is: 'uncertain', at: now - 1, n: 0, attempt: 1 } }))).toEqual([now - 1])
    expect(found(run(1, { one: sent(now - day) }))).toEqual([])
    expect(found(run(1, { two: sent(now - hour) }))).toEqual([])
    expect(found(run(1, { one: { is: 'not-sent', at: now - 1, reason: 'branched' } }))).toEqual([])
    expect(found(run(1, { one: { is: 'carried', at: now - 1 } }))).toEqual([])
    expect(found(run(1, { one: sent(now - hour) }, { sequence: 'other' }))).toEqual([])
    expect(repeatsOf([run(9, { one: sent(now - 1) })], me, 'one', now)).toEqual([])
  })

  it('are none where a run is for something else, or the lead asked again since', () => {
    expect(found(run(1, { one: sent(now - hour) }, { key: 'order-7' }))).toEqual([])
    expect(found(run(1, { one: sent(now - hour) }), now - 60)).toEqual([])
    expect(found(run(1, { one: sent(now - hour) }), now - 2 * hour)).toEqual([now - hour])
  })
})

describe('the blast guard', () => {
  const question = (over: Partial<GuardQuestion> = {}): GuardQuestion => ({
    sending,
    sequence: 'guide',
    mails: [],
    repeats: [],
    resumed: {},
    now,
    ...over,
  })
  const hourly = (count: number) => Array.from({ length: count }, (_, n) => now - (n + 1) * hour)
  const forecast = { ...sending, guard: { forecast: { max: 1000, per: day * 1000 } } }

  it('is silent while all is well', () => {
    expect(tripOf(question({ mails: hourly(5) }))).toBeUndefined()
    expect(tripOf(question({ sending: forecast, sentLastDay: 1200 }))).toBeUndefined()
    expect(tripOf(question({ sending: forecast }))).toBeUndefined()
  })

  it('stops a sequence whose leads come again', () => {
    expect(tripOf(question({ repeats: [now - hour] }))).toMatchObject({ scope: 'guide' })
  })

  it('stops a sequence that would mail one lead too often', () => {
    expect(tripOf(question({ mails: hourly(6) }))).toMatchObject({ scope: 'guide' })
    expect(tripOf(question({ mails: hourly(30).slice(24) }))).toBeUndefined()
  })

  it('stops everything a fifth above the forecast', () => {
    const trip = tripOf(question({ sending: forecast, sentLastDay: 1201 }))
    expect(trip).toMatchObject({ scope: 'all' })
    expect(trip?.why).toContain('1201 mails')
  })

  it('does not stop again for what a person has seen and let go on', () => {
    const resumed = { guide: now * 1000 }
    expect(tripOf(question({ repeats: [now - hour], resumed }))).toBeUndefined()
    expect(tripOf(question({ mails: hourly(6), resumed }))).toBeUndefined()
    expect(tripOf(question({ mails: hourly(6), resumed: { all: now * 1000 } }))).toBeUndefined()
    expect(tripOf(question({ mails: hourly(6), resumed: { other: now * 1000 } }))).toBeDefined()
    const much = { sending: forecast, sentLastDay: 1201 }
    expect(tripOf(question({ ...much, resumed: { all: (now - hour) * 1000 } }))).toBeUndefined()
    expect(tripOf(question({ ...much, resumed: { all: (now - day) * 1000 } }))).toBeDefined()
    expect(tripOf(question({ ...much, resumed }))).toBeDefined()
  })

  it('stops again for what happens after it was let go on', () => {
    const resumed = { guide: (now - 2 * hour) * 1000 }
    expect(tripOf(question({ repeats: [now - hour], resumed }))).toBeDefined()
  })
})
