import { describe, expect, test } from 'vitest'
import { stopsOf } from '../../../domain/route.ts'
import type { StateMachine } from '../../../workflows/compiler/asl-state.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { stateOf, stepsCompiled, waysOf } from './helpers.ts'

const always = ['Tendril.Move → Moved', 'Tendril.Exit → Exited', 'Tendril.SalesReady → Handed to sales']
const valid = (asl: StateMachine) => {
  expect(definitionProblems(asl)).toEqual([])
}

describe('two emails', () => {
  const { asl } = stepsCompiled(`
  - send: one
    immediately: true
  - wait: { for: 2 days, then: "tue-thu 09:30" }
  - send: two
    id: second
    name: Webinar`)

  test('are two states and their Holds', () => {
    valid(asl)
    expect(Object.keys(asl.States)).toEqual([
      'Email 1 · One',
      'Hold · Email 1',
      'Email 2 · Webinar',
      'Hold · Email 2',
      'Exited',
      'Handed to sales',
      'Moved',
    ])
    expect(asl.StartAt).toBe('Email 1 · One')
    expect(asl.QueryLanguage).toBe('JSONata')
    expect(asl.TimeoutSeconds).toBe(31_449_600)
  })

  test('the first sends, then listens until the second is due', () => {
    expect(waysOf(asl, 'Email 1 · One')).toEqual([
      'States.Timeout → Email 2 · Webinar',
      'Tendril.Defer → Hold · Email 1',
      'Tendril.Replan → Hold · Email 2',
      'Tendril.At.one → Hold · Email 1',
      'Tendril.At.second → Hold · Email 2',
      ...always,
      'next → Email 2 · Webinar',
    ])
    expect(stateOf(asl, 'Email 1 · One').TimeoutSeconds).toContain('$states.input.due.`second`')
  })

  test('the message is a Hop', () => {
    const { Arguments, Resource } = stateOf(asl, 'Email 2 · Webinar')
    expect(Resource).toBe('arn:aws:states:::sqs:sendMessage.waitForTaskToken')
    expect(Arguments).toEqual({
      QueueUrl: '${SendQueueUrl}',
      MessageGroupId: '{% $states.input.leadId %}',
      MessageDeduplicationId:
        "{% $states.input.enrolmentId & '.' & $states.input.n & '.' & $states.context.Execution.RedriveCount & '.' & $states.context.State.RetryCount %}",
      MessageBody: {
        op: 'send',
        token: '{% $states.context.Task.Token %}',
        enrolmentId: '{% $states.input.enrolmentId %}',
        leadId: '{% $states.input.leadId %}',
        step: 'second',
        n: '{% $states.input.n %}',
        via: '{% $exists($states.input.via) ? $states.input.via : null %}',
      },
    })
  })

  test('a Hold sends nothing and times out to its email', () => {
    expect(stateOf(asl, 'Hold · Email 2').Arguments['MessageBody']).toMatchObject({
      op: 'hold',
      step: 'second',
    })
    expect(waysOf(asl, 'Hold · Email 2')).toEqual([
      'States.Timeout → Email 2 · Webinar',
      'Tendril.Defer → Hold · Email 2',
      'Tendril.Replan → Hold · Email 2',
      ...always,
      'next → Email 2 · Webinar',
    ])
  })

  test('the last email ends by its worker’s word', () => {
    const last = stateOf(asl, 'Email 2 · Webinar')
    expect(last).not.toHaveProperty('TimeoutSeconds')
    expect(waysOf(asl, 'Email 2 · Webinar')).toEqual([
      'Tendril.Defer → Hold · Email 2',
      'Tendril.Replan → Hold · Email 2',
      ...always,
      'end',
    ])
  })

  test('nothing catches everything, and only the queue is retried', () => {
    for (const name of Object.keys(asl.States)) {
      const state = asl.States[name]
      if (state?.Type !== 'Task') continue
      expect(JSON.stringify(state)).not.toContain('States.ALL')
      expect(state.Retry).toMatchObject([
        { ErrorEquals: ['SQS.AmazonSQSException', 'SQS.SdkClientException'] },
      ])
    }
  })
})

test('a sequence that begins with a wait starts at the Hold', () => {
  expect(stepsCompiled('  - wait: 3 weeks\n  - send: one').asl.StartAt).toBe('Hold · Email 1')
})

test('a wait at the end goes on listening', () => {
  const { asl, sequence } = stepsCompiled('  - send: one\n  - wait: 7 days\n  - end: finished')
  valid(asl)
  expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Listen · end')
  expect(waysOf(asl, 'Email 1 · One')).toContain('Tendril.Replan → Listen · end')
  expect(stateOf(asl, 'Listen · end').Arguments['MessageBody']).toMatchObject({ op: 'hold', step: 'end' })
  expect(waysOf(asl, 'Listen · end')).toContain('States.Timeout → Completed')
  expect(stopsOf(sequence).map(({ id, kind, last }) => [id, kind, last])).toEqual([
    ['one', 'send', false],
    ['end', 'listen', true],
  ])
})

test('a notification is a stop of the same shape', () => {
  const { asl } = stepsCompiled(
    '  - send: one\n  - notify: { to: owner-or-team, team: smb, template: notice, id: tell }\n  - wait: 1 day\n  - send: two',
  )
  valid(asl)
  expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Notify 1 · Notice')
  expect(stateOf(asl, 'Notify 1 · Notice').Arguments['MessageBody']).toMatchObject({
    op: 'send',
    step: 'tell',
  })
})

test('the next sequence is started by a state of its own', () => {
  const { asl, sequence } = stepsCompiled('  - send: one\n  - wait: 30 days\n  - next: keep-warm')
  valid(asl)
  expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Next 1 · keep-warm')
  expect(waysOf(asl, 'Next 1 · keep-warm').at(-1)).toBe('end')
  expect(stopsOf(sequence).at(-1)).toMatchObject({ id: 'next', kind: 'next', last: true })
})

describe('wait_for', () => {
  const { asl, sequence } = stepsCompiled(`
  - send: one
  - wait_for:
      id: clicked
      event: { name: email.clicked, step: one }
      timeout: 5 days
      if_yes:
        - send: two
      if_timeout:
        - wait: 1 day
        - send: three
  - wait: 3 days
  - send: four
  - wait: 3 days
  - send: five`)
  const caught = (name: string) => waysOf(asl, name).filter((way) => way.startsWith('Tendril.Branch'))

  test('is caught from the email before it up to the rejoin', () => {
    valid(asl)
    const way = ['Tendril.Branch.clicked.yes → Email 2 · Two']
    for (const name of ['Email 1 · One', 'Email 2 · Two', 'Email 3 · Three', 'Email 4 · Four']) {
      expect(caught(name)).toEqual(way)
    }
    for (const name of ['Hold · Email 1', 'Hold · Email 3', 'Hold · Email 4'])
      expect(caught(name)).toEqual(way)
    expect(caught('Email 5 · Five')).toEqual([])
  })

  test('its stops say where they lie', () => {
    expect(stopsOf(sequence).map(({ id, on }) => [id, ...on.map((place) => place.path)])).toEqual([
      ['one'],
      ['two', 'clicked.yes'],
      ['three', 'clicked.no'],
      ['four'],
      ['five'],
    ])
  })

  test('a path that begins with a wait is entered through its Hold', () => {
    const held = stepsCompiled(`
  - send: one
  - wait_for:
      id: clicked
      event: email.clicked
      timeout: 5 days
      if_yes:
        - wait: 1 day
        - send: two
  - send: three`)
    expect(waysOf(held.asl, 'Email 1 · One')).toContain('Tendril.Branch.clicked.yes → Hold · Email 2')
  })

  test('at the end it listens on', () => {
    const end = stepsCompiled(`
  - send: one
  - wait_for:
      id: came
      event: webinar.attended
      timeout: 10 days
      if_yes:
        - send: two`)
    valid(end.asl)
    expect(waysOf(end.asl, 'Email 1 · One')).toContain('Tendril.Branch.came.yes → Email 2 · Two')
    expect(waysOf(end.asl, 'Email 1 · One')).toContain('States.Timeout → Listen · end')
    expect(waysOf(end.asl, 'Email 2 · Two').at(-1)).toBe('end')
  })
})

const branch = (vip: string, other: string) => `
  - send: one
  - branch:
      id: size
      paths:
        - name: Big one
          if: { company.size: ">= 200" }
          steps: [ ${vip} ]
        - name: Others
          else: true
          steps: [ ${other} ]
  - wait: 3 days
  - send: four`

describe('a branch on score or field', () => {
  test('with equal waits: the default path costs nothing, the other one entry', () => {
    const { asl } = stepsCompiled(
      branch('{ wait: 4 days }, { send: two }', '{ wait: 4 days }, { send: three }'),
    )
    valid(asl)
    expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Email 3 · Three')
    expect(waysOf(asl, 'Email 3 · Three')).toContain('Tendril.Branch.size.big-one → Email 2 · Two')
    expect(Object.keys(asl.States).join()).not.toContain('Decide')
  })

  test('with a later other path: through its Hold', () => {
    const { asl } = stepsCompiled(
      branch('{ wait: 9 days }, { send: two }', '{ wait: 4 days }, { send: three }'),
    )
    expect(waysOf(asl, 'Email 3 · Three')).toContain('Tendril.Branch.size.big-one → Hold · Email 2')
  })

  test('with an earlier other path: a decision ahead of both', () => {
    const { asl, sequence } = stepsCompiled(
      branch('{ wait: 1 day }, { send: two }', '{ wait: 4 days }, { send: three }'),
    )
    valid(asl)
    expect(waysOf(asl, 'Email 1 · One')).toContain('States.Timeout → Decide 1 · Size')
    expect(waysOf(asl, 'Decide 1 · Size')).toEqual([
      'States.Timeout → Email 3 · Three',
      'Tendril.Defer → Hold · Decide 1',
      'Tendril.Replan → Hold · Decide 1',
      'Tendril.Branch.size.big-one → Email 2 · Two',
      ...always,
      'next → Email 3 · Three',
    ])
    expect(stopsOf(sequence).map(({ id, kind }) => `${id} ${kind}`)).toContain('size.decide decide')
  })

  test('with nothing more to send by default: decided ahead of the end', () => {
    const { asl } = stepsCompiled(`
  - send: one
  - branch:
      id: size
      paths:
        - { name: Big, if: { total: ">= 40" }, steps: [ { wait: 2 days }, { send: two } ] }
        - { name: Others, else: true }`)
    valid(asl)
    expect(waysOf(asl, 'Decide 1 · Size')).toContain('States.Timeout → Listen · end')
    expect(waysOf(asl, 'Decide 1 · Size')).toContain('Tendril.Branch.size.big → Hold · Email 2')
  })
})
