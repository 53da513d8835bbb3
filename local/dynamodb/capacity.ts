/** What a write costs, counted as DynamoDB counts it: the table and every index it touches. */
import type { AttributeMap, Dynalite } from './dynalite.ts'
import { isSame } from './image.ts'
import type { Change } from './journal.ts'

export interface IndexInfo {
  readonly IndexName: string
  readonly KeySchema: readonly { readonly AttributeName: string }[]
  readonly Projection: { readonly ProjectionType: string; readonly NonKeyAttributes?: readonly string[] }
}

export interface TableInfo {
  readonly TableName: string
  readonly KeySchema: readonly { readonly AttributeName: string }[]
  readonly GlobalSecondaryIndexes?: readonly IndexInfo[]
}

export interface Capacity {
  readonly TableName: string
  readonly CapacityUnits: number
  readonly Table?: { readonly CapacityUnits: number }
  readonly GlobalSecondaryIndexes?: Readonly<Record<string, { readonly CapacityUnits: number }>>
}

const KB = 1024

/** The entry of an item in an index, or undefined when it lacks a key of it. */
const projected = (
  item: AttributeMap | undefined,
  index: IndexInfo,
  table: TableInfo,
): AttributeMap | undefined => {
  const keys = index.KeySchema.map((key) => key.AttributeName)
  if (item === undefined || keys.some((key) => item[key] === undefined)) return undefined
  const { ProjectionType, NonKeyAttributes = [] } = index.Projection
  if (ProjectionType === 'ALL') return item
  const names = [...table.KeySchema.map((key) => key.AttributeName), ...keys]
  const all = ProjectionType === 'INCLUDE' ? [...names, ...NonKeyAttributes] : names
  return Object.fromEntries(all.flatMap((name) => (item[name] === undefined ? [] : [[name, item[name]]])))
}

export class CapacityCounter {
  private readonly dynalite: Dynalite

  constructor(dynalite: Dynalite) {
    this.dynalite = dynalite
  }

  /** Write units of one change. `factor` is 2 in transactions. */
  ofChange(change: Change, table: TableInfo, factor = 1): Capacity {
    const tableUnits = factor * Math.max(1, this.units(change.before), this.units(change.after))
    const indexes: Record<string, { CapacityUnits: number }> = {}
    let total = tableUnits
    for (const index of table.GlobalSecondaryIndexes ?? []) {
      const units = factor * this.ofIndex(change, index, table)
      if (units === 0) continue
      indexes[index.IndexName] = { CapacityUnits: units }
      total += units
    }
    return {
      TableName: table.TableName,
      CapacityUnits: total,
      Table: { CapacityUnits: tableUnits },
      ...(Object.keys(indexes).length > 0 && { GlobalSecondaryIndexes: indexes }),
    }
  }

  /** Nothing when the entry stays as it is; a new key is a removal and an addition. */
  private ofIndex(change: Change, index: IndexInfo, table: TableInfo): number {
    const before = projected(change.before, index, table)
    const after = projected(change.after, index, table)
    if (isSame(before, after)) return 0
    const moved = index.KeySchema.some(
      ({ AttributeName }) => !isSame(before?.[AttributeName], after?.[AttributeName]),
    )
    const [was, is] = [this.units(before), this.units(after)]
    return moved ? was + is : Math.max(was, is)
  }

  private units(item: AttributeMap | undefined): number {
    return item === undefined ? 0 : Math.max(1, Math.ceil(this.dynalite.itemSize(item) / KB))
  }
}

/** The sum of several, by table. */
export const sumCapacity = (all: readonly Capacity[]): Capacity[] => {
  const byTable = new Map<string, Capacity>()
  for (const one of all) {
    const sum = byTable.get(one.TableName)
    byTable.set(one.TableName, sum === undefined ? one : add(sum, one))
  }
  return [...byTable.values()]
}

const add = (a: Capacity, b: Capacity): Capacity => {
  const indexes: Record<string, { CapacityUnits: number }> = { ...a.GlobalSecondaryIndexes }
  for (const [name, { CapacityUnits }] of Object.entries(b.GlobalSecondaryIndexes ?? {}))
    indexes[name] = { CapacityUnits: CapacityUnits + (indexes[name]?.CapacityUnits ?? 0) }
  return {
    TableName: a.TableName,
    CapacityUnits: a.CapacityUnits + b.CapacityUnits,
    Table: { CapacityUnits: (a.Table?.CapacityUnits ?? 0) + (b.Table?.CapacityUnits ?? 0) },
    ...(Object.keys(indexes).length > 0 && { GlobalSecondaryIndexes: indexes }),
  }
}

/** As much of it as was asked for. */
export const asAsked = (capacity: Capacity, asked: unknown): Capacity =>
  asked === 'INDEXES' ? capacity : { TableName: capacity.TableName, CapacityUnits: capacity.CapacityUnits }
