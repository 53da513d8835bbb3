import { describe, expect, it, test } from 'vitest'
import type { Enrolment } from '../../../domain/enrolment.ts'
import { changesOf, suggestionFor } from '../../../domain/publish-changes.ts'
import { type Fate, fateOf, type Planning } from '../../../domain/publish-lead.ts'
import { type Finding, problemsOf, refusalText } from '../../../domain/publish-problems.ts'
import {
  emptyTally,
  type Limit,
  limitsOf,
  mostIn,
  surgesIn,
  withLead,
} from '../../../domain/publish-report.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { waitsFor } from '../../../domain/waiting.ts'
import { days, send, sequenceOf } from '../../property/moves/edits.ts'
import { settings } from './settings-sample.ts'

const day = 86_400
/** Monday, 4 January 2027, 10:00 UTC. */
const now = Date.UTC(2027, 0, 4, 10) / 1000
const [a, b, c, d] = ['a', 'b', 'c', 'd'].map((id) => send(id)) as [Step, Step, Step, Step]
const until: Step = { kind: 'wait', wait: { date: { field: 'contract.end', otherwise: 'P1D' } } }
const old = sequenceOf([a, days(2), b, days(2), c, days(2), d])
const named = (id: string, sequence: Sequence): Sequence => ({ ...sequence, id })

const planning: Planning = {
  now,
  zone: 'UTC',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5, 6, 7], holidays: [] },
  minGap: 0,
}

/** Got the first mail and waits for the second. */
const waiting: Enrolment = {
  enrolmentId: 'lead-test-1',
  leadId: 'lead',
  sequence: 'test',
  version: old.version,
  run: 1,
  createdAt: now - day,
  n: 0,
  step: 'a',
  token: 't',
  due: { a: now - day, b: now + day, c: now + 3 * day, d: now + 5 * day },
  took: {},
  records: { a: { is: 'sent', at: now - day } },
}
const fate = (next: Sequence, more: Partial<Enrolment> = {}): Fate =>
  fateOf({ enrolment: { ...waiting, ...more }, old }, next, planning)

describe('changes', () => {
  test('by sequence: new, gone, texts, steps', () => {
    const texts = sequenceOf([send('a', 'other'), ...old.steps.slice(1)])
    const steps = sequenceOf([a, days(2), send('n'), days(2), c, days(2), d])
    const live = { one: old, two: old, three: old, four: old }
    const next = { one: old, two: texts, three: steps, five: named('five', old) }
    expect(changesOf(live, next).map(({ is, id }) => [id, is])).toEqual([
      ['five', 'new'],
      ['four', 'gone'],
      ['one', 'same'],
      ['three', 'steps'],
      ['two', 'texts'],
    ])
    expect(changesOf(live, next)[3]).toMatchObject({ added: ['n'], removed: ['b'] })
  })

  test('what a file could say of a step that was taken out', () => {
    const renamed = sequenceOf([a, days(2), send('b2', 'b'), days(2), c, days(2), d])
    expect(suggestionFor(old, renamed, 'b')).toEqual({ map: 'b2' })
    expect(suggestionFor(old, sequenceOf([a, days(2), d]), 'b')).toEqual({ map: 'd' })
    expect(suggestionFor(old, sequenceOf([a, days(2), b]), 'd')).toBe('exit')
  })
})

describe('a lead', () => {
  test('waits for its next mail, or for the one that was put off', () => {
    expect(waitsFor(waiting, old, now)?.id).toBe('b')
    expect(waitsFor({ ...waiting, n: 1, step: 'b' }, old, now)?.id).toBe('b')
    expect(waitsFor({ ...waiting, n: -1, step: undefined as never, records: {} }, old, now)?.id).toBe('a')
    const records = Object.fromEntries(
      ['a', 'b', 'c', 'd'].map((id) => [id, { is: 'sent', at: now } as const]),
    )
    expect(waitsFor({ ...waiting, step: 'd', records }, old, now)).toBeUndefined()
  })

  test.each<[string, Sequence, Fate['is']]>([
    ['goes on by the new version', sequenceOf([a, days(2), b, days(9), c, days(2), d]), 'moves'],
    ['takes over texts', sequenceOf([send('a', 'other'), ...old.steps.slice(1)]), 'repinned'],
    ['leaves with its step', sequenceOf([a, days(2), c], { removed: { b: 'exit' } }), 'leaves'],
    ['finishes by its version', sequenceOf([a, days(2), c], { removed: { b: 'pin' } }), 'stays'],
    ['is not spoken of', sequenceOf([a, days(2), c]), 'unmapped'],
  ])('%s', (_, next, is) => {
    expect(fate(next)).toMatchObject({ is, step: 'b' })
  })

  test('gets other mails at other times: both plans are reckoned alike', () => {
    const { before, after } = fate(sequenceOf([a, days(2), b, days(4), c, days(4), d, days(1), send('n')]))
    const times = (mails: Fate['before']) => mails.map(({ at }) => (at - now) / day)
    expect(times(before)).toEqual([1, 3, 5])
    expect(times(after)).toEqual([1, 5, 9, 10])
    const { after: mapped } = fate(sequenceOf([a, days(2), d], { removed: { b: { map: 'd' } } }))
    expect(times(mapped)).toEqual([1])
  })
})

const weekly: Limit = { max: 2, per: 7 * day, all: false }
const mails = (...at: readonly number[]) => at.map((each) => ({ at: now + each * day, immediately: false }))
const moving = (before: readonly number[], after: readonly number[]): Fate => ({
  step: 'b',
  is: 'moves',
  before: mails(...before),
  after: mails(...after),
})
const tallyOf = (...fates: readonly Fate[]) =>
  fates.reduce((sum, one) => withLead(sum, one, [weekly], now), emptyTally)

describe('limits', () => {
  test('the most mails of any stretch count', () => {
    expect(mostIn(mails(1, 2, 9, 10, 11, 30), weekly)).toBe(3)
    expect(mostIn(mails(1, 8, 15), weekly)).toBe(1)
    const asked = mails(1, 2, 3).map((mail) => ({ ...mail, immediately: true }))
    expect(mostIn(asked, weekly)).toBe(0)
    expect(mostIn(asked, { ...weekly, all: true })).toBe(3)
  })

  test('are the cap and the guard of the settings', () => {
    const guard = { perLead: { max: 5, per: day * 1000 } }
    expect(limitsOf({ ...settings, sending: { ...settings.sending, guard } })).toEqual([
      { max: 3, per: 7 * day, all: false },
      { max: 5, per: day, all: true },
    ])
  })

  test('only what the publication makes worse is held against it', () => {
    expect(tallyOf(moving([1, 5], [1, 2, 3])).over).toEqual({ leads: 1, most: 3 })
    expect(tallyOf(moving([1, 2, 3], [1, 2, 3])).over).toEqual({ leads: 0, most: 0 })
  })
})

describe('the forecast', () => {
  const many = (count: number, before: readonly number[], after: readonly number[]) =>
    tallyOf(...Array.from({ length: count }, () => moving(before, after)))

  test('counts mails by day from today on, two weeks ahead', () => {
    const { before, after, leads, waiting: where } = many(3, [0.5, 1.5, 20], [0.2, 13.5, 13.9])
    expect(before.slice(0, 3)).toEqual([3, 3, 0])
    expect([after[0], after[13]]).toEqual([3, 3])
    expect({ leads, where }).toEqual({ leads: 3, where: { b: 3 } })
  })

  test.each([
    ['a fifth more of many', many(60, [1], [1]), many(12, [], [1]), []],
    ['more than a fifth more', many(60, [1], [1]), many(13, [], [1]), [{ day: 1, before: 60, after: 73 }]],
    ['a few of nothing', many(50, [5], [1]), emptyTally, []],
    ['many of nothing', many(51, [5], [1]), emptyTally, [{ day: 1, before: 0, after: 51 }]],
  ])('%s', (_, one, other, surges) => {
    expect(surgesIn([one, other])).toEqual(surges)
  })
})

describe('the refusal', () => {
  const next = sequenceOf([a, days(2), c, days(2), send('d2', 'd')])
  const change = changesOf({ test: old }, { test: next })[0]
  if (!change) throw new Error('nothing changed')
  const lost: Fate = { step: 'b', is: 'unmapped', before: [], after: [] }
  const finding = (...fates: readonly Fate[]): Finding => ({ change, tally: tallyOf(...fates) })
  const publishing = { now, limits: [weekly] }

  it('says how many wait for what is gone, and what to write', () => {
    const problems = problemsOf([finding(lost, lost, { ...lost, step: 'd' })], publishing)
    expect(problems).toEqual([
      [
        'test: leads wait for steps that are gone: "b" (2 leads), "d" (1 lead).',
        '    Say in workflows/sequences/test.yaml what becomes of them ({ map: other-step }, exit, or pin), for example',
        '    removed:',
        '      b: { map: c }',
        '      d: { map: d2 }',
      ].join('\n'),
    ])
    expect(refusalText(problems, 'Accept it.')).toMatch(/^Nothing was published: .*\n {2}- test: leads/)
  })

  it('says who would get too many mails', () => {
    expect(problemsOf([finding(moving([1], [1, 2, 3]))], publishing)).toEqual([
      'test: 1 lead would get more mails than allowed, up to 3 where the limit is 2 in 7 days.\n    Make the waits longer.',
    ])
  })

  it('says on which days far more would be mailed', () => {
    const fates = Array.from({ length: 60 }, () => moving([5], [1]))
    expect(problemsOf([finding(...fates)], publishing)).toEqual([
      'more than a fifth above what was planned would be mailed:\n    2027-01-05: 60 mails instead of 0',
    ])
    const others = [{ before: emptyTally.before.map(() => 900), after: emptyTally.after.map(() => 900) }]
    expect(problemsOf([finding(...fates)], { ...publishing, others })).toEqual([])
  })

  it.each([
    ['for a way of more than a year', sequenceOf([a, days(400), b]), 1],
    ['for one that waits for a date', sequenceOf([a, until, b]), 1],
    ['not for one of weeks', old, 0],
  ])('says that a file is still needed: %s', (_, gone, count) => {
    const changes = changesOf({ test: gone }, {})
    const problems = problemsOf([], { ...publishing, changes })
    expect(problems).toHaveLength(count)
    expect(problemsOf([], { ...publishing, changes, acceptsForecast: true })).toEqual([])
  })

  it('goes back to what was live before without a word about steps, and takes a forecast when told to', () => {
    const all = [finding(lost, moving([1], [1, 2, 3]))]
    expect(problemsOf(all, { ...publishing, isRollback: true })).toHaveLength(1)
    expect(problemsOf(all, { ...publishing, acceptsForecast: true })).toHaveLength(1)
    expect(problemsOf(all, { ...publishing, isRollback: true, acceptsForecast: true })).toEqual([])
  })
})
