import { describe, expect, it } from 'vitest'
import type { Trigger } from '../../../domain/sequence.ts'
import { lengthWords, triggerWords } from '../../../domain/trigger-words.ts'
import { settings } from './settings-sample.ts'

describe('what makes a lead enter, in words', () => {
  it.each<[Trigger, string]>([
    [{ kind: 'form', form: 'warehouse-guide' }, 'the form “Warehouse guide” is filled in'],
    [{ kind: 'ad-form', source: 'facebook', formId: '901' }, 'the form 901 on Facebook is filled in'],
    [
      { kind: 'stage', stages: ['mql', 'recycled'] },
      '“Marketing qualified” or “Recycled to nurture” is reached',
    ],
    [
      {
        kind: 'event',
        event: { name: 'trial.started', where: { plan: 'pro*' } },
        atLeast: 3,
        within: 'P14D',
      },
      'trial.started (plan pro*) happens 3 times in 14 days',
    ],
    [{ kind: 'event', event: { name: 'email.clicked', steps: ['w1'] } }, 'email.clicked (of w1) happens'],
    [{ kind: 'score', score: 'total', is: { atLeast: 40 } }, 'the score becomes 40 or more'],
    [{ kind: 'score', score: 'fit', is: { below: 8 } }, 'the fit becomes less than 8'],
    [{ kind: 'temperature', temperature: 'cold' }, 'the lead turns cold'],
    [
      { kind: 'date', field: 'contract.end', shift: { by: 'P60D', to: 'before' } },
      'it is 60 days before contract.end',
    ],
    [{ kind: 'date', field: 'birthday' }, 'birthday is reached'],
    [{ kind: 'api' }, 'somebody adds the lead by hand or by the API'],
  ])('%o', (trigger, words) => {
    expect(triggerWords(trigger, { settings })).toBe(words)
  })
})

it.each([
  ['P1D', '1 day'],
  ['P2W', '14 days'],
  ['P1Y6M', '1 year and 6 months'],
  ['PT20H', '20 hours'],
  ['PT90M', '90 minutes'],
  ['PT45S', '45 seconds'],
  ['PT0S', 'no time'],
])('the length %s is told as %s', (iso, words) => {
  expect(lengthWords(iso)).toBe(words)
})
