import { expect, test } from 'vitest'
import { parseSlot } from '../../../workflows/compiler/slot.ts'
import { compiled, fileOf } from './helpers.ts'

test('the whole header', () => {
  const text = `
format: 1
id: test
name: A test
owner: maya
from: maya
priority: 70
topic: guides
enrol:
  when: [ { form: [ demo, guide ] }, { stage: [ recycled, lead ] } ]
  only_if: { stage: lead }
  again: after 180 days
goal: { when: { stage: sql }, within: 60 days }
exit:
  - when: { stage: [ customer ] }
  - when: { event: email.replied }
    then: { notify: { to: owner-or-team, team: smb, template: notice } }
steps:
  - send: one
    immediately: true
    subject: Hello
`
  const { version, ...model } = compiled(text).sequence
  expect(version).toHaveLength(12)
  expect(model).toEqual({
    id: 'test',
    name: 'A test',
    owner: 'maya',
    from: 'maya',
    priority: 70,
    topic: 'guides',
    enrol: {
      when: [
        { kind: 'form', form: 'demo' },
        { kind: 'form', form: 'guide' },
        { kind: 'stage', stages: ['recycled', 'lead'] },
      ],
      onlyIf: { stage: ['lead'] },
      again: 'P180D',
    },
    goal: { when: { stage: ['sql'] }, within: 'P60D' },
    exits: [
      { when: { stage: ['customer'] } },
      {
        when: { event: { name: 'email.replied' } },
        notify: { to: 'owner-or-team', team: 'smb', template: 'notice' },
      },
    ],
    steps: [
      { kind: 'send', id: 'one', template: 'one', immediately: true, subject: 'Hello' },
      { kind: 'end', id: 'end', outcome: 'finished' },
    ],
  })
})

test('every step', () => {
  const steps = `
  - send: one
  - wait: 20 hours
  - wait: { for: 2 weeks, then: "mon,wed 14:00" }
  - notify: { to: desk@example.com, template: notice, id: tell, name: Tell the desk }
  - wait_for: { id: came, event: { name: form.submitted, form: demo, where: { plan: pro } }, timeout: 3 days }
  - branch:
      id: heat
      paths:
        - { name: Very Hot!, if: { temperature: hot, not: { stage: customer } }, steps: [ { end: hot } ] }
        - { name: Rest, else: true, steps: [ { send: two, id: second } ] }
  - next: keep-warm`
  expect(compiled(fileOf(steps)).sequence.steps).toEqual([
    { kind: 'send', id: 'one', template: 'one', immediately: false },
    { kind: 'wait', wait: { for: 'PT20H' } },
    { kind: 'wait', wait: { for: 'P2W', until: { days: [1, 3], minute: 840 } } },
    { kind: 'notify', id: 'tell', to: 'desk@example.com', template: 'notice', name: 'Tell the desk' },
    {
      kind: 'wait_for',
      id: 'came',
      event: { name: 'form.submitted', where: { plan: 'pro', form: 'demo' } },
      timeout: 'P3D',
      yes: { id: 'came.yes', name: 'yes', steps: [] },
      no: { id: 'came.no', name: 'timeout', steps: [] },
    },
    {
      kind: 'branch',
      id: 'heat',
      paths: [
        {
          id: 'heat.very-hot',
          name: 'Very Hot!',
          if: { all: [{ temperature: ['hot'] }, { not: { stage: ['customer'] } }] },
          steps: [{ kind: 'end', id: 'end', outcome: 'hot' }],
        },
        {
          id: 'heat.rest',
          name: 'Rest',
          steps: [{ kind: 'send', id: 'second', template: 'two', immediately: false }],
        },
      ],
    },
    { kind: 'next', id: 'next', sequence: 'keep-warm' },
  ])
})

test.each([
  [
    '{ score: { total: ">= 40", fit: 5 } }',
    {
      all: [
        { score: 'total', is: { atLeast: 40 } },
        { score: 'fit', is: { atLeast: 5, atMost: 5 } },
      ],
    },
  ],
  ['{ engagement: "10..20" }', { score: 'engagement', is: { atLeast: 10, atMost: 20 } }],
  ['{ company.size: "< 20" }', { field: 'company.size', is: { below: 20 } }],
  ['{ country: [ DE, AT ] }', { field: 'country', in: ['DE', 'AT'] }],
  [
    '{ field: { plan: "pro*", seats: "> 5" } }',
    {
      all: [
        { field: 'plan', in: ['pro*'] },
        { field: 'seats', is: { above: 5 } },
      ],
    },
  ],
  [
    '{ any: [ { title: "*head*" }, { clicked: { step: one } } ] }',
    { any: [{ field: 'title', in: ['*head*'] }, { event: { name: 'email.clicked', steps: ['one'] } }] },
  ],
  [
    '{ visited: { path: "/pricing*", within: 14 days } }',
    {
      event: { name: 'page.viewed', where: { path: '/pricing*' } },
      within: 'P14D',
    },
  ],
  [
    '{ event: { name: trial.started, at_least: 3 per 2 weeks } }',
    {
      event: { name: 'trial.started' },
      atLeast: 3,
      within: 'P2W',
    },
  ],
])('the condition %s', (text, condition) => {
  const steps = `  - send: one
  - branch: { id: b, paths: [ { name: A, if: ${text}, steps: [ { send: two } ] }, { name: B, else: true } ] }`
  const [, branch] = compiled(fileOf(steps)).sequence.steps
  expect(branch?.kind === 'branch' && branch.paths[0]?.if).toEqual(condition)
})

test.each([
  ['tue-thu 09:30', { days: [2, 3, 4], minute: 570 }],
  ['fri-mon 08:00', { days: [1, 5, 6, 7], minute: 480 }],
  ['Tuesday 10:00', { days: [2], minute: 600 }],
  ['10:00', { days: [1, 2, 3, 4, 5, 6, 7], minute: 600 }],
  ['tue 25:00', undefined],
  ['someday 10:00', undefined],
  ['mon-tue-wed 10:00', undefined],
])('the slot %s', (text, slot) => {
  expect(parseSlot(text)).toEqual(slot)
})
