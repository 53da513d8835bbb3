/** What the DynamoDB suites share: drivers, a client, a table with an index and a stream. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  type AttributeValue,
  CreateTableCommand,
  DynamoDBClient,
  PutItemCommand,
  ScanCommand,
} from '@aws-sdk/client-dynamodb'
import { nativeBinary } from '../../../local/dynamodb/native.ts'
import { type LocalDynamo, startDynamo } from '../../../local/dynamodb/start.ts'
import { clientOptions } from './harness.ts'

/** The native emulator where it is installed, the fallback always. */
export const DRIVERS: readonly ('dynoxide' | 'dynalite')[] =
  nativeBinary() === undefined ? ['dynalite'] : ['dynoxide', 'dynalite']

export const TABLE = 'core'

export const newClient = (endpoint: string): DynamoDBClient => new DynamoDBClient(clientOptions(endpoint))

export const createTable = (client: DynamoDBClient) =>
  client.send(
    new CreateTableCommand({
      TableName: TABLE,
      BillingMode: 'PAY_PER_REQUEST',
      AttributeDefinitions: ['pk', 'sk', 'owner'].map((AttributeName) => ({
        AttributeName,
        AttributeType: 'S',
      })),
      KeySchema: [
        { AttributeName: 'pk', KeyType: 'HASH' },
        { AttributeName: 'sk', KeyType: 'RANGE' },
      ],
      GlobalSecondaryIndexes: [
        {
          IndexName: 'byOwner',
          KeySchema: [
            { AttributeName: 'owner', KeyType: 'HASH' },
            { AttributeName: 'sk', KeyType: 'RANGE' },
          ],
          Projection: { ProjectionType: 'KEYS_ONLY' },
        },
      ],
      StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_AND_OLD_IMAGES' },
    }),
  )

export const item = (
  pk: string,
  more: Record<string, AttributeValue> = {},
): Record<string, AttributeValue> => ({
  pk: { S: pk },
  sk: { S: 'A' },
  ...more,
})

export const put = (client: DynamoDBClient, Item: Record<string, AttributeValue>) =>
  client.send(new PutItemCommand({ TableName: TABLE, Item }))

export const allKeys = async (client: DynamoDBClient): Promise<string[]> => {
  const { Items = [] } = await client.send(new ScanCommand({ TableName: TABLE, ConsistentRead: true }))
  return Items.map((one) => one['pk']?.S ?? '').sort()
}

/** A folder for one test; `end` takes it away. */
export const newFolder = (): { readonly path: string; readonly end: () => void } => {
  const path = mkdtempSync(join(tmpdir(), 'tendril-dynamodb-'))
  return { path, end: () => rmSync(path, { recursive: true, force: true }) }
}

export interface Opened {
  readonly dynamo: LocalDynamo
  readonly client: DynamoDBClient
  close(): Promise<void>
}

export const open = async (driver: 'dynoxide' | 'dynalite', dataDir?: string): Promise<Opened> => {
  const dynamo = await startDynamo({ driver, ...(dataDir !== undefined && { dataDir }) })
  const client = newClient(dynamo.endpoint)
  const close = async (): Promise<void> => {
    client.destroy()
    await dynamo.close()
  }
  return { dynamo, client, close }
}
