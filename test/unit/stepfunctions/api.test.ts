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
} from './support.ts'

const wait = { Wait: { Type: 'Wait', Seconds: 60, Next: 'Done' }, Done: { Type: 'Succeed' } }
const role = 'arn:aws:iam::123456789012:role/engine'

describe('StartExecution', () => {
  it('with the name and input of a running execution answers that one, from two callers at once too', async () => {
    const b = bench()
    const arn = await machine(b, wait)
    const given = { stateMachineArn: arn, name: 'e1', input: '{"leadId":"l"}' }

    const answers = await Promise.all([1, 2, 3].map(() => b.service.call('StartExecution', given)))

    expect(new Set(answers.map((answer) => answer['executionArn'])).size).toBe(1)
    expect(b.service.executionsOf('l')).toHaveLength(1)
  })

  it('refuses the name for another input, or once it has ended', async () => {
    const b = bench()
    const arn = await machine(b, wait)
    await run(b, arn, { n: 1 }, 'e1')

    await expect(run(b, arn, { n: 2 }, 'e1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
    await b.clock.advance(b.clock.now() + day)
    await expect(run(b, arn, { n: 1 }, 'e1')).rejects.toMatchObject({ name: 'ExecutionAlreadyExists' })
  })

  it('on a version runs that version whatever is published later, and an alias runs its version', async () => {
    const b = bench()
    const arn = await machine(b, wait)
    const { stateMachineVersionArn: version } = await b.service.call('PublishStateMachineVersion', {
      stateMachineArn: arn,
    })
    await b.service.call('UpdateStateMachine', {
      stateMachineArn: arn,
      definition:
        '{"QueryLanguage":"JSONata","StartAt":"New","States":{"New":{"Type":"Wait","Seconds":9,"End":true}}}',
      publish: true,
    })
    const { stateMachineAliasArn: alias } = await b.service.call('CreateStateMachineAlias', {
      name: 'live',
      routingConfiguration: [{ stateMachineVersionArn: version, weight: 100 }],
    })

    for (const target of [version, alias, arn]) await run(b, String(target), { leadId: 'l' })

    expect(b.service.executionsOf('l').map((execution) => execution.state)).toEqual(['Wait', 'Wait', 'New'])
    const listed = await b.service.call('ListExecutions', { stateMachineArn: version })
    expect(listed['executions']).toHaveLength(2)
  })
})

describe('StopExecution', () => {
  it('ends a waiting execution: no timer and no token is left', async () => {
    const b = bench()
    const arn = await machine(b, { E: email(3600, { End: true }) })
    const execution = await run(b, arn, { leadId: 'l', n: 1 })

    await b.service.call('StopExecution', { executionArn: execution, error: 'Erased', cause: 'by request' })

    expect(await describeRun(b, execution)).toMatchObject({
      status: 'ABORTED',
      error: 'Erased',
      cause: 'by request',
    })
    expect((await history(b, execution)).at(-1)).toMatchObject({
      type: 'ExecutionAborted',
      previousEventId: 0,
    })
    expect(b.clock.waiting).toBe(0)
    await expect(
      b.service.call('SendTaskSuccess', { taskToken: tokenOf(b), output: '1' }),
    ).rejects.toMatchObject({ name: 'TaskTimedOut' })
  })
})

describe('RedriveExecution', () => {
  it('runs the failed state again with its input, one more RedriveCount and so another deduplication id', async () => {
    const b = bench()
    const arn = await machine(b, { E: email(3600, { End: true }) })
    const execution = await run(b, arn, { leadId: 'l', n: 3 })
    await b.service.call('SendTaskFailure', { taskToken: tokenOf(b), error: 'Unknown' })

    await b.service.call('RedriveExecution', { executionArn: execution })
    await b.clock.drain()

    expect(b.sent.map((message) => message.MessageDeduplicationId)).toEqual(['l-3-0', 'l-3-1'])
    expect(await describeRun(b, execution)).toMatchObject({ status: 'RUNNING', redriveCount: 1 })
    expect(
      (await history(b, execution)).find((event) => event['type'] === 'ExecutionRedriven'),
    ).toMatchObject({
      executionRedrivenEventDetails: { redriveCount: 1 },
    })
    await b.service.call('SendTaskSuccess', { taskToken: tokenOf(b), output: '"ok"' })
    expect(await describeRun(b, execution)).toMatchObject({ status: 'SUCCEEDED', output: '"ok"' })
  })

  it('keeps the branches that had finished', async () => {
    const b = bench()
    const arn = await machine(b, {
      Both: {
        Type: 'Parallel',
        Branches: [
          { StartAt: 'Ok', States: { Ok: { Type: 'Pass', Output: 1, End: true } } },
          { StartAt: 'Mail', States: { Mail: email(60, { End: true }) } },
        ],
        End: true,
      },
    })
    const execution = await run(b, arn, { leadId: 'l', n: 1 })
    await b.clock.advance(b.clock.now() + 61 * second)
    expect((await describeRun(b, execution))['status']).toBe('FAILED')

    await b.service.call('RedriveExecution', { executionArn: execution })
    await b.clock.drain()
    await b.service.call('SendTaskSuccess', { taskToken: tokenOf(b), output: '2' })

    expect(await describeRun(b, execution)).toMatchObject({ status: 'SUCCEEDED', output: '[1,2]' })
  })

  it('is refused for what runs or succeeded', async () => {
    const b = bench()
    const execution = await run(b, await machine(b, wait))

    await expect(b.service.call('RedriveExecution', { executionArn: execution })).rejects.toMatchObject({
      name: 'ExecutionNotRedrivable',
    })
  })
})

describe('definitions', () => {
  const create = (definition: Json) =>
    bench().service.call('CreateStateMachine', {
      name: 'm',
      roleArn: role,
      definition: JSON.stringify(definition),
    })
  const end = { Type: 'Pass', End: true }

  it.each([
    ['JSONPath', { StartAt: 'A', States: { A: end } }, /JSONata states only/],
    [
      'a target that is not there',
      { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { Type: 'Pass', Next: 'B' } } },
      /Missing 'Next' target: B/,
    ],
    [
      'bad JSONata',
      { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { ...end, Output: '{% 1 + %}' } } },
      /Invalid JSONata/,
    ],
    [
      '$eval',
      { QueryLanguage: 'JSONata', StartAt: 'A', States: { A: { ...end, Output: '{% $eval("1") %}' } } },
      /\$eval/,
    ],
    [
      'another service',
      {
        QueryLanguage: 'JSONata',
        StartAt: 'A',
        States: { A: { Type: 'Task', Resource: 'arn:aws:states:::sns:publish', End: true } },
      },
      /sns:publish/,
    ],
  ])('with %s are refused with the place', async (_, definition, message) => {
    await expect(create(definition as Json)).rejects.toMatchObject({
      name: 'InvalidDefinition',
      message: expect.stringMatching(message),
    })
  })
})

describe('GetExecutionHistory', () => {
  it('pages forwards and backwards over the same events, and can leave the data out', async () => {
    const b = bench()
    const execution = await run(b, await machine(b, wait), { secret: 1 })
    await b.clock.advance(b.clock.now() + day)
    const all = (await history(b, execution)).map((event) => event['id'])

    const walk = async (reverseOrder: boolean): Promise<unknown[]> => {
      const ids: unknown[] = []
      let nextToken: unknown
      do {
        const given = {
          executionArn: execution,
          reverseOrder,
          maxResults: 2,
          ...(nextToken ? { nextToken } : {}),
        }
        const page = await b.service.call('GetExecutionHistory', given)
        ids.push(...(page['events'] as Json[]).map((event) => event['id']))
        nextToken = page['nextToken']
      } while (nextToken !== undefined)
      return ids
    }

    expect(await walk(false)).toEqual(all)
    expect(await walk(true)).toEqual(all.toReversed())
    const bare = await b.service.call('GetExecutionHistory', {
      executionArn: execution,
      includeExecutionData: false,
    })
    expect(JSON.stringify(bare)).not.toContain('secret')
  })
})
