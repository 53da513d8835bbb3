import { describe, expect, it } from 'vitest'
import { bench, day, describeRun, email, history, machine, run, second, tokenOf, types } from './support.ts'

const next = '{% $merge([$states.input, {"n": $states.input.n + 1}]) %}'
const merged = '{% $merge([$states.input, {"n": $states.input.n + 1}, $parse($states.errorOutput.Cause)]) %}'

describe('a task that waits for its token', () => {
  it('times out after 40 days of virtual time and goes on by its Catch', async () => {
    const b = bench()
    const arn = await machine(b, {
      'Email 1': email(40 * 86_400, {
        Catch: [{ ErrorEquals: ['States.Timeout'], Next: 'Done', Output: next }],
        End: true,
      }),
      Done: { Type: 'Succeed' },
    })
    const execution = await run(b, arn, { leadId: 'lead1', n: 1 })

    await b.clock.advance(b.clock.now() + 40 * day - second)
    expect((await describeRun(b, execution))['status']).toBe('RUNNING')
    await b.clock.advance(b.clock.now() + second)

    const ended = await describeRun(b, execution)
    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: '{"leadId":"lead1","n":2}' })
    expect(await types(b, execution)).toEqual([
      'ExecutionStarted',
      'TaskStateEntered',
      'TaskScheduled',
      'TaskStarted',
      'TaskSubmitted',
      'TaskTimedOut',
      'TaskStateExited',
      'SucceedStateEntered',
      'SucceedStateExited',
      'ExecutionSucceeded',
    ])
  })

  it('is failed by name, and Catch merges the JSON in the cause into the state', async () => {
    const b = bench()
    const arn = await machine(b, {
      'Email 1': email(100, {
        Catch: [{ ErrorEquals: ['Tendril.Exit'], Next: 'Exited', Output: merged }],
        End: true,
      }),
      Exited: { Type: 'Succeed' },
    })
    const execution = await run(b, arn, { leadId: 'lead1', n: 4 })

    await b.service.call('SendTaskFailure', {
      taskToken: tokenOf(b),
      error: 'Tendril.Exit',
      cause: '{"why":"unsubscribed"}',
    })

    expect(JSON.parse(String((await describeRun(b, execution))['output']))).toEqual({
      leadId: 'lead1',
      n: 5,
      why: 'unsubscribed',
    })
  })

  it('takes one answer: a second one is TaskTimedOut, a made-up token InvalidToken', async () => {
    const b = bench()
    const arn = await machine(b, { 'Email 1': email(100, { End: true }) })
    const execution = await run(b, arn, { leadId: 'lead1', n: 1 })
    const answer = { taskToken: tokenOf(b), output: '{"sent":true}' }

    await b.service.call('SendTaskSuccess', answer)

    await expect(b.service.call('SendTaskSuccess', answer)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await expect(b.service.call('SendTaskHeartbeat', answer)).rejects.toMatchObject({ name: 'TaskTimedOut' })
    await expect(
      b.service.call('SendTaskSuccess', { taskToken: 'AQCEAAAAKgAAAAM', output: '1' }),
    ).rejects.toMatchObject({ name: 'InvalidToken' })
    expect((await describeRun(b, execution))['output']).toBe('{"sent":true}')
  })

  it('waits for the record of the send when the answer overtakes it', async () => {
    const b = bench({
      send: async (input) => {
        const { token } = JSON.parse(input.MessageBody) as { token: string }
        await b.service.call('SendTaskSuccess', { taskToken: token, output: '"early"' })
        return {}
      },
    })
    const arn = await machine(b, { 'Email 1': email(100, { End: true }) })

    const execution = await run(b, arn, { leadId: 'lead1', n: 1 })

    expect((await describeRun(b, execution))['output']).toBe('"early"')
    expect((await types(b, execution)).slice(3, 6)).toEqual(['TaskStarted', 'TaskSubmitted', 'TaskSucceeded'])
  })

  it('gives tokens of the length of the real ones, and sends them with the FIFO fields', async () => {
    const b = bench()
    const arn = await machine(b, { 'Email 1': email(100, { End: true }) })
    await run(b, arn, { leadId: 'lead1', n: 1 })
    await run(b, arn, { leadId: 'lead2', n: 1 })

    expect(tokenOf(b, 0)).toMatch(/^[A-Za-z0-9+/]{600,700}=*$/)
    expect(tokenOf(b, 0)).not.toBe(tokenOf(b, 1))
    expect(b.sent[0]).toMatchObject({ MessageGroupId: 'lead1', MessageDeduplicationId: 'lead1-1-0' })
  })

  it('lives on by heartbeats and reports a missed one as States.Timeout', async () => {
    const b = bench()
    const arn = await machine(b, { 'Email 1': email(600, { HeartbeatSeconds: 60, End: true }) })
    const execution = await run(b, arn, { leadId: 'lead1', n: 1 })

    await b.clock.advance(b.clock.now() + 50 * second)
    await b.service.call('SendTaskHeartbeat', { taskToken: tokenOf(b) })
    await b.clock.advance(b.clock.now() + 50 * second)
    expect((await describeRun(b, execution))['status']).toBe('RUNNING')
    await b.clock.advance(b.clock.now() + 20 * second)

    expect(await describeRun(b, execution)).toMatchObject({ status: 'FAILED', error: 'States.Timeout' })
  })
})

describe('TimeoutSeconds', () => {
  const due = '{% $floor(($toMillis($states.input.due) - $millis()) / 1000) %}'
  const guarded = '{% $exists($states.input.due) ? 10 : $error("no due") %}'

  it('is counted from the virtual clock', async () => {
    const b = bench()
    const arn = await machine(b, { 'Email 1': email(due, { End: true }) })
    const execution = await run(b, arn, { leadId: 'l', n: 1, due: '2026-03-09T08:00:00Z' })

    const scheduled = (await history(b, execution))[2]

    expect(scheduled?.['taskScheduledEventDetails']).toMatchObject({ timeoutInSeconds: 7 * 86_400 })
  })

  it.each([
    ['gives nothing', due],
    ['throws', guarded],
  ])(
    'that %s because the field is missing fails the state before anything is sent',
    async (_, expression) => {
      const b = bench()
      const arn = await machine(b, { 'Email 1': email(expression, { End: true }) })

      const execution = await run(b, arn, { leadId: 'l', n: 1 })

      expect(await describeRun(b, execution)).toMatchObject({
        status: 'FAILED',
        error: 'States.QueryEvaluationError',
      })
      expect(b.sent).toEqual([])
      expect(await types(b, execution)).toEqual([
        'ExecutionStarted',
        'TaskStateEntered',
        'EvaluationFailed',
        'ExecutionFailed',
      ])
    },
  )

  // No recording shows what the service does with these: the engine fails them closed.
  it.each([0, -5, 1.5])('of %s is refused when it is evaluated', async (value) => {
    const b = bench()
    const arn = await machine(b, { 'Email 1': email('{% $states.input.limit %}', { End: true }) })

    const execution = await run(b, arn, { leadId: 'l', n: 1, limit: value })

    expect(await describeRun(b, execution)).toMatchObject({ error: 'States.QueryEvaluationError' })
    expect(b.sent).toEqual([])
  })
})
