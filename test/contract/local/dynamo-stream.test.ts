import { DeleteItemCommand, TransactWriteItemsCommand, UpdateItemCommand } from '@aws-sdk/client-dynamodb'
import type { DynamoDBStreamEvent } from 'aws-lambda'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import { type StreamHandler, StreamReader } from '../../../local/dynamodb/stream-reader.ts'
import { Store } from '../../../local/store.ts'
import { createTable, DRIVERS, item, type Opened, open, put, TABLE } from './dynamo-fixtures.ts'
import { pass, stillClock } from './harness.ts'

describe.each(DRIVERS)('the stream of a table by %s', (driver) => {
  let opened: Opened
  let store: Store
  let clock: VirtualClock
  let records: DynamoDBStreamEvent['Records']

  beforeEach(async () => {
    opened = await open(driver)
    await createTable(opened.client)
    store = new Store(':memory:', '')
    clock = stillClock()
    records = []
  })

  afterEach(async () => {
    store.close()
    await opened.close()
  })

  const keep: StreamHandler = async (event) => void records.push(...event.Records)
  const reader = (handler: StreamHandler = keep, more: { dirty?: () => boolean; batchSize?: number } = {}) =>
    new StreamReader({
      endpoint: opened.dynamo.endpoint,
      tableName: TABLE,
      store,
      clock,
      handler,
      ...more,
    })
  const keys = () => records.map((record) => record.dynamodb?.Keys?.['pk']?.S)

  it('gives every change in order, in the shape that Lambda gets', async () => {
    const { client } = opened
    await put(client, item('a', { n: { N: '1' }, raw: { B: Uint8Array.of(1, 2) } }))
    await client.send(
      new UpdateItemCommand({
        TableName: TABLE,
        Key: item('a'),
        UpdateExpression: 'SET n = :n',
        ExpressionAttributeValues: { ':n': { N: '2' } },
      }),
    )
    await client.send(new DeleteItemCommand({ TableName: TABLE, Key: item('a') }))
    const TransactItems = ['t1', 't2'].map((pk) => ({ Put: { TableName: TABLE, Item: item(pk) } }))
    await client.send(new TransactWriteItemsCommand({ TransactItems }))
    expect(await reader().poll()).toBe(true)
    expect(records.map((record) => record.eventName)).toEqual([
      'INSERT',
      'MODIFY',
      'REMOVE',
      'INSERT',
      'INSERT',
    ])
    expect(records[1]).toMatchObject({
      eventSource: 'aws:dynamodb',
      awsRegion: 'eu-west-1',
      eventSourceARN: expect.stringContaining('table/core/stream/'),
      dynamodb: {
        Keys: { pk: { S: 'a' }, sk: { S: 'A' } },
        OldImage: { n: { N: '1' }, raw: { B: 'AQI=' } },
        NewImage: { n: { N: '2' } },
        SequenceNumber: expect.stringMatching(/^\d+$/),
        StreamViewType: 'NEW_AND_OLD_IMAGES',
      },
    })
    expect(records[2]?.dynamodb?.NewImage).toBeUndefined()
  })

  it('gives nothing for a write that changes nothing or is refused', async () => {
    await put(opened.client, item('a'))
    await put(opened.client, item('a'))
    await reader().poll()
    expect(keys()).toEqual(['a'])
  })

  it('goes on after its checkpoint, in small batches, in another run too', async () => {
    for (const pk of ['a', 'b', 'c']) await put(opened.client, item(pk))
    await reader(keep, { batchSize: 2 }).poll()
    await put(opened.client, item('d'))
    const next = reader()
    expect(await next.poll()).toBe(true)
    expect(await next.poll()).toBe(false)
    expect(keys()).toEqual(['a', 'b', 'c', 'd'])
  })

  it('asks only when something may have been written', async () => {
    let dirty = false
    const lazy = reader(keep, { dirty: () => dirty })
    await lazy.poll()
    await put(opened.client, item('a'))
    expect(await lazy.poll()).toBe(false)
    dirty = true
    expect(await lazy.poll()).toBe(true)
    expect(keys()).toEqual(['a'])
  })

  it('gives a batch again that its handler failed on, a while later', async () => {
    for (const pk of ['a', 'b', 'c']) await put(opened.client, item(pk))
    const seen: number[] = []
    const failing = reader(async (event) => {
      seen.push(event.Records.length)
      if (seen.length === 1) throw new Error('no')
      if (seen.length === 2)
        return { batchItemFailures: [{ itemIdentifier: event.Records[1]?.dynamodb?.SequenceNumber ?? '' }] }
      return
    })
    clock.onSettle(() => failing.poll())
    await clock.drain()
    expect(seen).toEqual([3])
    await pass(clock, 60)
    expect(seen).toEqual([3, 3, 2])
  })
})
