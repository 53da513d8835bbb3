import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { withArbiter } from '../../../../functions/shared/act.ts'
import { decodeEnrolment, encodeEnrolment } from '../../../../functions/shared/aws/enrolment-codec.ts'

const ids = Array.from({ length: 20 }, (_, index) => `week-${index}-mail`)
const at = 1_800_000_000

const enrolment: Enrolment = {
  enrolmentId: 'lead-welcome-1',
  leadId: 'lead',
  sequence: 'welcome',
  version: 'v1',
  run: 1,
  createdAt: at,
  n: 4,
  due: {},
  took: {},
  records: {},
}

const stored = (one: Enrolment) => encodeEnrolment(one, 'event', 1, ids)
const roundTrip = (one: Enrolment): Enrolment => decodeEnrolment(stored(one), 'lead', one.enrolmentId, ids)

test('a run that goes on is read as it was written', () => {
  const text = fc.string({ minLength: 1, maxLength: 40 })
  fc.assert(
    fc.property(fc.nat(at), text, fc.boolean(), text, text, (began, key, isPinned, to, reason) => {
      const run: Enrolment = {
        ...enrolment,
        began,
        key,
        ...(isPinned && { pinned: true }),
        exit: { reason, at, to },
      }
      expect(roundTrip(run)).toEqual(run)
    }),
  )
})

test('what a run left to another one keeps its due; what it settled does not', () => {
  const due = { 'week-0-mail': at - 9, 'week-1-mail': at + 50, 'week-2-mail': at + 90 }
  const left: Enrolment = {
    ...enrolment,
    due,
    exit: { reason: 'moved', at, to: 'v2' },
    records: {
      'week-0-mail': { is: 'sent', at: at - 5 },
      'week-1-mail': { is: 'not-sent', at, reason: 'moved-on' },
      'week-2-mail': { is: 'not-sent', at, reason: 'moved-on' },
    },
  }
  expect(roundTrip(left).due).toEqual({ ...due, 'week-0-mail': at - 5 })
})

test('the arbiter’s writes keep what the run is', () => {
  const run: Enrolment = { ...enrolment, began: at, key: 'order-1', pinned: true }
  const { n, due, took, records } = run
  expect(withArbiter(run, { n: n + 1, due, took, records })).toEqual({ ...run, n: n + 1 })
})

const bytes = (item: object): number =>
  Object.entries(item).reduce((sum, [name, value]) => {
    if (value === undefined) return sum
    const size = value instanceof Uint8Array ? value.length : Buffer.byteLength(JSON.stringify(value))
    return sum + name.length + size
  }, 0)

test('both runs of a move of twenty mails stay within one write unit', () => {
  const due = Object.fromEntries(ids.map((id, index) => [id, at + index * 604_800]))
  const half = ids.slice(0, 10)
  const rest = ids.slice(10)
  const left: Enrolment = {
    ...enrolment,
    due,
    exit: { reason: 'moved', at, to: '0123456789ab' },
    records: {
      ...Object.fromEntries(half.map((id) => [id, { is: 'sent', at, template: 'abcdef' }])),
      ...Object.fromEntries(rest.map((id) => [id, { is: 'not-sent', at, reason: 'moved-on' }])),
    },
  }
  const run: Enrolment = {
    ...enrolment,
    n: -1,
    began: at,
    due,
    pend: { name: 'Tendril.At.week-10-mail', due },
    records: Object.fromEntries(half.map((id) => [id, { is: 'carried', at }])),
  }
  for (const item of [left, run]) expect(bytes(stored(item))).toBeLessThan(1024)
})
