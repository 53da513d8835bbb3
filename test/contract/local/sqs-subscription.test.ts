import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { SQSEvent } from 'aws-lambda'
import { beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import { Sqs } from '../../../local/sqs/sqs.ts'
import { Store } from '../../../local/store.ts'
import { newRuntime, pass, stillClock } from './harness.ts'

let clock: VirtualClock
let sqs: Sqs

beforeEach(() => {
  const runtime = newRuntime()
  clock = runtime.clock
  sqs = new Sqs(runtime)
})

describe('a subscribed function', () => {
  it('gets the Lambda event and the message is gone once it returns', async () => {
    sqs.createQueue('jobs.fifo')
    const events: SQSEvent[] = []
    sqs.subscribe('jobs.fifo', { batchSize: 10 }, async (event) => void events.push(event))
    sqs.send('jobs.fifo', { body: '{"a":1}', groupId: 'g', dedupeId: 'd' })
    await clock.drain()
    const record = events[0]?.Records[0]
    expect(record).toMatchObject({
      body: '{"a":1}',
      messageAttributes: {},
      eventSource: 'aws:sqs',
      eventSourceARN: sqs.arn('jobs.fifo'),
      awsRegion: 'eu-west-1',
      attributes: {
        ApproximateReceiveCount: '1',
        MessageGroupId: 'g',
        MessageDeduplicationId: 'd',
        SentTimestamp: String(clock.now()),
        SequenceNumber: expect.stringMatching(/^\d{20}$/),
      },
    })
    expect(sqs.depth('jobs.fifo')).toEqual({ ready: 0, delayed: 0, flight: 0 })
  })

  it('gets failed items again after the visibility timeout, the rest not', async () => {
    sqs.createQueue('jobs', { VisibilityTimeout: '120' })
    const seen: string[][] = []
    sqs.subscribe('jobs', { batchSize: 10, reportBatchItemFailures: true }, async (event) => {
      seen.push(event.Records.map((one) => one.body))
      const bad = event.Records.filter((one) => one.body === 'bad' && seen.length === 1)
      return { batchItemFailures: bad.map((one) => ({ itemIdentifier: one.messageId })) }
    })
    for (const body of ['good', 'bad', 'fine']) sqs.send('jobs', { body })
    await clock.drain()
    await pass(clock, 119)
    expect(seen).toEqual([['good', 'bad', 'fine']])
    await pass(clock, 1)
    expect(seen).toEqual([['good', 'bad', 'fine'], ['bad']])
  })

  it('gets a whole batch again when it throws, and then the dead-letter queue has it', async () => {
    sqs.createQueue('dead')
    const RedrivePolicy = JSON.stringify({ deadLetterTargetArn: sqs.arn('dead'), maxReceiveCount: 3 })
    sqs.createQueue('jobs', { RedrivePolicy })
    let calls = 0
    sqs.subscribe('jobs', { batchSize: 10 }, async () => {
      calls++
      throw new Error('no')
    })
    sqs.send('jobs', { body: 'x' })
    await pass(clock, 600)
    expect(calls).toBe(3)
    expect(sqs.depth('dead').ready).toBe(1)
  })

  it('keeps a FIFO group in order past a failure: what follows it in the batch is held too', async () => {
    sqs.createQueue('jobs.fifo')
    const seen: string[] = []
    let failed = false
    sqs.subscribe('jobs.fifo', { batchSize: 10, reportBatchItemFailures: true }, async (event) => {
      seen.push(event.Records.map((one) => one.body).join(' '))
      const bad = event.Records.find((one) => one.body === 'a2')
      if (failed || bad === undefined) return
      failed = true
      return { batchItemFailures: [{ itemIdentifier: bad.messageId }] }
    })
    for (const body of ['a1', 'a2', 'a3', 'b1'])
      sqs.send('jobs.fifo', { body, groupId: body[0]!, dedupeId: body })
    await clock.drain()
    sqs.send('jobs.fifo', { body: 'a4', groupId: 'a', dedupeId: 'a4' })
    await clock.drain()
    expect(seen).toEqual(['a1 a2 a3 b1'])
    await pass(clock, 30)
    expect(seen).toEqual(['a1 a2 a3 b1', 'a2 a3 a4'])
  })

  it('runs batches side by side but never two of one group', async () => {
    sqs.createQueue('jobs.fifo')
    let most = 0
    const running = new Map<string, number>()
    const order: Record<string, number[]> = {}
    sqs.subscribe('jobs.fifo', { batchSize: 1, concurrency: 8 }, async (event) => {
      const [group, i] = event.Records[0]!.body.split('/') as [string, string]
      running.set(group, (running.get(group) ?? 0) + 1)
      expect(running.get(group)).toBe(1)
      most = Math.max(
        most,
        [...running.values()].reduce((a, b) => a + b),
      )
      await new Promise((resolve) => setImmediate(resolve))
      order[group] = [...(order[group] ?? []), Number(i)]
      running.set(group, 0)
    })
    for (let i = 0; i < 20; i++)
      for (const group of ['a', 'b', 'c'])
        sqs.send('jobs.fifo', { body: `${group}/${i}`, groupId: group, dedupeId: `${group}${i}` })
    await clock.drain()
    expect(most).toBe(3)
    const inOrder = Array.from({ length: 20 }, (_, i) => i)
    expect(order).toEqual({ a: inOrder, b: inOrder, c: inOrder })
  })
})

describe('queues kept on disk', () => {
  it('have every accepted message after a crash, with those in flight visible at once', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'tendril-sqs-'))
    const open = (at?: number) => {
      const store = new Store(join(folder, 'local.db'), '')
      return { store, sqs: new Sqs({ store, clock: stillClock(at) }) }
    }
    const before = open()
    before.sqs.createQueue('jobs.fifo')
    for (let i = 0; i < 5; i++)
      before.sqs.send('jobs.fifo', { body: String(i), groupId: 'g', dedupeId: `d${i}` })
    expect(before.sqs.queue('jobs.fifo').receive(2, 30_000)).toHaveLength(2)

    const after = open(clock.now() + 1000)
    const again = after.sqs.queue('jobs.fifo').receive(10, 30_000)
    expect(again.map((one) => [one.body, one.receives])).toEqual([
      ['0', 2],
      ['1', 2],
      ['2', 1],
      ['3', 1],
      ['4', 1],
    ])
    expect(after.sqs.send('jobs.fifo', { body: 'x', groupId: 'g', dedupeId: 'd4' }).duplicate).toBe(true)
    before.store.close()
    after.store.close()
    rmSync(folder, { recursive: true })
  })
})
