/** The two tables, as infra/ defines them, made on the local emulator over its wire protocol. */
import { coreTable, opsTable, region } from './env.ts'

const call = async (
  endpoint: string,
  action: string,
  input: object,
): Promise<{ status: number; body: string }> => {
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.0',
      'x-amz-target': `DynamoDB_20120810.${action}`,
      authorization: `AWS4-HMAC-SHA256 Credential=local/20260101/${region}/dynamodb/aws4_request, SignedHeaders=host, Signature=00`,
    },
    body: JSON.stringify(input),
  })
  return { status: answer.status, body: await answer.text() }
}

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
    const { status, body } = await call(endpoint, 'CreateTable', definition)
    if (status !== 200 && !body.includes('ResourceInUseException'))
      throw new Error(`DynamoDB at ${endpoint} did not make the table ${definition.TableName}: ${body}`)
  }
}
