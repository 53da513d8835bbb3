/** DynamoDB calls in the few forms that the adapters need, on plain objects. */
import { randomBytes } from 'node:crypto'
import {
  type AttributeValue,
  BatchGetItemCommand,
  BatchWriteItemCommand,
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
import { coalesce } from './coalesce.ts'
import type { Key } from './keys.ts'

/** An item as stored; `pk` and `sk` are its key. */
export type Item = Record<string, unknown>

const options = { removeUndefinedValues: true } as const
const toItem = (raw: Record<string, AttributeValue>): Item => unmarshall(raw)

const getOne = async (TableName: string, key: Key, consistent = true): Promise<Item | undefined> => {
  const { Item } = await dynamo().send(
    new GetItemCommand({ TableName, Key: marshall(key), ConsistentRead: consistent }),
  )
  return Item === undefined ? undefined : toItem(Item)
}

interface Condition {
  readonly expression: string
  readonly values?: Record<string, unknown>
}

/** Puts the item; with a condition, answers whether it held, or what `isDone` says of the stored item if not. */
export const putItem = async (
  TableName: string,
  item: Item,
  condition?: Condition,
  isDone?: (stored: Item) => boolean,
): Promise<boolean> => {
  try {
    await dynamo().send(
      new PutItemCommand({
        TableName,
        Item: marshall(item, options),
        ...(condition && { ConditionExpression: condition.expression }),
        ...(condition?.values && { ExpressionAttributeValues: marshall(condition.values, options) }),
        ...(isDone && { ReturnValuesOnConditionCheckFailure: 'ALL_OLD' }),
      }),
    )
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return error.Item !== undefined && isDone?.(toItem(error.Item)) === true
  }
}

/** True when the item was not there before. */
export const putIfAbsent = (TableName: string, item: Item): Promise<boolean> =>
  putItem(TableName, item, { expression: 'attribute_not_exists(pk)' })

/**
 * A write whose answer is lost is sent again by the SDK, and its condition then fails on what it wrote itself.
 * The writer's own mark (`w`, new with every call) on the stored item says so: the write was done.
 */
const putMarked = (TableName: string, item: Item, condition: Condition): Promise<boolean> => {
  const w = randomBytes(6).toString('base64url')
  return putItem(TableName, { ...item, w }, condition, (stored) => stored['w'] === w)
}

/** The first write of an item that is replaced from then on: true when it was not there before. */
export const putFirst = (TableName: string, item: Item): Promise<boolean> =>
  putMarked(TableName, item, { expression: 'attribute_not_exists(pk)' })

/** Replaces an item whose `rev` is still `rev`; false when somebody else wrote first or it is gone. */
export const replaceAtRev = (TableName: string, item: Item, rev: number): Promise<boolean> =>
  putMarked(TableName, item, {
    expression: 'attribute_exists(pk) AND rev = :rev',
    values: { ':rev': rev },
  })

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

/** Sets an attribute that is not there yet; false when it was. */
export const updateFirst = async (
  TableName: string,
  key: Key,
  name: string,
  value: unknown,
): Promise<boolean> => {
  try {
    await dynamo().send(
      new UpdateItemCommand({
        TableName,
        Key: marshall(key),
        UpdateExpression: 'SET #name = :value',
        ConditionExpression: 'attribute_not_exists(#name)',
        ExpressionAttributeNames: { '#name': name },
        ExpressionAttributeValues: marshall({ ':value': value }, options),
      }),
    )
    return true
  } catch (error) {
    if (!(error instanceof ConditionalCheckFailedException)) throw error
    return false
  }
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

interface Read {
  readonly table: string
  readonly key: Key
}

/** Reads up to 100 items by key, in the order of the keys; undefined where there is none. */
const readAll = async (
  reads: readonly Read[],
  consistent: boolean,
): Promise<readonly (Item | undefined)[]> => {
  const found = new Map<string, Item>()
  const name = (table: string, key: { readonly pk?: unknown; readonly sk?: unknown }): string =>
    `${table} ${key.pk} ${key.sk}`
  const unique = new Map(reads.map((read) => [name(read.table, read.key), read]))
  let open: Record<string, { Keys: Record<string, AttributeValue>[]; ConsistentRead: boolean }> = {}
  for (const { table, key } of unique.values()) {
    open[table] ??= { Keys: [], ConsistentRead: consistent }
    open[table].Keys.push(marshall({ pk: key.pk, sk: key.sk }))
  }
  while (Object.keys(open).length > 0) {
    const answer = await dynamo().send(new BatchGetItemCommand({ RequestItems: open }))
    for (const [table, items] of Object.entries(answer.Responses ?? {}))
      for (const raw of items) {
        const item = toItem(raw)
        found.set(name(table, item as { pk?: unknown; sk?: unknown }), item)
      }
    open = (answer.UnprocessedKeys ?? {}) as typeof open
  }
  return reads.map(({ table, key }) => found.get(name(table, key)))
}

const readTogether = coalesce<Read, Item | undefined>(async (reads) => {
  const [first] = reads
  return first !== undefined && reads.length === 1
    ? [await getOne(first.table, first.key)]
    : readAll(reads, true)
}, 100)

/** One item. Strongly consistent reads of one turn go together in one request. */
export const getItem = (table: string, key: Key, consistent = true): Promise<Item | undefined> =>
  consistent ? readTogether({ table, key }) : getOne(table, key, false)

/** Reads up to 100 items by key, in the order of the keys; missing ones are left out. */
export const getItems = async (table: string, keys: readonly Key[]): Promise<readonly Item[]> => {
  if (keys.length === 0) return []
  const items = await readAll(
    keys.map((key) => ({ table, key })),
    false,
  )
  return items.filter((item) => item !== undefined)
}

interface Write {
  readonly table: string
  readonly item: Item
}

/** Writes up to 25 items in one request, of those with one key the last; what DynamoDB leaves undone is sent again. */
const writeAll = async (writes: readonly Write[]): Promise<readonly undefined[]> => {
  let open: Record<string, { PutRequest: { Item: Record<string, AttributeValue> } }[]> = {}
  const last = new Map(
    writes.map((write) => [`${write.table} ${write.item['pk']} ${write.item['sk']}`, write]),
  )
  for (const { table, item } of last.values()) {
    open[table] ??= []
    open[table].push({ PutRequest: { Item: marshall(item, options) } })
  }
  while (Object.keys(open).length > 0) {
    const answer = await dynamo().send(new BatchWriteItemCommand({ RequestItems: open }))
    open = (answer.UnprocessedItems ?? {}) as typeof open
  }
  return writes.map(() => undefined)
}

const writeTogether = coalesce<Write, undefined>(writeAll, 25)

/** Puts an item whatever was there. Writes of one turn go together. */
export const putTogether = async (table: string, item: Item): Promise<void> => {
  await writeTogether({ table, item })
}
