import { describe, expect, test } from 'vitest'
import { compiled, fileOf, problemsOf } from './helpers.ts'

const stepProblems = (steps: string) => problemsOf(fileOf(steps))

describe('malformed YAML', () => {
  test('gives the parser’s position', () => {
    expect(problemsOf('format: 1\nid: test\nsteps:\n  - send: "one\n')[0]).toMatch(
      /^test\.yaml:5:1 this is not valid YAML: Missing closing "quote/,
    )
    expect(problemsOf('format: 1\nid: a: b\n')).toEqual([
      'test.yaml:2:5 this is not valid YAML: Nested mappings are not allowed in compact mappings',
    ])
  })

  test('a key twice', () => {
    expect(problemsOf('id: a\nname: b\nid: c\n')).toEqual([
      'test.yaml:3:1 this is not valid YAML: Map keys must be unique',
    ])
  })

  test('an empty file, a list, a bomb of aliases', () => {
    expect(problemsOf('')).toEqual(['test.yaml:1:1 expected a block of keys, found nothing'])
    expect(problemsOf('- a')).toEqual(['test.yaml:1:1 expected a block of keys, found a list'])
    const bomb = Array.from(
      { length: 9 },
      (_, i) => `a${i}: &a${i} [${`*a${i - 1},`.repeat(i ? 9 : 0)}1]`,
    ).join('\n')
    expect(problemsOf(bomb)[0]).toMatch(/not valid YAML/)
  })
})

describe('keys and values', () => {
  test('an unknown key, with what was meant', () => {
    expect(problemsOf(fileOf('  - send: one').replace('topic:', 'topik:'))).toEqual([
      'test.yaml:1:1 "topic" is missing; expected a text',
      'test.yaml:4:1 unknown key "topik"; did you mean "topic"?',
    ])
    expect(stepProblems('  - send: one\n    subjekt: Hello')).toEqual([
      'test.yaml:8:5 unknown key "subjekt"; did you mean "subject"?',
    ])
    expect(stepProblems('  - send: one\n  - wait: { four: 2 days }\n  - send: two')).toEqual([
      'test.yaml:8:13 unknown key "four"; did you mean "for"?',
    ])
  })

  test('what was found and what is allowed', () => {
    expect(problemsOf(fileOf('  - send: one', 'priority: high'))).toEqual([
      'test.yaml:8:11 priority: expected a number, found "high"',
    ])
    expect(problemsOf(fileOf('  - send: one').replace('id: test', 'id: Test It'))).toEqual([
      'test.yaml:2:5 id: found "Test It"; the id of a sequence is lower case, digits and "-", at most 40 characters',
    ])
    expect(stepProblems('  - send: one\n  - wait: 2 dayz\n  - send: two')).toEqual([
      'test.yaml:8:11 wait: found "2 dayz"; write a duration like "2 days", "20 hours" or "30 minutes"',
    ])
    expect(
      stepProblems('  - send: one\n  - wait: { for: 2 days, then: "tuesday morning" }\n  - send: two'),
    ).toEqual(['test.yaml:8:32 then: found "tuesday morning"; write days and a time like "tue-thu 09:30"'])
    expect(problemsOf(fileOf('  - send: one').replace('enrol: {', 'enrol: { again: sometimes,'))).toEqual([
      'test.yaml:5:17 again: found "sometimes"; allowed: never, always, or "after 180 days"',
    ])
  })

  test('all of it, not only the first', () => {
    expect(stepProblems('  - sned: one\n  - send: ome\n  - wait: soon\n  - tag: {}')).toEqual([
      'test.yaml:7:5 unknown step "sned"; did you mean "send"?',
      'test.yaml:8:11 unknown template "ome"; did you mean "one"?',
      'test.yaml:9:11 wait: found "soon"; write a duration like "2 days", "20 hours" or "30 minutes"',
      'test.yaml:10:10 which tag? write { add: <tag> } or { remove: <tag> }',
    ])
  })
})

test('the id is the file’s name', () => {
  expect(problemsOf(fileOf('  - send: one').replace('id: test', 'id: text'))).toEqual([
    'test.yaml:2:5 the id is "text", but the file is test.yaml',
  ])
})

describe('references', () => {
  test.each([
    [
      '  - send: nine',
      'test.yaml:7:11 unknown template "nine"; allowed: one, two, three, four, five, six, notice, sales-task, case, case.retail, case.food-drink',
    ],
    [
      '  - send: one\n  - next: keep-worm',
      'test.yaml:8:11 unknown sequence "keep-worm"; did you mean "keep-warm"?',
    ],
    [
      '  - send: one\n  - notify: { to: owner-or-team, team: smd, template: notice }',
      'test.yaml:8:40 unknown team "smd"; did you mean "smb"?',
    ],
    [
      '  - send: one\n  - notify: { to: mayo, template: notice }',
      'test.yaml:8:19 unknown receiver "mayo"; did you mean "maya"? (or an address)',
    ],
    [
      '  - send: one\n    id: first\n  - wait_for: { id: w, event: { name: email.clicked, step: frist }, timeout: 1 day }\n  - send: two',
      'test.yaml:9:60 unknown step "frist"; did you mean "first"?',
    ],
    [
      '  - send: one\n  - wait_for: { id: w, event: email.clickd, timeout: 1 day }\n  - send: two',
      'test.yaml:8:31 unknown event "email.clickd"; did you mean "email.clicked"?',
    ],
  ])('%s', (steps, problem) => {
    expect(stepProblems(steps)).toEqual([problem])
  })

  test('forms, stages and topics', () => {
    const text = fileOf('  - send: one')
      .replace('{ form: demo }', '[ { form: [ demo, giude ] }, { stage: mqll } ]')
      .replace('topic: guides', 'topic: guide')
    expect(problemsOf(text)).toEqual([
      'test.yaml:4:8 unknown topic "guide"; did you mean "guides"?',
      'test.yaml:5:34 unknown form "giude"; did you mean "guide"?',
      'test.yaml:5:54 unknown stage "mqll"; did you mean "mql"?',
    ])
  })
})

describe('the plan as a whole', () => {
  test('ids are there once', () => {
    expect(stepProblems('  - send: one\n  - wait: 1 day\n  - send: one')).toEqual([
      'test.yaml:9:5 the id "one" is already that of the step in line 7; give this one another',
    ])
    expect(stepProblems('  - send: one\n    id: end')).toEqual([
      'test.yaml:8:9 id: found "end"; this id is taken: steps without an id are called so themselves',
    ])
    expect(stepProblems('  - send: one\n    id: constructor')).toEqual([
      'test.yaml:8:9 id: found "constructor"; this id is taken: give the step another',
    ])
    expect(stepProblems(`  - send: one\n    id: ${'a'.repeat(31)}`)[0]).toMatch(/^test\.yaml:8:9 id: found/)
  })

  test('nothing after the end', () => {
    expect(stepProblems('  - send: one\n  - end: finished\n  - send: two')).toEqual([
      'test.yaml:9:5 this step is never reached: after "end"',
    ])
    const both =
      '{ branch: { id: b, paths: [ { name: A, if: { fit: ">= 1" }, steps: [ { end: a } ] }, { name: B, else: true, steps: [ { end: b } ] } ] } }'
    expect(stepProblems(`  - send: one\n  - ${both}\n  - send: two`)).toEqual([
      'test.yaml:9:5 this step is never reached: all paths end before it',
    ])
  })

  test('something is sent, not too much, not for too long', () => {
    expect(stepProblems('  - wait: 1 day')).toEqual([
      'test.yaml:7:3 this sequence does nothing: it sends no mail',
    ])
    expect(problemsOf(fileOf('').replace('steps:', 'steps: []'))).toEqual([
      'test.yaml:6:8 this sequence does nothing: it sends no mail',
    ])
    const many = Array.from({ length: 61 }, (_, i) => `  - { send: one, id: m${i} }\n  - wait: 1 day`).join(
      '\n',
    )
    expect(stepProblems(many)).toEqual([
      'test.yaml:7:3 61 emails are too many; allowed: 60 (go on with "next")',
    ])
    expect(stepProblems('  - send: one\n  - wait: 6 years\n  - send: two\n  - wait: 6 years')).toEqual([
      'test.yaml:7:3 the longest path takes 4320 days; allowed: 3650 (go on with "next: <sequence>")',
    ])
    expect(stepProblems('  - send: one\n  - wait: 5 years\n  - send: two')).toEqual([])
  })

  test('60 emails fit', () => {
    const many = Array.from({ length: 60 }, (_, i) => `  - { send: one, id: m${i} }\n  - wait: 1 day`).join(
      '\n',
    )
    expect(JSON.stringify(compiled(fileOf(many)).asl).length).toBeLessThan(900_000)
  })

  test('a branch needs conditions and an else at the end', () => {
    const paths = (...list: string[]) =>
      stepProblems(
        `  - send: one\n  - branch:\n      id: b\n      paths:\n${list.map((p) => `        - ${p}\n`).join('')}`,
      )
    expect(paths('{ name: A }', '{ name: B, else: true }')).toEqual([
      'test.yaml:11:11 the path "A" needs a condition: if: { … }',
    ])
    expect(paths('{ name: A, else: true }', '{ name: B, if: { fit: ">= 3" } }')).toEqual([
      'test.yaml:11:28 only the last path can be "else"',
      'test.yaml:12:11 the last path is for all others: it needs "else: true"',
    ])
    expect(paths('{ name: A, if: { fits: ">= 3" } }', '{ name: B, else: true }')).toEqual([
      'test.yaml:11:28 unknown condition "fits"; did you mean "fit"?; a field of your own: field: { fits: … }',
    ])
    expect(paths('{ name: A, if: { score: { total: lots } } }', '{ name: B, else: true }')).toEqual([
      'test.yaml:11:44 found "lots"; write a range like ">= 40", "< 8" or "50..199"',
    ])
  })
})
