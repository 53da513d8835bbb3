/** Transactions on the embedded emulator: one at a time, all or nothing, with the reasons of a refusal. */
import type { Json } from './call.ts'
import { type AttributeMap, EmulatorRefusal } from './dynalite.ts'
import type { Change } from './journal.ts'
import type { Target, Writer } from './writer.ts'

type Kind = 'Put' | 'Update' | 'Delete' | 'ConditionCheck'
type TransactItem = Partial<Readonly<Record<Kind, Json>>>

interface Operation {
  readonly kind: Kind
  readonly input: Json
}

interface Reason {
  readonly Code: string
  readonly Message?: string
  readonly Item?: AttributeMap
}

const ACTIONS = {
  Put: 'PutItem',
  Update: 'UpdateItem',
  Delete: 'DeleteItem',
  ConditionCheck: 'UpdateItem',
} as const
const MOST = 100
const TOKEN_MS = 10 * 60_000

const invalid = (message: string): EmulatorRefusal =>
  new EmulatorRefusal(400, { __type: 'com.amazon.coral.validate#ValidationException', message })

const operationOf = (item: TransactItem): Operation => {
  const [entry, ...more] = Object.entries(item) as [Kind, Json][]
  if (entry === undefined || more.length > 0 || !(entry[0] in ACTIONS))
    throw invalid('TransactItems can only contain one of Check, Put, Update or Delete')
  return { kind: entry[0], input: entry[1] }
}

const cancelled = (reasons: readonly Reason[]): EmulatorRefusal =>
  new EmulatorRefusal(400, {
    __type: 'com.amazonaws.dynamodb.v20120810#TransactionCanceledException',
    Message: `Transaction cancelled, please refer cancellation reasons for specific reasons [${reasons
      .map((reason) => reason.Code)
      .join(', ')}]`,
    CancellationReasons: reasons,
  })

export class Transactions {
  private readonly writer: Writer
  private readonly now: () => number
  private readonly tokens = new Map<string, { readonly input: string; readonly at: number }>()

  constructor(writer: Writer, now: () => number) {
    this.writer = writer
    this.now = now
  }

  async write(input: Json): Promise<Record<string, unknown>> {
    const operations = ((input['TransactItems'] ?? []) as TransactItem[]).map(operationOf)
    if (operations.length === 0 || operations.length > MOST)
      throw invalid(`Member must have length less than or equal to ${MOST} and greater than or equal to 1`)
    if (this.isRepeated(input)) return {}
    const targets: Target[] = []
    for (const operation of operations) targets.push(await this.targetOf(operation))
    const distinct = new Set(targets.map(({ table, key }) => JSON.stringify([table, key])))
    if (distinct.size < targets.length)
      throw invalid('Transaction request cannot include multiple operations on one item')
    const { changes } = await this.writer.write(targets, (before) => this.apply(operations, before))
    this.remember(input)
    const asked = input['ReturnConsumedCapacity']
    if (asked !== 'TOTAL' && asked !== 'INDEXES') return {}
    return { ConsumedCapacity: await this.writer.allConsumed(changes, asked, 2) }
  }

  /** Several reads as one. */
  async read(input: Json): Promise<Record<string, unknown>> {
    await this.writer.settled()
    const items = (input['TransactItems'] ?? []) as { readonly Get: Json }[]
    const reads = items.map(({ Get }) =>
      this.writer.dynalite.call('GetItem', { ...Get, ConsistentRead: true }),
    )
    return { Responses: (await Promise.all(reads)).map(({ Item }) => (Item === undefined ? {} : { Item })) }
  }

  private async targetOf({ kind, input }: Operation): Promise<Target> {
    const table = String(input['TableName'])
    if (kind !== 'Put') return { table, key: input['Key'] as AttributeMap }
    return { table, key: await this.writer.keyOf(table, input['Item'] as AttributeMap) }
  }

  /** Tries each; items are distinct, so no outcome hangs on another. Any failure undoes all. */
  private async apply(operations: readonly Operation[], before: readonly Change[]): Promise<void> {
    const reasons: Reason[] = []
    for (const [i, operation] of operations.entries()) reasons.push(await this.attempt(operation, before[i]))
    if (reasons.some((reason) => reason.Code !== 'None')) throw cancelled(reasons)
  }

  private async attempt({ kind, input }: Operation, change: Change | undefined): Promise<Reason> {
    try {
      await this.writer.dynalite.call(ACTIONS[kind], input)
      if (kind === 'ConditionCheck' && change !== undefined && change.before === undefined)
        await this.writer.dynalite.restore(change.table, change.key, undefined)
      return { Code: 'None' }
    } catch (error) {
      if (!(error instanceof EmulatorRefusal)) throw error
      if (error.type === 'ValidationException') throw error
      const old = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD' ? change?.before : undefined
      return {
        Code: error.type === 'ConditionalCheckFailedException' ? 'ConditionalCheckFailed' : error.type,
        Message: error.message,
        ...(old !== undefined && { Item: old }),
      }
    }
  }

  /** The same token with the same request was accepted less than ten minutes ago. */
  private isRepeated(input: Json): boolean {
    const token = input['ClientRequestToken']
    const known = typeof token === 'string' ? this.tokens.get(token) : undefined
    if (known === undefined || known.at + TOKEN_MS < this.now()) return false
    if (known.input === JSON.stringify(input['TransactItems'])) return true
    throw new EmulatorRefusal(400, {
      __type: 'com.amazonaws.dynamodb.v20120810#IdempotentParameterMismatchException',
      Message: 'The request uses the same client token as a previous, but non-identical request.',
    })
  }

  private remember(input: Json): void {
    const token = input['ClientRequestToken']
    if (typeof token !== 'string') return
    const now = this.now()
    for (const [old, { at }] of this.tokens) {
      if (at + TOKEN_MS >= now) break
      this.tokens.delete(old)
    }
    this.tokens.set(token, { input: JSON.stringify(input['TransactItems']), at: now })
  }
}
