import { describe, expect, it } from 'vitest'
import {
  type Entrant,
  type EntryRefusal,
  entryRefusals,
  isTriggered,
  keyOf,
  refusalOf,
  refusalWords,
} from '../../../domain/entry.ts'
import type { LeadEvent } from '../../../domain/event.ts'
import { entrantOf, known, on, permitted, runOf, sequenceOf } from './entry-sample.ts'
import { captured, day, moved, signal, start, submission } from './lead-sample.ts'

const left: LeadEvent = { type: 'suppressed', id: 'u', at: start, reason: 'unsubscribed', source: 'link' }
const plain = sequenceOf('one', {})

describe('who may not enter', () => {
  const cases: readonly [EntryRefusal, Entrant, ReturnType<typeof sequenceOf>?][] = [
    ['suppressed', entrantOf([permitted(), left])],
    ['test-lead', entrantOf([permitted({ submission: submission({ isTest: true }) })])],
    [
      'undeliverable',
      entrantOf([permitted({ submission: submission({ person: { phone: '+4930901820' } }) })]),
    ],
    ['stage', entrantOf([permitted(), moved(1, 'lead', 'customer', start)])],
    ['no-consent', entrantOf([captured()])],
    ['condition', entrantOf([permitted()]), sequenceOf('one', { onlyIf: { stage: ['mql'] } })],
    ['running', entrantOf([permitted()], start, { runs: [runOf('one', { isOver: false })] })],
    ['again', entrantOf([permitted()], start, { runs: [runOf('one')] })],
  ]

  it.each(cases)('%s', (reason, entrant, sequence = plain) => {
    expect(refusalOf(entrant, sequence)).toBe(reason)
    expect(refusalWords(reason)).not.toBe('')
  })

  it('every reason has a case here', () => {
    expect(cases.map(([reason]) => reason)).toEqual(entryRefusals)
  })

  it('whoever is left may', () => {
    expect(refusalOf(entrantOf([permitted()]), plain)).toBeUndefined()
    expect(
      refusalOf(entrantOf([permitted()], start, { runs: [runOf('other', { isOver: false })] }), plain),
    ).toBe(undefined)
  })
})

describe('a stage that ends all sequences', () => {
  const customer = entrantOf([permitted(), moved(1, 'lead', 'customer', start)])

  it.each([
    [{ when: [{ kind: 'stage', stages: ['customer'] }] }, true],
    [{ onlyIf: { stage: ['customer', 'loyal'] } }, true],
    [{ onlyIf: { all: [{ temperature: ['warm'] }, { any: [{ stage: ['customer'] }] }] } }, true],
    [{ onlyIf: { not: { stage: ['lead'] } } }, false],
    [{ when: [{ kind: 'stage', stages: ['loyal'] }] }, false],
  ] as const)('lets in who asks for it by name: %j', (enrol, may) => {
    expect(refusalOf(customer, sequenceOf('one', enrol))).toBe(may ? undefined : 'stage')
  })
})

describe('coming again', () => {
  const at = (days: number, again: string) =>
    refusalOf(
      entrantOf([permitted()], start + days * day, { runs: [runOf('one')] }),
      sequenceOf('one', { again }),
    )

  it('is a matter of the sequence', () => {
    expect(at(1000, 'never')).toBe('again')
    expect(at(0, 'always')).toBeUndefined()
    expect(at(179, 'P180D')).toBe('again')
    expect(at(180, 'P180D')).toBeUndefined()
  })

  it('counts from the last of several runs', () => {
    const runs = [runOf('one', { createdAt: start / 1000 }), runOf('one', { createdAt: start / 1000 - 9e6 })]
    const entrant = entrantOf([permitted()], start + 10 * day, { runs })
    expect(refusalOf(entrant, sequenceOf('one', { again: 'P20D' }))).toBe('again')
  })
})

describe('a sequence that runs once for each order', () => {
  const perOrder = sequenceOf('one', { key: 'order_id' })
  const runs = [runOf('one', { key: 'A', isOver: false }), runOf('one', { key: 'B' })]
  const entrant = entrantOf([permitted()], start, { runs })

  it('judges running and coming again for each', () => {
    expect(refusalOf(entrant, perOrder, 'A')).toBe('running')
    expect(refusalOf(entrant, perOrder, 'B')).toBe('again')
    expect(refusalOf(entrant, perOrder, 'C')).toBeUndefined()
    expect(refusalOf(entrant, perOrder)).toBeUndefined()
  })

  it('finds the order in the event', () => {
    const events = [
      known({ order_id: ['7'] }),
      permitted({ id: 'c2', submission: submission({ hidden: { order_id: '8' } }) }),
      signal('s', 'order.paid', start, { properties: { order_id: '9' } }),
    ]
    expect(['captured-1', 'c2', 's', 'score-total-1'].map((id) => keyOf(perOrder, events, id))).toEqual([
      '7',
      '8',
      '9',
      undefined,
    ])
    expect(keyOf(plain, events, 's')).toBeUndefined()
    expect(keyOf(sequenceOf('one', { key: 'constructor' }), events, 's')).toBeUndefined()
  })
})

describe('what happened', () => {
  const byAd = permitted({ submission: submission({ source: 'facebook', formId: '901' }) })

  it.each([
    [{ kind: 'form', form: 'demo' }, permitted({ form: 'demo' }), true],
    [{ kind: 'form', form: 'demo' }, permitted({ form: 'guide' }), false],
    [{ kind: 'ad-form', source: 'facebook', formId: '901' }, byAd, true],
    [{ kind: 'ad-form', source: 'linkedin', formId: '901' }, byAd, false],
    [{ kind: 'ad-form', source: 'facebook', formId: '902' }, byAd, false],
    [{ kind: 'stage', stages: ['mql', 'recycled'] }, moved(1, 'lead', 'mql', start), true],
    [{ kind: 'stage', stages: ['recycled'] }, moved(1, 'lead', 'mql', start), false],
    [{ kind: 'api' }, permitted({ form: 'demo' }), false],
  ] as const)('%j', (trigger, event, expected) => {
    expect(isTriggered(on(trigger), event, start)).toBe(expected)
  })

  it('too long ago starts nothing', () => {
    const form = on({ kind: 'form', form: 'demo' })
    expect(isTriggered(form, permitted({ form: 'demo' }), start + 30 * day - 1)).toBe(true)
    expect(isTriggered(form, permitted({ form: 'demo' }), start + 30 * day)).toBe(false)
  })
})
