import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { goesBefore, type Rival } from '../../../domain/rivals.ts'
import { maySend } from '../../../domain/sending-policy.ts'
import { fatigueEnds, isSunset } from '../../../domain/silence.ts'
import { settings } from '../../unit/domain/settings-sample.ts'

const now = 1_800_000_000
const day = 86_400
const lead = {
  suppressed: false,
  deliverable: true,
  isTest: false,
  stage: 'mql',
  topics: ['guides'],
} as const
const open = { days: [1, 2, 3, 4, 5, 6, 7], holidays: [] }

const rival = fc.record({
  priority: fc.integer({ min: 0, max: 3 }),
  since: fc.integer({ min: now - 5, max: now }),
  enrolmentId: fc.integer({ min: 0, max: 99 }).map((n) => `lead-${n}`),
  due: fc.integer({ min: now - 2 * day, max: now + 7200 }),
})
const rivals = fc.uniqueArray(rival, { minLength: 1, maxLength: 8, selector: (one) => one.enrolmentId })

const ask = (self: Rival, all: readonly Rival[], minGap: number, at = now) =>
  maySend({
    lead,
    topic: 'guides',
    step: { kind: 'send' },
    mails: [],
    self,
    rivals: all.filter((one) => one !== self),
    settings: { ...settings, sending: { ...open, minGap } },
    now: at,
    zone: 'UTC',
  })

describe('any sequences that want to mail a lead', () => {
  test('stand in one order: of two, exactly one goes before the other, and no three in a ring', () => {
    fc.assert(
      fc.property(rivals, (all) => {
        const sorted = [...all].sort((a, b) => (goesBefore(a, b) ? -1 : 1))
        for (const [i, a] of sorted.entries())
          for (const b of sorted.slice(i + 1)) {
            expect(goesBefore(a, b)).toBe(true)
            expect(goesBefore(b, a)).toBe(false)
          }
      }),
    )
  })

  test('never all wait for each other: somebody who is due may go', () => {
    fc.assert(
      fc.property(rivals, fc.constantFrom(0, 3600_000, 72_000_000), (all, minGap) => {
        const answers = all.filter((self) => self.due <= now).map((self) => ask(self, all, minGap).is)
        const top = [...all].sort((a, b) => (goesBefore(a, b) ? -1 : 1))[0]
        if (top && top.due <= now) expect(ask(top, all, minGap).is).toBe('ok')
        const soon = all.some(({ due }) => due > now && due <= now + 3600)
        if (answers.length > 0 && !soon) expect(answers).toContain('ok')
      }),
      { numRuns: 2000 },
    )
  })

  test('of those due the same minute exactly one goes, and each other has a later time', () => {
    fc.assert(
      fc.property(rivals, (given) => {
        const all = given.map((one) => ({ ...one, due: now }))
        const answers = all.map((self) => ask(self, all, 0))
        expect(answers.filter(({ is }) => is === 'ok')).toHaveLength(1)
        for (const answer of answers)
          if (answer.is === 'defer') {
            expect(answer.reason).toBe('priority')
            expect(answer.until).toBeGreaterThan(now)
          }
      }),
    )
  })

  test('all get their turn, the higher before the lower, however often they are put off', () => {
    fc.assert(
      fc.property(rivals, (given) => {
        const expected = [...given].sort((a, b) => (goesBefore(a, b) ? -1 : 1))
        expect(served(given)).toEqual(expected.map(({ enrolmentId }) => enrolmentId))
      }),
    )
  })
})

/** In which order all of them send, when each asks again at the time that it was put off to. */
const served = (given: readonly Rival[]): string[] => {
  const order: string[] = []
  let waiting = given.map((one) => ({ ...one, due: now }))
  for (let turn = 0; waiting.length > 0 && turn < 500; turn++) {
    const at = Math.min(...waiting.map(({ due }) => due))
    const self = waiting.find(({ due }) => due === at) as Rival
    const answer = ask(self, waiting, 0, at)
    const others = waiting.filter((one) => one !== self)
    if (answer.is === 'ok') order.push(self.enrolmentId)
    waiting = answer.is === 'defer' ? [...others, { ...self, due: answer.until }] : others
  }
  return order
}

const instants = fc.integer({ min: now - 400 * day, max: now })
const mails = fc.array(instants, { maxLength: 12 }).map((list) => list.sort((a, b) => a - b))
const fatigue = fc.record({
  after: fc.integer({ min: 1, max: 5 }),
  gap: fc.integer({ min: 0, max: 30 }).map((days) => days * day * 1000),
})
const sunset = fc.record({
  idle: fc.integer({ min: 1, max: 300 }).map((days) => days * day * 1000),
  mails: fc.integer({ min: 1, max: 5 }),
})
const ends = (...args: Parameters<typeof fatigueEnds>): number => fatigueEnds(...args) ?? 0

describe('any silence', () => {
  test('fatigue: a later sign of life never slows down more, another mail never speeds up', () => {
    fc.assert(
      fc.property(fatigue, mails, instants, instants, (rule, sent, a, b) => {
        const [early, late] = [Math.min(a, b), Math.max(a, b)]
        expect(ends(rule, { mails: sent, since: late })).toBeLessThanOrEqual(
          ends(rule, { mails: sent, since: early }),
        )
        const more = [...sent, now + 1]
        expect(ends(rule, { mails: more, since: a })).toBeGreaterThanOrEqual(
          ends(rule, { mails: sent, since: a }),
        )
      }),
      { numRuns: 2000 },
    )
  })

  test('fatigue: the gap is the rule’s, counted from the last mail, once enough went unanswered', () => {
    fc.assert(
      fc.property(fatigue, mails, instants, (rule, sent, since) => {
        const unanswered = sent.filter((at) => at >= since).length
        const expected = unanswered >= rule.after ? (sent.at(-1) ?? 0) + rule.gap / 1000 : undefined
        expect(fatigueEnds(rule, { mails: sent, since })).toBe(expected)
      }),
      { numRuns: 2000 },
    )
  })

  test('fatigue: what brought the mail about is no answer to it, though of the same second', () => {
    const rule = { after: 1, gap: day * 1000 }
    expect(fatigueEnds(rule, { mails: [now], since: now })).toBe(now + day)
    expect(fatigueEnds(rule, { mails: [now], since: now + 1 })).toBeUndefined()
  })

  test('sunset: time and mails only bring it nearer, and only a sign of life ends it', () => {
    fc.assert(
      fc.property(
        sunset,
        mails,
        instants,
        fc.integer({ min: 0, max: 400 * day }),
        (rule, sent, since, later) => {
          if (!isSunset(rule, { mails: sent, since }, now)) return
          expect(isSunset(rule, { mails: sent, since }, now + later)).toBe(true)
          expect(isSunset(rule, { mails: [...sent, now], since }, now)).toBe(true)
          expect(isSunset(rule, { mails: sent, since: now }, now)).toBe(false)
        },
      ),
      { numRuns: 2000 },
    )
  })

  test('without a rule it means nothing', () => {
    fc.assert(
      fc.property(mails, instants, (sent, since) => {
        expect(fatigueEnds(undefined, { mails: sent, since })).toBeUndefined()
        expect(isSunset(undefined, { mails: sent, since }, now)).toBe(false)
      }),
    )
  })
})
