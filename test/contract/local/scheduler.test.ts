import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  DeleteScheduleCommand,
  GetScheduleCommand,
  ListSchedulesCommand,
  SchedulerClient,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import { Scheduler } from '../../../local/scheduler/scheduler.ts'
import { SchedulerService } from '../../../local/scheduler/service.ts'
import { Sqs } from '../../../local/sqs/sqs.ts'
import { Store } from '../../../local/store.ts'
import type { WireServer } from '../../../local/wire-server.ts'
import { clientOptions, newRuntime, pass, serve, stillClock } from './harness.ts'

let clock: VirtualClock
let sqs: Sqs
let scheduler: Scheduler
let server: WireServer
let client: SchedulerClient

beforeEach(async () => {
  const runtime = newRuntime()
  clock = runtime.clock
  sqs = new Sqs(runtime)
  sqs.createQueue('timers')
  sqs.createQueue('timers.fifo', { ContentBasedDeduplication: 'true' })
  scheduler = new Scheduler({ ...runtime, queues: sqs })
  server = await serve(clock, { rest: [new SchedulerService(scheduler)] })
  client = new SchedulerClient(clientOptions(server.url))
})

afterEach(async () => {
  client.destroy()
  await server.close()
})

const RoleArn = 'arn:aws:iam::123456789012:role/timers'

/** A one-shot at ten o'clock, an hour after the start. */
const once = (Name: string, more: Partial<CreateScheduleCommandInput> = {}): CreateScheduleCommandInput => ({
  Name,
  ScheduleExpression: 'at(2026-11-02T10:00:00)',
  FlexibleTimeWindow: { Mode: 'OFF' },
  Target: { Arn: sqs.arn('timers'), RoleArn, Input: JSON.stringify({ leadId: Name }) },
  ActionAfterCompletion: 'DELETE',
  ...more,
})

const create = (input: CreateScheduleCommandInput) => client.send(new CreateScheduleCommand(input))
const bodies = (queue = 'timers') =>
  sqs
    .queue(queue)
    .receive(10, 3_600_000)
    .map((message) => message.body)

describe('a one-shot schedule', () => {
  it('sends its input at its time and is gone', async () => {
    const { ScheduleArn } = await create(once('lead-1'))
    expect(ScheduleArn).toBe('arn:aws:scheduler:eu-west-1:123456789012:schedule/default/lead-1')
    await pass(clock, 3599)
    expect(bodies()).toEqual([])
    await pass(clock, 1)
    expect(bodies()).toEqual(['{"leadId":"lead-1"}'])
    const get = client.send(new GetScheduleCommand({ Name: 'lead-1' }))
    await expect(get).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })

  it('stays when it is not to be deleted, and does not fire again', async () => {
    await create(once('lead-1', { ActionAfterCompletion: 'NONE' }))
    await pass(clock, 7200)
    expect(bodies()).toHaveLength(1)
    const got = await client.send(new GetScheduleCommand({ Name: 'lead-1' }))
    expect(got).toMatchObject({ Name: 'lead-1', GroupName: 'default', State: 'ENABLED' })
    expect(got.CreationDate).toEqual(new Date('2026-11-02T09:00:00Z'))
  })

  it('goes by its time zone', async () => {
    await create(
      once('lead-1', {
        ScheduleExpression: 'at(2026-11-02T06:00:00)',
        ScheduleExpressionTimezone: 'America/New_York',
      }),
    )
    await pass(clock, 7199)
    expect(bodies()).toEqual([])
    await pass(clock, 1)
    expect(bodies()).toHaveLength(1)
  })

  it('moves when it is updated', async () => {
    await create(once('lead-1'))
    const later = once('lead-1', { ScheduleExpression: 'at(2026-11-02T11:00:00)' })
    await client.send(new UpdateScheduleCommand(later))
    await pass(clock, 3600)
    expect(bodies()).toEqual([])
    await pass(clock, 3600)
    expect(bodies()).toHaveLength(1)
  })

  it('does not fire once deleted, nor while disabled', async () => {
    await create(once('lead-1'))
    await create(once('lead-2', { State: 'DISABLED' }))
    await client.send(new DeleteScheduleCommand({ Name: 'lead-1' }))
    await pass(clock, 7200)
    expect(bodies()).toEqual([])
  })

  it('sends to a FIFO queue in its group', async () => {
    const Target = {
      Arn: sqs.arn('timers.fifo'),
      RoleArn,
      Input: '{}',
      SqsParameters: { MessageGroupId: 'lead-1' },
    }
    await create(once('lead-1', { Target }))
    await pass(clock, 3600)
    const [message] = sqs.queue('timers.fifo').receive(1, 1000)
    expect(message?.group).toBe('lead-1')
  })

  it('tries again when its queue is not there, and ends in the dead-letter queue', async () => {
    sqs.createQueue('lost')
    const Target = {
      Arn: sqs.arn('none'),
      RoleArn,
      Input: '{"a":1}',
      RetryPolicy: { MaximumRetryAttempts: 2 },
      DeadLetterConfig: { Arn: sqs.arn('lost') },
    }
    await create(once('lead-1', { Target }))
    await pass(clock, 3600 + 119)
    expect(bodies('lost')).toEqual([])
    await pass(clock, 1)
    expect(bodies('lost')).toEqual(['{"a":1}'])
  })
})

describe('a rate', () => {
  it('fires again and again, until its end', async () => {
    const EndDate = new Date('2026-11-02T09:20:00Z')
    await create(once('tick', { ScheduleExpression: 'rate(5 minutes)', EndDate }))
    await pass(clock, 3600)
    expect(bodies()).toHaveLength(5)
    const get = client.send(new GetScheduleCommand({ Name: 'tick' }))
    await expect(get).rejects.toMatchObject({ name: 'ResourceNotFoundException' })
  })
})

describe('names', () => {
  it('conflict, unless the same request comes again', async () => {
    const input = once('lead-1', { ClientToken: 'token-1' })
    const first = await create(input)
    expect((await create(input)).ScheduleArn).toBe(first.ScheduleArn)
    const other = create(once('lead-1', { ClientToken: 'token-2' }))
    await expect(other).rejects.toMatchObject({ name: 'ConflictException' })
  })

  it('are listed by prefix, page by page', async () => {
    for (const name of ['a-1', 'a-2', 'a-3', 'b-1']) await create(once(name))
    const first = await client.send(new ListSchedulesCommand({ NamePrefix: 'a-', MaxResults: 2 }))
    const { NextToken } = first
    const second = await client.send(new ListSchedulesCommand({ NamePrefix: 'a-', MaxResults: 2, NextToken }))
    const names = [...(first.Schedules ?? []), ...(second.Schedules ?? [])].map((one) => one.Name)
    expect(names).toEqual(['a-1', 'a-2', 'a-3'])
    expect(second.NextToken).toBeUndefined()
  })

  it.each([
    ['an expression that is none', { ScheduleExpression: 'at(tomorrow)' }],
    ['a day that does not exist', { ScheduleExpression: 'at(2026-02-31T10:00:00)' }],
    ['an unknown time zone', { ScheduleExpressionTimezone: 'Mars/Base' }],
  ])('are refused with %s', async (_what, change) => {
    await expect(create(once('x', change))).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('that are unknown are not found', async () => {
    const name = 'ResourceNotFoundException'
    await expect(client.send(new DeleteScheduleCommand({ Name: 'x' }))).rejects.toMatchObject({ name })
    await expect(client.send(new UpdateScheduleCommand(once('x')))).rejects.toMatchObject({ name })
  })
})

describe('schedules kept on disk', () => {
  it('fire in the next run, once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tendril-scheduler-'))
    const start = (at?: number) => {
      const store = new Store(join(folder, 'local.db'), '')
      const own = stillClock(at)
      const queues = new Sqs({ store, clock: own })
      return { store, clock: own, queues, scheduler: new Scheduler({ store, clock: own, queues }) }
    }
    const first = start()
    first.queues.createQueue('timers')
    first.scheduler.create('lead-1', {
      ScheduleExpression: 'at(2026-11-02T10:00:00)',
      FlexibleTimeWindow: { Mode: 'OFF' },
      Target: { Arn: sqs.arn('timers'), RoleArn },
      ActionAfterCompletion: 'DELETE',
    })
    first.store.close()
    const second = start(clock.now() + 7_200_000)
    await second.clock.advance(second.clock.now())
    expect(second.queues.depth('timers').ready).toBe(1)
    second.store.close()
    const third = start(clock.now() + 7_300_000)
    await third.clock.advance(third.clock.now())
    expect(third.queues.depth('timers').ready).toBe(1)
    third.store.close()
    rmSync(folder, { recursive: true })
  })
})
