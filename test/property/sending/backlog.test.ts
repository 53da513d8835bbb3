import fc from 'fast-check'
import { expect, test } from 'vitest'
import { isOpen } from '../../../domain/calendar-window.ts'
import { stopsOf } from '../../../domain/route.ts'
import { windowOf } from '../../../domain/sending-policy.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { settings } from '../../unit/domain/settings-sample.ts'
import { Line, type Luck } from './line.ts'

const start = Date.UTC(2026, 10, 20, 9) / 1000
const hour = 3600
const day = 24 * hour

const steps = fc
  .array(
    fc.record({
      immediately: fc.boolean(),
      wait: fc.constantFrom('PT1M', 'PT20M', 'PT5H', 'P1D', 'P3D', 'P10D'),
      slot: fc.option(fc.record({ days: fc.constant([2, 3, 4]), minute: fc.integer({ min: 0, max: 1439 }) })),
    }),
    { minLength: 1, maxLength: 6 },
  )
  .map((list) =>
    list.flatMap(({ immediately, wait, slot }, n): Step[] => [
      { kind: 'send', id: `m${n}`, template: 't', immediately },
      ...(n === list.length - 1
        ? []
        : [{ kind: 'wait', wait: { for: wait, ...(slot && { until: slot }) } } as const]),
    ]),
  )
const sequences = fc
  .array(fc.record({ steps, priority: fc.integer({ min: 0, max: 2 }) }), { minLength: 1, maxLength: 3 })
  .map((list) =>
    list.map(
      (one, index): Sequence => ({
        id: `s${index}`,
        version: '1',
        name: 'S',
        topic: 'guides',
        enrol: { when: [], again: 'never' },
        exits: [],
        ...one,
      }),
    ),
  )
const sending = fc.record({
  minGap: fc.constantFrom(0, hour, 20 * hour, 3 * day).map((seconds) => seconds * 1000),
  quietHours: fc.record({
    from: fc.constantFrom(19 * 60, 12 * 60),
    to: fc.constantFrom(8 * 60, 10 * 60),
    zone: fc.constant('lead' as const),
  }),
  days: fc.constantFrom([1, 2, 3, 4, 5], [2, 4], [1, 2, 3, 4, 5, 6, 7]),
  spread: fc.constantFrom(0, 3 * hour * 1000),
  holidays: fc.constant(['2026-11-24', '2026-12-25']),
  cap: fc.record({
    max: fc.integer({ min: 1, max: 4 }),
    per: fc.constant(7 * day * 1000),
    transactional: fc.constantFrom('exempt' as const, 'counted' as const),
  }),
})

/** Draws from lists, over and over; no backlog, stop or refusal lasts for good. */
const luck = fc
  .record({
    delays: fc.array(fc.constantFrom(0, 0, 0, 1, 30, 400, 5 * hour, 3 * day), {
      minLength: 1,
      maxLength: 20,
    }),
    fates: fc.array(fc.constantFrom('sent', 'sent', 'sent', 'refused', 'stopped', 'unclear', 'failed'), {
      minLength: 1,
      maxLength: 20,
    }),
    pause: fc.tuple(fc.integer({ min: 0, max: 20 * day }), fc.integer({ min: 0, max: 40 * day })),
  })
  .map(({ delays, fates, pause: [from, length] }): Luck => {
    let drawn = 0
    const next = <T>(list: readonly T[]): T => list[drawn++ % list.length] as T
    return {
      delay: () => (drawn > 200 ? 0 : next(delays)),
      fate: () => (drawn > 200 ? 'sent' : next(fates)),
      pausedUntil: (now) => (now >= start + from && now < start + from + length ? start + from + length : 0),
    }
  })

interface Rules {
  readonly minGap: number
  readonly quietHours: { readonly from: number; readonly to: number; readonly zone: 'lead' }
  readonly days: readonly number[]
  readonly holidays: readonly string[]
}

/** Two mails lie the gap apart, each went out when it may, and none twice. */
const checkMails = ({ accepted }: Line, rules: Rules): void => {
  for (const [index, { at, immediately }] of accepted.entries()) {
    const before = accepted[index - 1]?.at ?? Number.NEGATIVE_INFINITY
    expect(at - before).toBeGreaterThanOrEqual(rules.minGap / 1000)
    expect(immediately || isOpen('UTC', windowOf(rules), at)).toBe(true)
  }
  expect(new Set(accepted.map(({ step }) => step)).size).toBe(accepted.length)
}

/** Every planned mail has one record, and it is true. Answers how many went out. */
const checkRecords = ({ accepted, runs }: Line): { planned: number; sent: number } => {
  const mailed = new Set(accepted.map(({ step }) => step))
  const planned = runs.flatMap(({ item, sequence }) =>
    stopsOf(sequence).map(({ id }) => ({ record: item.records[id], step: `${sequence.id} ${id}` })),
  )
  for (const { record, step } of planned) expect(record?.is).toBe(mailed.has(step) ? 'sent' : 'not-sent')
  return { planned: planned.length, sent: mailed.size }
}

test('after any backlog, pause, stop and refusal: the gap holds, the window too, and each mail has one record', () => {
  const seen = { planned: 0, sent: 0 }
  fc.assert(
    fc.property(sequences, sending, luck, (given, rules, drawn) => {
      const line = new Line(given, { ...settings, sending: rules }, drawn, start)
      expect(line.finish()).toBe(true)
      checkMails(line, rules)
      const { planned, sent } = checkRecords(line)
      seen.planned += planned
      seen.sent += sent
    }),
    { numRuns: 1500 },
  )
  expect(seen.sent).toBeGreaterThan(seen.planned / 2)
})
