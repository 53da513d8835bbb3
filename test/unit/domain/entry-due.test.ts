import { describe, expect, it } from 'vitest'
import { foldLead } from '../../../domain/lead.ts'
import { due, known, on, permitted, runOf, sequenceOf } from './entry-sample.ts'
import { captured, day, goodFit, hour, moved, signal, start, submission, viewed } from './lead-sample.ts'
import { rules } from './settings-sample.ts'

const trial = on({ kind: 'event', event: { name: 'trial.started' } })

describe('a trigger by an event', () => {
  const started = signal('t1', 'trial.started', start + day)
  const now = start + day

  it('is pulled by a fresh signal only', () => {
    expect(due([permitted(), started], [trial], now, { fresh: ['t1'] })).toEqual(['one by t1'])
    expect(due([permitted(), started], [trial], now)).toEqual([])
    expect(due([permitted(), started], [trial], now, { fresh: ['other'] })).toEqual([])
  })

  it('asks for properties', () => {
    const pro = on({ kind: 'event', event: { name: 'trial.started', where: { plan: 'pro*' } } })
    const as = (plan: string) => [permitted(), signal('t1', 'trial.started', now, { properties: { plan } })]
    expect(due(as('pro-xl'), [pro], now, { fresh: ['t1'] })).toHaveLength(1)
    expect(due(as('free'), [pro], now, { fresh: ['t1'] })).toEqual([])
  })

  it('may ask for several within a stretch', () => {
    const often = on({ kind: 'event', event: { name: 'page.viewed' }, atLeast: 3, within: 'P14D' })
    const views = (...days: number[]) => [
      permitted(),
      ...days.map((d, i) => viewed(`v${i}`, '/', start + d * day)),
    ]
    expect(due(views(1, 2, 14.9), [often], start + 15 * day, { fresh: ['v2'] })).toEqual(['one by v2'])
    expect(due(views(1, 2, 15), [often], start + 15 * day, { fresh: ['v2'] })).toEqual([])
    expect(due(views(1, 2), [often], start + 15 * day, { fresh: ['v1'] })).toEqual([])
  })

  it('is no matter for machines, until somebody judges otherwise', () => {
    const click = signal('k', 'email.clicked', now, { verdict: 'machine' })
    const clicked = on({ kind: 'event', event: { name: 'email.clicked' } })
    const judged = signal('j', 'signal.judged', now + 1, { properties: { signal: 'k', verdict: 'human' } })
    expect(due([permitted(), click], [clicked], now, { fresh: ['k'] })).toEqual([])
    expect(due([permitted(), click, judged], [clicked], now + 1, { fresh: ['j'] })).toEqual(['one by k'])
  })

  it('leaves events of an import alone', () => {
    const log = [permitted({ at: start - 90 * day }), signal('old', 'trial.started', start - 30 * day)]
    expect(due(log, [trial], start, { fresh: ['old'] })).toEqual([])
    expect(due(log, [trial], start - 1, { fresh: ['old'] })).toEqual(['one by old'])
  })

  it('enters once by the same event, and only who may', () => {
    const again = on({ kind: 'event', event: { name: 'trial.started' } }, { again: 'always' })
    const log = [permitted(), started]
    expect(due(log, [again], now, { fresh: ['t1'], runs: [runOf('one', { by: 't1' })] })).toEqual([])
    expect(due(log, [again], now, { fresh: ['t1'], runs: [runOf('one', { by: 't0' })] })).toEqual([
      'one by t1',
    ])
    expect(due(log, [again], now, { fresh: ['t1'], runs: [runOf('one', { isOver: false })] })).toEqual([])
    expect(due([captured(), started], [trial], now, { fresh: ['t1'] })).toEqual([])
  })

  it('starts one run for all, or one for each key', () => {
    const paid = (id: string, order: string) =>
      signal(id, 'order.paid', now, { properties: { order_id: order } })
    const log = [permitted(), paid('a', '1'), paid('b', '2'), paid('c', '2')]
    const fresh = ['a', 'b', 'c']
    const trigger = { kind: 'event', event: { name: 'order.paid' } } as const
    expect(due(log, [on(trigger, { again: 'always' })], now, { fresh })).toEqual(['one by a'])
    expect(due(log, [on(trigger, { key: 'order_id' })], now, { fresh })).toEqual(['one by a', 'one by b'])
    const runs = [runOf('one', { key: '1', by: 'a', isOver: false })]
    expect(due(log, [on(trigger, { key: 'order_id' })], now, { fresh, runs })).toEqual(['one by b'])
  })

  it('may be a submission', () => {
    const form = on({ kind: 'event', event: { name: 'form.submitted', where: { form: 'demo' } } })
    expect(due([permitted({ form: 'demo' })], [form], start, { fresh: ['captured-1'] })).toHaveLength(1)
  })
})

describe('a trigger by score', () => {
  const above = on({ kind: 'score', score: 'total', is: { atLeast: 40 } }, { again: 'always' })
  const reached = [
    permitted(),
    signal('r', 'email.replied', start + day),
    viewed('v', '/pricing', start + day),
  ]

  it('is the moment at which the score comes into the range', () => {
    expect(due(reached, [above], start + day)).toEqual([`one by score-total-${start + day}`])
    expect(due([permitted()], [above], start + day)).toEqual([])
  })

  it('stays the same moment while the score stays there', () => {
    const more = [...reached, viewed('v2', '/pricing', start + 2 * day)]
    expect(due(more, [above], start + 2 * day)).toEqual([`one by score-total-${start + day}`])
    const runs = [runOf('one', { by: `score-total-${start + day}` })]
    expect(due(more, [above], start + 2 * day, { runs })).toEqual([])
  })

  it('is a new one when it left in between', () => {
    const later = start + 20 * day
    const back = [...reached, signal('r2', 'email.replied', later), signal('r3', 'email.replied', later)]
    expect(due(back, [above], later)).toEqual([`one by score-total-${later}`])
  })

  it('is found to the millisecond where the score decays into the range', () => {
    const below = on({ kind: 'score', score: 'engagement', is: { below: 10 } })
    const rules1 = { ...rules, sequences: { one: below } }
    const at = foldLead([permitted()], rules1, start).nextChangeAt ?? 0
    expect(foldLead([permitted()], rules1, at - 1).score.engagement).toBe(10)
    expect(foldLead([permitted()], rules1, at).score.engagement).toBe(9)
    expect(due([permitted()], [below], at - 1)).toEqual([])
    expect(due([permitted()], [below], at)).toEqual([`one by score-engagement-${at}`])
    expect(due([permitted()], [below], at + 6 * day)).toEqual([`one by score-engagement-${at}`])
    expect(due([permitted()], [below], at + 7 * day)).toEqual([])
  })

  it('is none for who began in the range, nor long after', () => {
    const low = on({ kind: 'score', score: 'total', is: { below: 50 } })
    expect(due([permitted()], [low])).toEqual([])
    expect(due([known(goodFit)], [low])).toEqual([])
    const fit = on({ kind: 'score', score: 'fit', is: { atLeast: 20 } })
    expect(due([known(goodFit)], [fit])).toEqual([`one by score-fit-${start}`])
    expect(due([known(goodFit)], [fit], start + 8 * day)).toEqual([])
  })

  it('takes fit as it was at each time', () => {
    const fit = on({ kind: 'score', score: 'fit', is: { atLeast: 20 } })
    const told = start + 40 * day
    const more = known(goodFit, { id: 'captured-2', at: told })
    expect(due([permitted(), more], [fit], told)).toEqual([`one by score-fit-${told}`])
    const again = known(goodFit, { id: 'captured-3', at: told + 10 * day })
    expect(due([permitted(), more, again], [fit], told + 10 * day)).toEqual([])
  })

  it('does not move with our clock when an event is stamped a little ahead', () => {
    const ahead = [
      permitted(),
      signal('r', 'email.replied', start + hour),
      viewed('v', '/pricing', start + hour),
    ]
    const moment = [`one by score-total-${start + hour}`]
    expect(due(ahead, [above], start)).toEqual(moment)
    expect(due(ahead, [above], start + hour / 2)).toEqual(moment)
    expect(due(ahead, [above], start + hour)).toEqual(moment)
  })
})

describe('a trigger by temperature', () => {
  const cold = on({ kind: 'temperature', temperature: 'cold' })
  const hot = on({ kind: 'temperature', temperature: 'hot' })

  it('is the moment at which it becomes that', () => {
    const becomes = foldLead([permitted()], rules, start).nextChangeAt ?? 0
    expect(due([permitted()], [cold], becomes - 1)).toEqual([])
    expect(due([permitted()], [cold], becomes)).toEqual([`one by temperature-cold-${becomes}`])
    expect(due([permitted()], [cold], becomes + 3 * day)).toEqual([`one by temperature-cold-${becomes}`])
  })

  it('is none for who was never anything else', () => {
    const imported = permitted({ submission: submission({ source: 'csv:old' }) })
    expect(due([imported], [cold])).toEqual([])
  })

  it('keeps its moment through the other band', () => {
    const log = [permitted(), signal('r', 'email.replied', start + day)]
    expect(due(log, [hot], start + day)).toEqual([`one by temperature-hot-${start + day}`])
    expect(due([...log, viewed('v', '/pricing', start + 2 * day)], [hot], start + 2 * day)).toEqual([
      `one by temperature-hot-${start + day}`,
    ])
  })
})

describe('a trigger by a date', () => {
  const ends = (date: string) =>
    known({ 'contract.end': [date], country: ['US'], timezone: ['America/New_York'] })
  const before = on({ kind: 'date', field: 'contract.end', shift: { by: 'P60D', to: 'before' } })
  /** Midnight in New York, 60 days before 31 March 2027 (EST). */
  const at = Date.parse('2027-01-30T05:00:00Z')

  it('is due from that midnight where the lead is, for a week', () => {
    const log = [ends('2027-03-31')]
    expect(due(log, [before], at - 1)).toEqual([])
    expect(due(log, [before], at)).toEqual(['one by date-contract.end-2027-03-31'])
    expect(due(log, [before], at + 7 * day - 1)).toHaveLength(1)
    expect(due(log, [before], at + 7 * day)).toEqual([])
  })

  it('is the instant of the timer', () => {
    expect(
      foldLead([ends('2027-03-31')], { ...rules, sequences: { one: before } }, at - day).nextChangeAt,
    ).toBe(at)
  })

  it('keeps the local day over a change of the clocks', () => {
    const after = on({ kind: 'date', field: 'contract.end', shift: { by: 'P1M', to: 'after' } })
    const summer = Date.parse('2027-03-28T04:00:00Z')
    expect(due([ends('2027-02-28')], [after], summer)).toHaveLength(1)
    expect(due([ends('2027-02-28')], [after], summer - 1)).toEqual([])
  })

  it('of another day is another one', () => {
    const moved2 = known({ 'contract.end': ['2027-04-10'] }, { id: 'c2', at: start + day })
    const now = Date.parse('2027-02-10T12:00:00Z')
    const runs = [runOf('one', { by: 'date-contract.end-2027-03-31' })]
    const always = on(
      { kind: 'date', field: 'contract.end', shift: { by: 'P60D', to: 'before' } },
      { again: 'always' },
    )
    expect(due([ends('2027-03-31'), moved2], [always], now, { runs })).toEqual([
      'one by date-contract.end-2027-04-10',
    ])
  })

  it('that had passed before the lead was there is none, nor is what is no date', () => {
    const day0 = on({ kind: 'date', field: 'contract.end' })
    expect(due([ends('2026-11-19')], [day0], start)).toEqual([])
    expect(due([ends('2026-11-21')], [day0], start + 2 * day)).toHaveLength(1)
    for (const text of ['soon', '2026-02-30', '21.11.2026', '', '2026-11-21 soon'])
      expect(due([ends(text)], [day0], start + 2 * day), text).toEqual([])
    expect(due([ends('2026-11-21T22:00:00Z')], [day0], start + 2 * day)).toHaveLength(1)
  })
})

it('a stage or form trigger is none of these', () => {
  const both = sequenceOf('one', {
    when: [
      { kind: 'form', form: 'demo' },
      { kind: 'stage', stages: ['mql'] },
    ],
  })
  const log = [permitted({ form: 'demo' }), moved(1, 'lead', 'mql', start)]
  expect(due(log, [both], start, { fresh: ['captured-1', 'stage-0001'] })).toEqual([])
})
