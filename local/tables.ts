/** The two tables, as infra/ defines them, made on the local emulator over its wire protocol. */
import { callDynamo, DynamoError } from './dynamodb/call.ts'
import { coreTable, opsTable } from './env.ts'

const strings = (...names: string[]) => names.map((AttributeName) => ({ AttributeName, AttributeType: 'S' }))
const keys = (hash: string, range: string) => [
  { AttributeName: hash, KeyType: 'HASH' },
  { AttributeName: range, KeyType: 'RANGE' },
]
const keysOnly = (IndexName: string, hash: string, range: string) => ({
  IndexName,
  KeySchema: keys(hash, range),
  Projection: { ProjectionType: 'KEYS_ONLY' },
})

const definitions = [
  {
    TableName: coreTable,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: strings('pk', 'sk', 'stagePk', 'stageSk', 'ownerPk', 'ownerSk'),
    KeySchema: keys('pk', 'sk'),
    GlobalSecondaryIndexes: [
      keysOnly('byStage', 'stagePk', 'stageSk'),
      keysOnly('byOwner', 'ownerPk', 'ownerSk'),
    ],
    StreamSpecification: { StreamEnabled: true, StreamViewType: 'NEW_IMAGE' },
  },
  {
    TableName: opsTable,
    BillingMode: 'PAY_PER_REQUEST',
    AttributeDefinitions: strings('pk', 'sk'),
    KeySchema: keys('pk', 'sk'),
  },
]

/** Makes the tables that are not there yet. */
export const createTables = async (endpoint: string): Promise<void> => {
  for (const definition of definitions) {
    await callDynamo(endpoint, 'DynamoDB_20120810', 'CreateTable', definition).catch((error: unknown) => {
      if (!(error instanceof DynamoError) || error.name !== 'ResourceInUseException') throw error
    })
  }
}
