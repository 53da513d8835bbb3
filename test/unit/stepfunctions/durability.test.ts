import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { bench, day, describeRun, email, history, machine, run, tokenOf, types } from './support.ts'

const caught = {
  Catch: [
    { ErrorEquals: ['States.Timeout'], Next: 'Email 2', Output: '{% $merge([$states.input, {"n": 2}]) %}' },
  ],
  End: true,
}
const two = { 'Email 1': email(7 * 86_400, caught), 'Email 2': email(86_400, { End: true }) }
const file = (): string => join(mkdtempSync(join(tmpdir(), 'sfn-')), 'state.db')

describe('an execution outlives its process', () => {
  it('goes on from the store: timers fire, tokens given out earlier still work', async () => {
    const path = file()
    const before = bench({ file: path })
    const arn = await machine(before, two)
    const waiting = await run(before, arn, { leadId: 'lead1', n: 1 })
    const answered = await run(before, arn, { leadId: 'lead2', n: 1 })
    const oldToken = tokenOf(before)

    const after = bench({ file: path, at: before.clock.now() + day, seed: 99 })
    after.service.load()
    await after.service.call('SendTaskSuccess', { taskToken: oldToken, output: '"clicked"' })
    await after.clock.advance(after.clock.now() + 6 * day)

    expect(await describeRun(after, answered)).toMatchObject({ status: 'SUCCEEDED', output: '"clicked"' })
    expect(after.service.executionsOf('lead1')).toMatchObject([{ state: 'Email 2', status: 'RUNNING' }])
    expect(after.sent).toHaveLength(1)
    const ids = (await history(after, waiting)).map((event) => event['id'])
    expect(ids).toEqual(ids.map((_, i) => i + 1))
  })

  it('sends a message again whose sending was not recorded, under the same deduplication id', async () => {
    const path = file()
    const lost = bench({ file: path, send: () => new Promise(() => undefined) })
    const arn = await machine(lost, two)
    const started = await lost.service.call('StartExecution', {
      stateMachineArn: arn,
      input: '{"leadId":"lead1","n":1}',
    })

    const after = bench({ file: path, at: lost.clock.now() })
    after.service.load()
    await after.clock.drain()

    expect(after.sent.map((message) => message.MessageDeduplicationId)).toEqual(['lead1-1-0'])
    expect((await types(after, String(started['executionArn']))).at(-1)).toBe('TaskSubmitted')
    await after.service.call('SendTaskSuccess', { taskToken: tokenOf(after), output: '1' })
  })

  it('writes the transition before the message goes out', async () => {
    const path = file()
    let seen: unknown
    const b = bench({
      file: path,
      send: async () => {
        seen = bench({ file: path, at: b.clock.now() }).service.executionsOf('lead1')
        return {}
      },
    })

    await run(b, await machine(b, two), { leadId: 'lead1', n: 1 })

    expect(seen).toMatchObject([{ state: 'Email 1', status: 'RUNNING', due: b.clock.now() + 7 * day }])
  })

  it('keeps the definition it started with when the machine is changed', async () => {
    const b = bench()
    const arn = await machine(b, two)
    const execution = await run(b, arn, { leadId: 'lead1', n: 1 })

    await b.service.call('UpdateStateMachine', {
      stateMachineArn: arn,
      definition: '{"QueryLanguage":"JSONata","StartAt":"Other","States":{"Other":{"Type":"Succeed"}}}',
    })
    await b.clock.advance(b.clock.now() + 7 * day)

    expect(b.service.executionsOf('lead1')).toMatchObject([{ state: 'Email 2' }])
    const told = await b.service.call('DescribeStateMachineForExecution', { executionArn: execution })
    expect(String(told['definition'])).toContain('Email 2')
  })
})

describe('counters', () => {
  it('count every state entered and every retry once', async () => {
    let calls = 0
    const b = bench({
      invoke: async () => {
        if (++calls < 3) throw new Error('not yet')
        return 'ok'
      },
    })
    const arn = await machine(b, {
      Call: {
        Type: 'Task',
        Resource: 'arn:aws:states:::lambda:invoke',
        Arguments: { FunctionName: 'f', Payload: {} },
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 5, MaxAttempts: 3 }],
        Next: 'Done',
      },
      Done: { Type: 'Succeed' },
    })
    const execution = await run(b, arn)
    await b.clock.advance(b.clock.now() + day)

    expect(b.service.transitions).toBe(4)
    expect(b.service.transitionsOf(execution)).toBe(4)
  })
})
