/** What is said when something above the steps is misused. The trigger stands in line 5. */
import { describe, expect, test } from 'vitest'
import { fileOf, problemsOf } from './helpers.ts'

const steps =
  '  - send: one\n  - branch: { id: b, paths: [ { name: A, if: { stage: lead }, steps: [ { send: two } ] }, { name: B, else: true } ] }'
const said = (from: string, to: string): string[] => problemsOf(fileOf(steps).replace(from, to))

describe('enrol', () => {
  test.each([
    ['wen: { form: demo }', '5:8 "when" is missing', '5:10 unknown key "wen"; did you mean "when"?'],
    ['when: [] ', '5:16 when does a lead enter? write { form: <id> }, or api'],
    [
      'when: demo',
      '5:16 unknown trigger "demo"; allowed: form, ad_form, stage, event, score, temperature, date, api',
    ],
    ['when: apy', '5:16 unknown trigger "apy"; did you mean "api"?'],
    ['when: 3', '5:16 expected a trigger like { form: <id> }, found 3'],
    ['when: { frm: demo }', '5:18 unknown trigger "frm"; did you mean "form"?'],
    [
      'when: { constructor: demo }',
      '5:18 unknown trigger "constructor"; allowed: form, ad_form, stage, event, score, temperature, date, api',
    ],
    [
      'when: { form: demo, stage: lead }',
      '5:30 "form" and "stage" are two triggers: write a list, [ { … }, { … } ]',
    ],
    [
      'when: { ad_form: { source: facebook, form_id: 901 } }',
      '5:56 form_id: found 901; write it in quotes, so that none of its digits is lost',
    ],
    [
      'when: { event: trial }',
      expect.stringMatching(/^test.yaml:5:25 found "trial"; an event has a name like email.clicked/),
    ],
    ['when: { event: email.clickd }', '5:25 unknown event "email.clickd"; did you mean "email.clicked"?'],
    [
      'when: { event: { name: trial.started, step: one } }',
      '5:54 only email events have a step; trial.started has none',
    ],
    [
      'when: { event: { name: a.b, at_least: many } }',
      '5:48 found "many"; write a count like 3 or "3 per 14 days"',
    ],
    [
      'when: { event: { name: a.b, at_least: 3 per moon } }',
      '5:48 found "moon"; write a duration like "14 days"',
    ],
    [
      'when: { event: { name: a.b, at_least: 3 per 2 days, within: 2 days } }',
      '5:70 "at_least" says within how long already',
    ],
    [
      'when: { event: { name: a.b, within: soon } }',
      '5:46 within: found "soon"; write a duration like "2 days", "20 hours" or "30 minutes"',
    ],
    [
      'when: { event: { name: form.submitted, form: demi } }',
      '5:55 unknown form "demi"; did you mean "demo"?',
    ],
    ['when: { score: 40 }', '5:25 score: expected a block of keys (total, fit, engagement), found 40'],
    ['when: { score: { total: lots } }', '5:34 found "lots"; write a range like ">= 40", "< 8" or "50..199"'],
    [
      'when: { score: { total: 4, fit: 3 } }',
      '5:25 one score for each trigger: { score: { total: ">= 40" } }',
    ],
    ['when: { temperature: cool }', '5:31 temperature: found "cool"; allowed: hot, warm, cold'],
    [
      'when: { date: contract.end }',
      '5:24 date: expected a block of keys (field, before, after), found "contract.end"',
    ],
    [
      'when: { date: { field: contract.end, before: 1 day, after: 1 day } }',
      '5:69 "before" or "after" the date, not both',
    ],
    [
      'when: { stage: lead }, again: { key: order_id }',
      '5:47 key: no trigger of this sequence brings properties; enrol by an event or a form',
    ],
    [
      'when: { form: demo }, again: { key: order_id, again: nevr }',
      '5:63 again: found "nevr"; allowed: never, always, or "after 180 days"',
    ],
    [
      'when: { form: demo }, again: { ky: order_id }',
      '5:39 "key" is missing; expected a text',
      '5:41 unknown key "ky"; did you mean "key"?',
    ],
  ])('%s', (enrol, ...problems) => {
    const full = problems.map((one) => (typeof one === 'string' ? `test.yaml:${one}` : one))
    expect(said('when: { form: demo }', enrol)).toEqual(full)
  })
})

describe('the rest', () => {
  test.each([
    ['holdout: 10', '5:10 holdout: found 10; write a share like 50% or 12.5%'],
    ['holdout: 100%', '5:10 holdout: found "100%"; nobody would get anything'],
    ['in_flight: stay', '5:12 in_flight: found "stay"; allowed: move, pin'],
    ['removed: [ one ]', '5:10 removed: expected a block of keys, found a list'],
    ['removed: { old: exti }', '5:17 old: found "exti"; did you mean "exit"?'],
    [
      'removed: { old: { mapp: one } }',
      '5:17 "map" is missing; expected a text',
      '5:19 unknown key "mapp"; did you mean "map"?',
    ],
    ['removed: { two: exit }', '5:12 removed: the step "two" is still there, in line 9'],
    ['removed: { b.decide: exit }', '5:12 removed: the step "b" is still there, in line 9'],
    ['removed: { Old Step: pin }', '5:12 removed: "Old Step" cannot be the id of a step'],
    [
      'removed: { old: { map: tow } }',
      '5:24 map: unknown step "tow"; leads go on at a mail or a notice; did you mean "two"?',
    ],
    [
      'removed: { old: { map: b } }',
      '5:24 map: "b" is no mail; leads go on at a mail or a notice; allowed: one, two',
    ],
  ])('%s', (line, ...problems) => {
    expect(said('topic: guides', `topic: guides\n${line}`)).toEqual(problems.map((one) => `test.yaml:${one}`))
  })
})
