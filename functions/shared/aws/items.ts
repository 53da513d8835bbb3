/** DynamoDB calls in the few forms that the adapters need, on plain objects. */
import {
  type AttributeValue,
  BatchGetItemCommand,
  ConditionalCheckFailedException,
  DeleteItemCommand,
  GetItemCommand,
  PutItemCommand,
  QueryCommand,
  UpdateItemCommand,
  type UpdateItemCommandInput,
} from '@aws-sdk/client-dynamodb'
import { marshall, unmarshall } from '@aws-sdk/util-dynamodb'
import { dynamo } from './clients.ts'
import type { Key } from './keys.ts'

/** An item as stored; `pk` and `sk` are its key. */
export type Item = Record<string, unknown>

const options = { removeUndefinedValues: true } as const
const toItem = (raw: Record<string, AttributeValue>): Item => unmarshall(raw)

export const getItem = async (TableName: string, key: Key, consistent = true): Promise<Item | undefined> => {
  const { Item } = await dynamo().send(
    new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: consistent }),
  )
  return Item === undefined ? undefined : toItem(Item)
}

const unlessConditionFailed = async (work: Promise<unknown>): Promise<boolean> => {
  try {
    await work
    return true
  } catch (error) {
    if (error instanceof ConditionalCheckFailedException) return false
    throw error
  }
}

/** Puts the item; with a condition, answers whether it held. */
export const putItem = (
  TableName: string,
  item: Item,
  condition?: { readonly expression: string; readonly values?: Record<string, unknown> },
): Promise<boolean> =>
  unlessConditionFailed(
    dynamo().send(
      new PutItemCommand({
        TableName,
        Item: marshall(item, options),
        ...(condition && { ConditionExpression: condition.expression }),
        ...(condition?.values && { ExpressionAttributeValues: marshall(condition.values, options) }),
      }),
    ),
  )

/** True when the item was not there before. */
export const putIfAbsent = (TableName: string, item: Item): Promise<boolean> =>
  putItem(TableName, item, { expression: 'attribute_not_exists(pk)' })

/** Replaces an item whose `rev` is still `rev`; false when somebody else wrote first or it is gone. */
export const replaceAtRev = (TableName: string, item: Item, rev: number): Promise<boolean> =>
  putItem(TableName, item, { expression: 'attribute_exists(pk) AND rev = :rev', values: { ':rev': rev } })

export const deleteItem = async (TableName: string, key: Key): Promise<void> => {
  await dynamo().send(new DeleteItemCommand({ TableName, Key: marshall(key) }))
}

export const updateItem = async (
  TableName: string,
  key: Key,
  update: Pick<UpdateItemCommandInput, 'UpdateExpression' | 'ExpressionAttributeNames' | 'ReturnValues'> & {
    readonly values: Record<string, unknown>
  },
): Promise<Item> => {
  const { values, ...rest } = update
  const { Attributes } = await dynamo().send(
    new UpdateItemCommand({
      TableName,
      Key: marshall(key),
      ...rest,
      ExpressionAttributeValues: marshall(values, options),
    }),
  )
  return Attributes === undefined ? {} : toItem(Attributes)
}

/** What a query asks for: a partition and a condition on the sort key. */
export interface Ask {
  readonly pk: string
  readonly index?: { readonly name: string; readonly pk: string; readonly sk: string }
  /** A condition on `#sk`, such as `begins_with(#sk, :a)` or `#sk < :a`. */
  readonly sk?: string
  readonly values?: Record<string, unknown>
  readonly consistent?: boolean
  readonly newestFirst?: boolean
  readonly limit?: number
  readonly after?: Item
}

const queryInput = (TableName: string, ask: Ask) => ({
  TableName,
  ...(ask.index && { IndexName: ask.index.name }),
  KeyConditionExpression: ask.sk === undefined ? '#pk = :pk' : `#pk = :pk AND ${ask.sk}`,
  ExpressionAttributeNames: {
    '#pk': ask.index?.pk ?? 'pk',
    ...(ask.sk !== undefined && { '#sk': ask.index?.sk ?? 'sk' }),
  },
  ExpressionAttributeValues: marshall({ ':pk': ask.pk, ...ask.values }, options),
  ConsistentRead: ask.consistent ?? false,
  ScanIndexForward: !(ask.newestFirst ?? false),
  ...(ask.limit !== undefined && { Limit: ask.limit }),
  ...(ask.after !== undefined && { ExclusiveStartKey: marshall(ask.after) }),
})

/** One page of a query; `last` is where the next one starts. */
export const queryPage = async (
  TableName: string,
  ask: Ask,
): Promise<{ readonly items: readonly Item[]; readonly last: Item | undefined }> => {
  const { Items = [], LastEvaluatedKey } = await dynamo().send(new QueryCommand(queryInput(TableName, ask)))
  return { items: Items.map(toItem), last: LastEvaluatedKey && toItem(LastEvaluatedKey) }
}

/** All pages of a query that is small by its nature. */
export const queryAll = async (TableName: string, ask: Ask): Promise<readonly Item[]> => {
  const items: Item[] = []
  let after: Item | undefined
  do {
    const page = await queryPage(TableName, after === undefined ? ask : { ...ask, after })
    items.push(...page.items)
    after = page.last
  } while (after !== undefined)
  return items
}

/** Reads up to 100 items by key, in the order of the keys; missing ones are left out. */
export const getItems = async (TableName: string, keys: readonly Key[]): Promise<readonly Item[]> => {
  if (keys.length === 0) return []
  const found = new Map<string, Item>()
  let open = keys.map((key) => marshall({ pk: key.pk, sk: key.sk }))
  while (open.length > 0) {
    const answer = await dynamo().send(
      new BatchGetItemCommand({ RequestItems: { [TableName]: { Keys: open } } }),
    )
    for (const raw of answer.Responses?.[TableName] ?? []) {
      const item = toItem(raw)
      found.set(`${item['pk']} ${item['sk']}`, item)
    }
    open = (answer.UnprocessedKeys?.[TableName]?.Keys ?? []) as typeof open
  }
  return keys.flatMap((key) => {
    const item = found.get(`${key.pk} ${key.sk}`)
    return item === undefined ? [] : [item]
  })
}
