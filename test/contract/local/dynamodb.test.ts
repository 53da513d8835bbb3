import {
  BatchWriteItemCommand,
  DeleteItemCommand,
  DescribeTimeToLiveCommand,
  type DynamoDBClient,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  TransactGetItemsCommand,
  TransactWriteItemsCommand,
  UpdateItemCommand,
  UpdateTimeToLiveCommand,
} from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { allKeys, createTable, DRIVERS, item, type Opened, open, put, TABLE } from './dynamo-fixtures.ts'

const key = (pk: string) => ({ TableName: TABLE, Key: { pk: { S: pk }, sk: { S: 'A' } } })

describe.each(DRIVERS)('DynamoDB by %s', (driver) => {
  let opened: Opened
  let client: DynamoDBClient

  beforeEach(async () => {
    opened = await open(driver)
    client = opened.client
    await createTable(client)
  })

  afterEach(() => opened.close())

  it('puts only if absent, and shows what is there when it refuses', async () => {
    const command = (n: string) =>
      new PutItemCommand({
        TableName: TABLE,
        Item: item('a', { n: { N: n } }),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
      })
    await client.send(command('1'))
    await expect(client.send(command('2'))).rejects.toMatchObject({
      name: 'ConditionalCheckFailedException',
      Item: { n: { N: '1' } },
    })
  })

  it('updates on a condition, with sets, counters and defaults', async () => {
    await put(client, item('a', { n: { N: '1' }, steps: { L: [] } }))
    const update = new UpdateItemCommand({
      ...key('a'),
      UpdateExpression:
        'SET n = :two, steps = list_append(steps, :one), seen = if_not_exists(seen, :x) ADD c :inc REMOVE gone',
      ConditionExpression: 'n < :two',
      ExpressionAttributeValues: {
        ':two': { N: '2' },
        ':one': { L: [{ S: 'e' }] },
        ':x': { S: 'x' },
        ':inc': { N: '5' },
      },
      ReturnValues: 'ALL_NEW',
      ReturnValuesOnConditionCheckFailure: 'ALL_OLD',
    })
    const updated = await client.send(update)
    expect(updated.Attributes).toMatchObject({ n: { N: '2' }, c: { N: '5' }, seen: { S: 'x' } })
    await expect(client.send(update)).rejects.toMatchObject({ Item: { n: { N: '2' } } })
  })

  it('keeps binary attributes byte for byte', async () => {
    const bytes = Uint8Array.from({ length: 256 }, (_, i) => i)
    await put(client, item('a', { raw: { B: bytes } }))
    const { Item } = await client.send(new GetItemCommand(key('a')))
    expect(Item?.['raw']?.B).toEqual(bytes)
  })

  it('queries a key in order, and an index page by page', async () => {
    for (let i = 0; i < 5; i++)
      await put(client, { pk: { S: 'a' }, sk: { S: `S${i}` }, owner: { S: 'rep' }, text: { S: 'x' } })
    await put(client, item('b'))
    const own = await client.send(
      new QueryCommand({
        TableName: TABLE,
        KeyConditionExpression: 'pk = :p AND begins_with(sk, :s)',
        ExpressionAttributeValues: { ':p': { S: 'a' }, ':s': { S: 'S' } },
        ScanIndexForward: false,
        Limit: 2,
      }),
    )
    expect(own.Items?.map((one) => one['sk']?.S)).toEqual(['S4', 'S3'])
    const pages: (string | undefined)[][] = []
    let ExclusiveStartKey: QueryCommand['input']['ExclusiveStartKey']
    do {
      const page = await client.send(
        new QueryCommand({
          TableName: TABLE,
          IndexName: 'byOwner',
          KeyConditionExpression: '#o = :o',
          ExpressionAttributeNames: { '#o': 'owner' },
          ExpressionAttributeValues: { ':o': { S: 'rep' } },
          Limit: 2,
          ExclusiveStartKey,
        }),
      )
      pages.push((page.Items ?? []).map((one) => one['sk']?.S))
      expect(page.Items?.[0]?.['text']).toBeUndefined()
      ExclusiveStartKey = page.LastEvaluatedKey
    } while (ExclusiveStartKey !== undefined)
    expect(pages.flat()).toEqual(['S0', 'S1', 'S2', 'S3', 'S4'])
  })

  it('says what a write costs, table and index apart', async () => {
    const spend = async (command: PutItemCommand | UpdateItemCommand) => {
      const { ConsumedCapacity } = await client.send(command as PutItemCommand)
      return [
        ConsumedCapacity?.CapacityUnits,
        ConsumedCapacity?.Table?.CapacityUnits,
        ConsumedCapacity?.GlobalSecondaryIndexes?.['byOwner']?.CapacityUnits,
      ]
    }
    const putting = (Item: Parameters<typeof put>[1]) =>
      new PutItemCommand({ TableName: TABLE, Item, ReturnConsumedCapacity: 'INDEXES' })
    const setting = (attribute: string, value: string) =>
      new UpdateItemCommand({
        ...key('a'),
        UpdateExpression: 'SET #a = :v',
        ExpressionAttributeNames: { '#a': attribute },
        ExpressionAttributeValues: { ':v': { S: value } },
        ReturnConsumedCapacity: 'INDEXES',
      })
    expect(await spend(putting(item('a')))).toEqual([1, 1, undefined])
    expect(await spend(setting('owner', 'r1'))).toEqual([2, 1, 1])
    expect(await spend(setting('text', 'x'))).toEqual([1, 1, undefined])
    expect(await spend(setting('owner', 'r2'))).toEqual([3, 1, 2])
    expect(await spend(setting('text', 'x'.repeat(3000)))).toEqual([3, 3, undefined])
  })

  it('writes a transaction whole or not at all, and says why not', async () => {
    await put(client, item('taken', { n: { N: '7' } }))
    const putting = (pk: string) => ({
      Put: {
        TableName: TABLE,
        Item: item(pk),
        ConditionExpression: 'attribute_not_exists(pk)',
        ReturnValuesOnConditionCheckFailure: 'ALL_OLD' as const,
      },
    })
    const check = { ConditionCheck: { ...key('none'), ConditionExpression: 'attribute_not_exists(pk)' } }
    const refused = new TransactWriteItemsCommand({ TransactItems: [putting('x'), putting('taken'), check] })
    await expect(client.send(refused)).rejects.toMatchObject({
      name: 'TransactionCanceledException',
      CancellationReasons: [
        { Code: 'None' },
        { Code: 'ConditionalCheckFailed', Item: { n: { N: '7' } } },
        { Code: 'None' },
      ],
    })
    expect(await allKeys(client)).toEqual(['taken'])
    const TransactItems = [putting('x'), { Delete: key('taken') }, check]
    await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: 'once' }))
    await client.send(new TransactWriteItemsCommand({ TransactItems, ClientRequestToken: 'once' }))
    expect(await allKeys(client)).toEqual(['x'])
    const gets = [{ Get: key('x') }, { Get: key('taken') }]
    const { Responses } = await client.send(new TransactGetItemsCommand({ TransactItems: gets }))
    expect(Responses?.map((one) => one.Item?.['pk']?.S)).toEqual(['x', undefined])
  })

  it('refuses two operations on one item in a transaction', async () => {
    const one = { Put: { TableName: TABLE, Item: item('a') } }
    const command = new TransactWriteItemsCommand({ TransactItems: [one, one] })
    await expect(client.send(command)).rejects.toMatchObject({ name: 'ValidationException' })
  })

  it('writes and deletes in batches', async () => {
    const puts = ['a', 'b', 'c'].map((pk) => ({ PutRequest: { Item: item(pk) } }))
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: puts } }))
    const drop = [{ DeleteRequest: { Key: item('b') } }]
    await client.send(new BatchWriteItemCommand({ RequestItems: { [TABLE]: drop } }))
    expect(await allKeys(client)).toEqual(['a', 'c'])
  })

  it('deletes on a condition', async () => {
    await put(client, item('a', { n: { N: '1' } }))
    const command = (n: string) =>
      new DeleteItemCommand({
        ...key('a'),
        ConditionExpression: 'n = :n',
        ExpressionAttributeValues: { ':n': { N: n } },
      })
    await expect(client.send(command('2'))).rejects.toMatchObject({ name: 'ConditionalCheckFailedException' })
    await client.send(command('1'))
    expect(await allKeys(client)).toEqual([])
  })

  it('takes the time-to-live setting', async () => {
    const TimeToLiveSpecification = { Enabled: true, AttributeName: 'ttl' }
    await client.send(new UpdateTimeToLiveCommand({ TableName: TABLE, TimeToLiveSpecification }))
    const told = await client.send(new DescribeTimeToLiveCommand({ TableName: TABLE }))
    expect(told.TimeToLiveDescription).toMatchObject({ TimeToLiveStatus: 'ENABLED', AttributeName: 'ttl' })
  })

  it('loses no increment when many are made at once', async () => {
    const increment = new UpdateItemCommand({
      ...key('a'),
      UpdateExpression: 'ADD c :one',
      ExpressionAttributeValues: { ':one': { N: '1' } },
    })
    await Promise.all(Array.from({ length: 50 }, () => client.send(increment)))
    const { Item } = await client.send(new GetItemCommand({ ...key('a'), ConsistentRead: true }))
    expect(Item?.['c']).toEqual({ N: '50' })
  })
})
