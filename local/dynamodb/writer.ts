/** Writes to the embedded emulator, one at a time: images before and after, stream records, and undoing. */
import type { Json } from './call.ts'
import { asAsked, CapacityCounter, sumCapacity, type TableInfo } from './capacity.ts'
import { type AttributeMap, type Dynalite, EmulatorRefusal } from './dynalite.ts'
import type { Change, Journal } from './journal.ts'

/** An item by its table and key. */
export interface Target {
  readonly table: string
  readonly key: AttributeMap
}

export interface Written<T> {
  readonly result: T
  readonly changes: readonly Change[]
}

interface BatchRequest {
  readonly PutRequest?: { readonly Item: AttributeMap }
  readonly DeleteRequest?: { readonly Key: AttributeMap }
}

export class Writer {
  readonly dynalite: Dynalite
  readonly capacity: CapacityCounter
  private readonly journal: Journal
  private readonly now: () => number
  private readonly tables = new Map<string, TableInfo>()
  private last: Promise<unknown> = Promise.resolve()

  constructor(dynalite: Dynalite, journal: Journal, now: () => number) {
    this.dynalite = dynalite
    this.journal = journal
    this.now = now
    this.capacity = new CapacityCounter(dynalite)
  }

  /** Undoes what a crash broke off: it was never acknowledged. */
  async recover(): Promise<void> {
    for (const { table, key, before } of this.journal.brokenOff())
      await this.dynalite.restore(table, key, before)
    this.journal.commit([], this.now())
  }

  /** Answers when every write now under way is done, so that a read sees no half transaction. */
  settled(): Promise<unknown> {
    return this.last
  }

  /** Runs `work` after every write before it; when it throws, the items are put back as they were. */
  write<T>(targets: readonly Target[], work: (before: readonly Change[]) => Promise<T>): Promise<Written<T>> {
    const done = this.last.then(() => this.writeNow(targets, work))
    this.last = done.catch(() => undefined)
    return done
  }

  async tableInfo(name: string): Promise<TableInfo> {
    const known = this.tables.get(name)
    if (known !== undefined) return known
    const { Table } = await this.dynalite.call('DescribeTable', { TableName: name })
    this.tables.set(name, Table as TableInfo)
    return Table as TableInfo
  }

  forgetTable(name: string): void {
    this.tables.delete(name)
  }

  /** The key part of an item. */
  async keyOf(table: string, item: AttributeMap): Promise<AttributeMap> {
    const { KeySchema } = await this.tableInfo(table)
    return Object.fromEntries(KeySchema.map(({ AttributeName }) => [AttributeName, item[AttributeName]]))
  }

  /** PutItem, UpdateItem, DeleteItem. */
  async one(action: string, input: Json): Promise<Record<string, unknown>> {
    const table = String(input['TableName'])
    const item = input['Item'] as AttributeMap | undefined
    const key = (item === undefined ? input['Key'] : await this.keyOf(table, item)) as AttributeMap
    const wantsOld = input['ReturnValuesOnConditionCheckFailure'] === 'ALL_OLD'
    const { result, changes } = await this.write([{ table, key }], async ([change]) => {
      try {
        return await this.dynalite.call(action, input)
      } catch (error) {
        if (
          !(wantsOld && error instanceof EmulatorRefusal && error.type === 'ConditionalCheckFailedException')
        )
          throw error
        throw new EmulatorRefusal(error.status, {
          ...error.body,
          ...(change?.before && { Item: change.before }),
        })
      }
    })
    return { ...result, ...(await this.consumed(changes, input['ReturnConsumedCapacity'])) }
  }

  async batch(input: Json): Promise<Record<string, unknown>> {
    const requests = Object.entries((input['RequestItems'] ?? {}) as Record<string, readonly BatchRequest[]>)
    const targets: Target[] = []
    for (const [table, list] of requests)
      for (const { PutRequest, DeleteRequest } of list)
        targets.push({ table, key: DeleteRequest?.Key ?? (await this.keyOf(table, PutRequest?.Item ?? {})) })
    const { result, changes } = await this.write(targets, () => this.dynalite.call('BatchWriteItem', input))
    const { ConsumedCapacity: _own, ...rest } = result
    const asked = input['ReturnConsumedCapacity']
    return { ...rest, ...(isAsked(asked) && { ConsumedCapacity: await this.allConsumed(changes, asked) }) }
  }

  async allConsumed(changes: readonly Change[], asked: unknown, factor = 1) {
    const all = []
    for (const change of changes)
      all.push(this.capacity.ofChange(change, await this.tableInfo(change.table), factor))
    return sumCapacity(all).map((one) => asAsked(one, asked))
  }

  private async consumed(changes: readonly Change[], asked: unknown) {
    return isAsked(asked) ? { ConsumedCapacity: (await this.allConsumed(changes, asked))[0] } : {}
  }

  private async writeNow<T>(
    targets: readonly Target[],
    work: (before: readonly Change[]) => Promise<T>,
  ): Promise<Written<T>> {
    const before: Change[] = []
    for (const { table, key } of targets)
      before.push({ table, key, before: await this.dynalite.getItem(table, key), after: undefined })
    this.journal.begin(before)
    let result: T
    try {
      result = await work(before)
    } catch (error) {
      if (before.length > 1)
        for (const one of before) await this.dynalite.restore(one.table, one.key, one.before)
      this.journal.commit([], this.now())
      throw error
    }
    const changes: Change[] = []
    for (const one of before) changes.push({ ...one, after: await this.dynalite.getItem(one.table, one.key) })
    this.journal.commit(changes, this.now())
    return { result, changes }
  }
}

const isAsked = (asked: unknown): boolean => asked === 'TOTAL' || asked === 'INDEXES'
