/** What is said when a step is misused. Steps begin in line 7. */
import { describe, expect, test } from 'vitest'
import { fileOf, misuse, problemsOf, said } from './helpers.ts'

describe('send', () => {
  misuse([
    ['  - send: { next_of: [ one, two ] }', '7:5 a mail of several templates needs an id: id: <name>'],
    [
      '  - send: { next_of: [ one, two, one, tow ] }\n    id: tips',
      '7:34 "one" is there twice',
      '7:39 unknown template "tow"; did you mean "two"?',
    ],
    [
      '  - send: { next_of: [ one ] }\n    id: tips',
      '7:22 next_of: found a list; allowed: at least 2 entries',
    ],
    [
      '  - send: { next_of: [ one, two ] }\n    id: tips\n    variant_by: country',
      '9:17 "next_of" and "variant_by" do not go together',
    ],
    [
      '  - send: one\n    variant_by: country',
      '8:17 "one" has no variants: there is no file templates/emails/one.<value>.mjml',
    ],
    [
      '  - send: case\n    variant_by: company industry',
      '8:17 variant_by: found "company industry"; a field is letters, digits, "_", "." and "-"',
    ],
    ['  - send: one\n    from: mayo', '8:11 unknown sender "mayo"; did you mean "maya"?'],
    [
      '  - send: one\n    only_if: { clicked: { step: sixx } }',
      '8:33 unknown step "sixx"; did you mean "six"?',
    ],
    [
      '  - send: one\n    only_if: yes',
      '8:14 expected a condition like { score: { total: ">= 40" } }, found "yes"',
    ],
  ])

  test('a variant that no value leads to', () => {
    const templates = new Set(['one', 'one.Food & Drink', 'one.retail'])
    expect(problemsOf(fileOf('  - send: one\n    variant_by: country'), { templates })).toEqual([
      'test.yaml:8:17 one.Food & Drink.mjml is never chosen: after the dot, write the value in lower case, digits and "-"',
    ])
  })

  test('variants without the template to fall back to', () => {
    const templates = new Set(['one.retail'])
    expect(problemsOf(fileOf('  - send: one\n    variant_by: country'), { templates })).toEqual([
      'test.yaml:7:11 unknown template "one"; allowed: one.retail',
    ])
  })

  test('a subject that is no Liquid, as the templates see it', () => {
    const checkSubject = (text: string) => (text.includes('nmae') ? ['unknown variable "lead.nmae"'] : [])
    expect(
      problemsOf(fileOf('  - send: one\n    subject: "Hi {{ lead.nmae }}"\n  - send: two\n    subject: Hi'), {
        checkSubject,
      }),
    ).toEqual(['test.yaml:8:14 subject: unknown variable "lead.nmae"'])
  })

  test('a template whose name cannot be an id', () => {
    const templates = new Set(['One', 'end', 'score-2'])
    expect(problemsOf(fileOf('  - send: One\n  - send: end\n  - send: score-2'), { templates })).toEqual([
      'test.yaml:7:5 this step needs an id: "One" cannot be one',
      'test.yaml:8:5 this step needs an id: "end" cannot be one',
      'test.yaml:9:5 this step needs an id: "score-2" cannot be one',
    ])
  })
})

describe('wait', () => {
  misuse([
    ['  - wait: 0 days', '7:11 wait: found "0 days"; it takes at least a minute'],
    ['  - wait: 11 years', '7:11 wait: found "11 years"; at most 10 years'],
    [
      '  - wait: { then: "tue 25:00" }',
      '7:19 then: found "tue 25:00"; write days and a time like "tue-thu 09:30"',
    ],
    ['  - wait: { }', '7:11 wait for what? write { for: 2 days } or { then: "tue 09:30" }'],
    [
      '  - wait: { until: { date: contract.end, before: 30 days } }',
      '7:11 "otherwise" is missing: how long to wait when a lead has no such date, such as otherwise: 90 days',
    ],
    [
      '  - wait: { until: { date: contract.end, before: 1 day, after: 1 day }, otherwise: 1 day, for: 1 day }',
      '7:64 "before" or "after" the date, not both',
      '7:96 wait "for" a length or "until" a date, not both',
    ],
    [
      '  - wait: { until: { dat: contract.end }, otherwise: 1 day }',
      '7:20 "date" is missing; expected a text',
      '7:22 unknown key "dat"; did you mean "date"?',
    ],
    [
      '  - wait: { for: 1 day, otherwise: 1 day }',
      '7:36 "otherwise" belongs to { until: { date: <field> } }',
    ],
  ])
})

describe('notify and task', () => {
  misuse([
    [
      '  - task: { to: mayo, titel: Call }',
      '7:11 "title" is missing; expected a text',
      '7:23 unknown key "titel"; did you mean "title"?',
    ],
    [
      '  - task: { to: mayo, team: sbm, title: Call, template: tasks }',
      '7:17 unknown receiver "mayo"; did you mean "maya"? (or an address)',
      '7:29 unknown team "sbm"; did you mean "smb"?',
      '7:57 unknown template "tasks"; allowed: one, two, three, four, five, six, notice, sales-task, case, case.retail, case.food-drink',
    ],
    [
      '  - task: { to: maya, title: Call, within: soon }',
      '7:44 within: found "soon"; write a duration like "2 days", "20 hours" or "30 minutes"',
    ],
  ])

  test('the template of a task is one of the notices', () => {
    expect(
      problemsOf(fileOf('  - task: { to: maya, title: Call }'), { notices: new Set(['notice']) }),
    ).toEqual(['test.yaml:7:11 unknown template "sales-task"; allowed: notice'])
  })
})

test('two steps in one, and words that are none', () => {
  expect(
    said('  - stage: { to: lead, reason: Why }\n    tag: { add: a }\n  - goto: one\n  - constructor: one'),
  ).toEqual([
    'test.yaml:8:5 "stage" and "tag" are two steps: begin each with "- "',
    expect.stringMatching(/^test.yaml:9:5 unknown step "goto"; allowed: send, wait, /),
    expect.stringMatching(/^test.yaml:10:5 unknown step "constructor"; allowed: /),
  ])
})
