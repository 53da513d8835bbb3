/** The embedded emulator's operations, called in process rather than over its own HTTP server. */
import { createRequire } from 'node:module'
import type { Json } from './call.ts'

export type AttributeMap = Readonly<Record<string, unknown>>

interface Emulated {
  readonly db: { close(done: (error?: unknown) => void): void }
}

type Done = (error: unknown, output: Json) => void

interface Internals {
  readonly create: (options: Json) => Emulated
  readonly itemSize: (item: AttributeMap) => number
  readonly checkTypes: (data: unknown, types: unknown) => Record<string, unknown>
  readonly checkValidations: (data: unknown, types: unknown, custom: unknown, store: Emulated) => void
  readonly action: (name: string) => (store: Emulated, data: unknown, done: Done) => void
  readonly validation: (name: string) => { readonly types: unknown; readonly custom?: unknown }
}

const load = (): Internals => {
  const use = createRequire(import.meta.url)
  const { create, itemSize } = use('dynalite/db')
  const { checkTypes, checkValidations } = use('dynalite/validations')
  return {
    create,
    itemSize,
    checkTypes,
    checkValidations,
    action: (name) => use(`dynalite/actions/${name}`),
    validation: (name) => use(`dynalite/validations/${name}`),
  }
}

/** A refusal as the emulator words it: a status and a body ready for the wire. */
export class EmulatorRefusal extends Error {
  readonly status: number
  readonly body: Record<string, unknown>

  constructor(status: number, body: Record<string, unknown>) {
    super(String(body['message'] ?? body['Message'] ?? body['__type']))
    this.status = status
    this.body = body
  }

  get type(): string {
    return String(this.body['__type']).split('#').at(-1) ?? ''
  }
}

const asRefusal = (error: unknown): unknown => {
  const { statusCode, body } = error as { statusCode?: number; body?: Record<string, unknown> }
  return statusCode === undefined || body === undefined ? error : new EmulatorRefusal(statusCode, body)
}

/** Which operations it has; TransactWriteItems, streams and time to live are added in front. */
const KNOWN = new Set(
  ['BatchGetItem', 'BatchWriteItem', 'CreateTable', 'DeleteItem', 'DeleteTable', 'DescribeTable', 'GetItem']
    .concat(['ListTables', 'PutItem', 'Query', 'Scan', 'UpdateItem', 'UpdateTable'])
    .concat(['TagResource', 'UntagResource', 'ListTagsOfResource']),
)

export class Dynalite {
  private readonly internals = load()
  private readonly store: Emulated

  /** Keeps its data in the folder `path`, or in memory. */
  constructor(path: string | undefined) {
    const quick = { createTableMs: 0, deleteTableMs: 0, updateTableMs: 0 }
    this.store = this.internals.create({ ...quick, ...(path !== undefined && { path }) })
  }

  knows(action: string): boolean {
    return KNOWN.has(action)
  }

  /** Throws EmulatorRefusal when refused. `input` is left as it is. */
  call(action: string, input: Json): Promise<Record<string, unknown>> {
    const name = action[0]?.toLowerCase() + action.slice(1)
    const { types, custom } = this.internals.validation(name)
    return new Promise((resolve, reject) => {
      try {
        const data = this.internals.checkTypes(structuredClone(input), types)
        this.internals.checkValidations(data, types, custom, this.store)
        this.internals.action(name)(this.store, data, (error, output) => {
          if (error) reject(asRefusal(error))
          else resolve(output as Record<string, unknown>)
        })
      } catch (error) {
        reject(asRefusal(error))
      }
    })
  }

  async getItem(table: string, key: AttributeMap): Promise<AttributeMap | undefined> {
    const got = await this.call('GetItem', { TableName: table, Key: key, ConsistentRead: true })
    return got['Item'] as AttributeMap | undefined
  }

  /** Puts an item back as it was, or takes it away when there was none. */
  async restore(table: string, key: AttributeMap, item: AttributeMap | undefined): Promise<void> {
    if (item === undefined) await this.call('DeleteItem', { TableName: table, Key: key })
    else await this.call('PutItem', { TableName: table, Item: item })
  }

  itemSize(item: AttributeMap): number {
    return this.internals.itemSize(item)
  }

  close(): Promise<void> {
    return new Promise((resolve) => this.store.db.close(() => resolve()))
  }
}
