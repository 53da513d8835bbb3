import { describe, expect, it, test } from 'vitest'
import type { Enrolment } from '../../../domain/enrolment.ts'
import { type PlanContext, planBranch, planFirst } from '../../../domain/planning.ts'
import { replanOf } from '../../../domain/replan.ts'
import type { Sequence, Step, Wait } from '../../../domain/sequence.ts'
import { days, send, sequenceOf } from '../../property/moves/edits.ts'

const day = 86_400
/** Monday, 4 January 2027, 10:00 UTC. */
const begin = Date.UTC(2027, 0, 4, 10) / 1000
const at = (date: string): number => Date.parse(`${date}T08:00:00Z`) / 1000

const date: Wait = {
  date: { field: 'contract.end', shift: { by: 'P30D', to: 'before' }, otherwise: 'P90D' },
}
const wait: Step = { kind: 'wait', wait: date }

const contextAt = (now: number, end?: string, more: Partial<PlanContext> = {}): PlanContext => ({
  now,
  zone: 'UTC',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  minGap: 0,
  leadId: 'lead',
  fields: end === undefined ? {} : { 'contract.end': [end] },
  ...more,
})

/** Enrolled with this date, its first mail sent. */
const enrolledBy = (
  sequence: Sequence,
  end: string | undefined,
  more: Partial<Enrolment> = {},
): Enrolment => ({
  enrolmentId: 'lead-test-1',
  leadId: 'lead',
  sequence: 'test',
  version: sequence.version,
  run: 1,
  createdAt: begin,
  n: 0,
  step: 'a',
  token: 't',
  took: {},
  records: { a: { is: 'sent', at: begin } },
  due: planFirst(sequence, contextAt(begin, end)),
  ...more,
})

const given = sequenceOf([send('a'), wait, send('b'), days(3), send('c')])
const now = begin + 5 * day

describe('a date that a plan waits for', () => {
  it.each([
    ['comes earlier', '2027-06-30', '2027-05-31', at('2027-05-01')],
    ['comes later', '2027-06-30', '2027-09-30', at('2027-08-31')],
    ['becomes known', undefined, '2027-09-30', at('2027-08-31')],
    ['turns out to be past: it goes on at once', '2027-06-30', '2026-12-01', now],
  ])('%s: the plan follows, and all behind it', (_, before, after, due) => {
    const plan = replanOf(given, enrolledBy(given, before), contextAt(now, after))
    expect(plan).toMatchObject({ b: due, c: due + 3 * day })
    expect(plan?.['a']).toBe(begin)
  })

  it('is taken back: it waits as long as for a lead without one', () => {
    const plan = replanOf(given, enrolledBy(given, '2027-06-30'), contextAt(now))
    expect(plan).toMatchObject({ b: begin + 90 * day })
  })

  test.each([
    ['it stays', enrolledBy(given, '2027-06-30'), '2027-06-30'],
    ['there never was one', enrolledBy(given, undefined), undefined],
    [
      'the mail behind it is settled',
      enrolledBy(given, '2027-06-30', {
        step: 'b',
        records: { a: { is: 'sent', at: begin }, b: { is: 'sent', at: now } },
      }),
      '2027-09-30',
    ],
    ['nothing was claimed yet', enrolledBy(given, '2027-06-30', { step: undefined as never }), '2027-09-30'],
    [
      'the lead has left',
      enrolledBy(given, '2027-06-30', { exit: { reason: 'goal', at: now } }),
      '2027-09-30',
    ],
    [
      'a mail is being sent',
      enrolledBy(given, '2027-06-30', { intent: { attempt: 1, token: 't' } }),
      '2027-09-30',
    ],
    [
      'a branch is about to be taken',
      enrolledBy(given, '2027-06-30', { pend: { name: 'Tendril.Branch.x', due: {} } }),
      '2027-09-30',
    ],
    ['its time has come anyway', enrolledBy(given, '2026-12-01'), '2027-01-20'],
  ])('the plan stays when %s', (_, enrolment, after) => {
    expect(replanOf(given, enrolment, contextAt(now, after))).toBeUndefined()
  })

  it('is followed once: the plan that is pending counts', () => {
    const enrolment = enrolledBy(given, '2027-06-30')
    const due = replanOf(given, enrolment, contextAt(now, '2027-09-30'))
    if (!due) throw new Error('it was not followed')
    const pending = { ...enrolment, pend: { name: 'Tendril.Replan', due } }
    expect(replanOf(given, pending, contextAt(now, '2027-09-30'))).toBeUndefined()
    expect(replanOf(given, pending, contextAt(now, '2027-07-31'))).toMatchObject({ b: at('2027-07-01') })
  })

  it('at the beginning of a sequence counts from the lead’s entrance', () => {
    const first = sequenceOf([wait, send('a'), days(1), send('b')])
    const enrolment = enrolledBy(first, '2027-06-30', { records: {} })
    expect(replanOf(first, enrolment, contextAt(now, '2027-05-31'))).toMatchObject({
      a: at('2027-05-01'),
      b: at('2027-05-02'),
    })
    expect(replanOf(first, enrolment, contextAt(now))).toMatchObject({ a: begin + 90 * day })
  })

  it('at the beginning of a path that was taken moves that path', () => {
    const parted = sequenceOf([
      send('a'),
      {
        kind: 'branch',
        id: 'size',
        paths: [
          { id: 'size.big', name: 'Big', if: { stage: ['mql'] }, steps: [wait, send('x')] },
          { id: 'size.rest', name: 'Rest', steps: [send('y')] },
        ],
      },
      days(2),
      send('c'),
    ])
    const first = enrolledBy(parted, '2027-06-30')
    const { due } = planBranch(
      parted,
      'size.big',
      begin + day,
      first.due,
      contextAt(begin + day, '2027-06-30'),
    )
    const enrolment = { ...first, n: 2, step: 'x', took: { size: 'size.big' }, due }
    expect(enrolment.due['x']).toBe(at('2027-05-31'))
    expect(replanOf(parted, enrolment, contextAt(now, '2027-05-31'))).toMatchObject({
      x: at('2027-05-01'),
      c: at('2027-05-03'),
    })
    expect(replanOf(parted, enrolment, contextAt(now, '2027-06-30'))).toBeUndefined()
  })

  it('does not move by the spread of a cohort', () => {
    const spread = { spread: 4 * 3600 }
    const due = planFirst(given, contextAt(begin, undefined, spread))
    const enrolment = enrolledBy(given, undefined, { due, records: { a: { is: 'sent', at: due['a'] ?? 0 } } })
    expect(replanOf(given, enrolment, contextAt(now, undefined, spread))).toBeUndefined()
  })
})
