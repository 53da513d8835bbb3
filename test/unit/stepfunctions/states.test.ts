import { describe, expect, it } from 'vitest'
import {
  bench,
  day,
  describeRun,
  email,
  history,
  type Json,
  machine,
  run,
  second,
  tokenOf,
  types,
} from './support.ts'

const call = (more: Json): Json => ({
  Type: 'Task',
  Resource: 'arn:aws:states:::lambda:invoke',
  Arguments: { FunctionName: 'worker', Payload: '{% $states.input %}' },
  ...more,
})

describe('Retry', () => {
  const failing = (until: number) => {
    let calls = 0
    return async () => {
      calls++
      if (calls <= until) throw Object.assign(new Error('later'), { name: 'Busy' })
      return { calls }
    }
  }

  it('waits 10 s, then 30 s of virtual time, then succeeds; a retry leaves no event of its own', async () => {
    const b = bench({ invoke: failing(2) })
    const retry = [{ ErrorEquals: ['Busy'], IntervalSeconds: 10, BackoffRate: 3, MaxAttempts: 2 }]
    const arn = await machine(b, { Call: call({ Retry: retry, End: true }) })
    const execution = await run(b, arn)
    const began = b.clock.now()

    await b.clock.advance(began + 40 * second - 1)
    expect((await describeRun(b, execution))['status']).toBe('RUNNING')
    await b.clock.advance(began + 40 * second)

    expect((await describeRun(b, execution))['status']).toBe('SUCCEEDED')
    const failures = (await types(b, execution)).filter(
      (type) => type === 'TaskFailed' || type === 'TaskScheduled',
    )
    expect(failures).toEqual(['TaskScheduled', 'TaskFailed', 'TaskScheduled', 'TaskFailed', 'TaskScheduled'])
  })

  it('goes to Catch when its attempts are used up; Assign of the Catch is applied, that of the state is not', async () => {
    const b = bench({ invoke: failing(9) })
    const arn = await machine(b, {
      Call: call({
        Retry: [{ ErrorEquals: ['States.ALL'], IntervalSeconds: 1, MaxAttempts: 1, MaxDelaySeconds: 2 }],
        Catch: [{ ErrorEquals: ['Busy'], Next: 'After', Assign: { from: 'catch' } }],
        Assign: { from: 'state' },
        End: true,
      }),
      After: { Type: 'Pass', Output: { from: '{% $from %}', error: '{% $states.input %}' }, End: true },
    })

    const execution = await run(b, arn)
    await b.clock.advance(b.clock.now() + day)

    expect(JSON.parse(String((await describeRun(b, execution))['output']))).toMatchObject({
      from: 'catch',
      error: { Error: 'Busy' },
    })
  })

  it('fails the Task by the name that AWS gives when the queue refuses', async () => {
    const b = bench({
      send: async () => {
        throw Object.assign(new Error('no such queue'), { name: 'QueueDoesNotExist', status: 400 })
      },
    })
    const execution = await run(b, await machine(b, { E: email(10, { End: true }) }), { leadId: 'l', n: 1 })

    expect(await describeRun(b, execution)).toMatchObject({
      status: 'FAILED',
      error: 'SQS.AmazonSQSException',
    })
  })
})

describe('variables', () => {
  it('are seen as they were by Assign and Output of the same state', async () => {
    const b = bench()
    const arn = await machine(b, {
      First: { Type: 'Pass', Assign: { x: 1 }, Next: 'Second' },
      Second: { Type: 'Pass', Assign: { x: 2, y: '{% $x %}' }, Output: '{% $x %}', Next: 'Third' },
      Third: { Type: 'Pass', Output: ['{% $states.input %}', '{% $x %}', '{% $y %}'], End: true },
    })

    const execution = await run(b, arn)

    expect((await describeRun(b, execution))['output']).toBe('[1,2,1]')
  })
})

describe('Parallel and Map', () => {
  const branch = (name: string, state: Json): Json => ({
    StartAt: name,
    States: { [name]: { ...state, End: true } },
  })

  it('collect the outputs in the order of branches, however long each takes', async () => {
    const b = bench()
    const arn = await machine(b, {
      Both: {
        Type: 'Parallel',
        Branches: [
          branch('Slow', { Type: 'Wait', Seconds: 3600, Output: 'slow' }),
          branch('Quick', { Type: 'Pass', Output: 'quick' }),
        ],
        End: true,
      },
    })
    const execution = await run(b, arn)

    await b.clock.advance(b.clock.now() + day)

    expect((await describeRun(b, execution))['output']).toBe('["slow","quick"]')
  })

  it('give up the other branches when one fails: their timers and tokens are dead', async () => {
    const b = bench()
    const arn = await machine(b, {
      Both: {
        Type: 'Parallel',
        Branches: [
          branch('Mail', email(3600)),
          branch('Bad', { Type: 'Wait', Seconds: 5, Output: '{% $nothing %}' }),
        ],
        Catch: [{ ErrorEquals: ['States.QueryEvaluationError'], Next: 'Caught', Output: 'caught' }],
        End: true,
      },
      Caught: { Type: 'Succeed' },
    })
    const execution = await run(b, arn, { leadId: 'l', n: 1 })

    await b.clock.advance(b.clock.now() + 10 * second)

    expect((await describeRun(b, execution))['output']).toBe('"caught"')
    expect(b.clock.waiting).toBe(0)
    await expect(
      b.service.call('SendTaskSuccess', { taskToken: tokenOf(b), output: '1' }),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' })
  })

  it('run at most MaxConcurrency items at once and select what each sees', async () => {
    let running = 0
    let most = 0
    const b = bench({
      invoke: async (_, payload) => {
        most = Math.max(most, ++running)
        await new Promise((resolve) => setImmediate(resolve))
        running--
        return payload
      },
    })
    const arn = await machine(b, {
      Each: {
        Type: 'Map',
        Items: '{% $range(1, 5, 1) %}',
        MaxConcurrency: 2,
        ItemSelector: {
          value: '{% $states.context.Map.Item.Value %}',
          at: '{% $states.context.Map.Item.Index %}',
        },
        ItemProcessor: {
          StartAt: 'Call',
          States: { Call: call({ Output: '{% $states.result.Payload.value * 10 %}', End: true }) },
        },
        End: true,
      },
    })

    const execution = await run(b, arn)

    expect((await describeRun(b, execution))['output']).toBe('[10,20,30,40,50]')
    expect(most).toBe(2)
  })
})

describe('limits', () => {
  it('a history ends at 25,000 events', async () => {
    const b = bench()
    const arn = await machine(b, {
      A: { Type: 'Pass', Next: 'B' },
      B: { Type: 'Pass', Next: 'A' },
    })

    const execution = await run(b, arn)

    const { events } = await b.service.call('GetExecutionHistory', {
      executionArn: execution,
      reverseOrder: true,
      maxResults: 1,
    })
    expect(events).toMatchObject([{ id: 25_000, type: 'ExecutionFailed' }])
  })

  it('an output above 256 KiB is States.DataLimitExceeded', async () => {
    const b = bench()
    const arn = await machine(b, { A: { Type: 'Pass', Output: '{% $pad("x", 262143) %}', End: true } })

    const execution = await run(b, arn)

    expect(await describeRun(b, execution)).toMatchObject({
      status: 'FAILED',
      error: 'States.DataLimitExceeded',
    })
  })

  it('TimeoutSeconds of the machine ends it TIMED_OUT, wherever it is', async () => {
    const b = bench()
    const arn = await machine(b, { A: { Type: 'Wait', Seconds: 60, End: true } }, { TimeoutSeconds: 5 })
    const execution = await run(b, arn)

    await b.clock.advance(b.clock.now() + 5 * second)

    expect((await describeRun(b, execution))['status']).toBe('TIMED_OUT')
    expect((await history(b, execution)).at(-1)).toMatchObject({ type: 'ExecutionTimedOut' })
    expect(b.clock.waiting).toBe(0)
  })
})

describe('a Choice', () => {
  const choices = [{ Condition: '{% $states.input.score >= 50 %}', Next: 'Hot' }]
  const after = { Hot: { Type: 'Succeed' } }

  it('that nothing matches fails with States.NoChoiceMatched', async () => {
    const b = bench()
    const execution = await run(
      b,
      await machine(b, { Score: { Type: 'Choice', Choices: choices }, ...after }),
      { score: 1 },
    )

    expect(await describeRun(b, execution)).toMatchObject({ error: 'States.NoChoiceMatched' })
  })

  it('whose condition is no boolean fails', async () => {
    const b = bench()
    const wrong = [{ Condition: '{% $states.input.score %}', Next: 'Hot' }]
    const execution = await run(
      b,
      await machine(b, { Score: { Type: 'Choice', Choices: wrong }, ...after }),
      { score: 1 },
    )

    expect(await describeRun(b, execution)).toMatchObject({ error: 'States.QueryEvaluationError' })
  })
})

describe('functions', () => {
  it('are those of Step Functions, on the virtual clock', async () => {
    const b = bench()
    const arn = await machine(b, {
      A: {
        Type: 'Pass',
        Output: {
          hash: '{% $hash("a", "SHA-256") %}',
          uuid: '{% $uuid() %}',
          same: '{% $random(4) = $random(4) %}',
          now: '{% $millis() %}',
          day: '{% $now("[Y0001]-[M01]-[D01]") %}',
          parts: '{% $partition([1,2,3], 2) %}',
        },
        End: true,
      },
    })

    const execution = await run(b, arn)

    const output = JSON.parse(String((await describeRun(b, execution))['output'])) as Json
    expect(output).toMatchObject({ same: true, now: b.clock.now(), day: '2026-03-02', parts: [[1, 2], [3]] })
    expect(output['hash']).toMatch(/^ca978112ca1bbdca/)
    expect(output['uuid']).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab]/)
  })
})
