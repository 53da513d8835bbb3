/** Counts what AWS would bill at the DynamoDB client, from the consumed capacity that each call reports. */
import { dynamo } from '../functions/shared/aws/clients.ts'

export interface Meter {
  /** Write units of all tables and indexes. */
  writeUnits: number
  /** Read units of all tables and indexes. */
  readUnits: number
  /** Write units by the kind of item, by the first letters of its sort key or partition. */
  readonly byKind: Record<string, number>
}

interface Capacity {
  readonly CapacityUnits?: number
  readonly WriteCapacityUnits?: number
}

const writes = new Set(['PutItemCommand', 'UpdateItemCommand', 'DeleteItemCommand', 'BatchWriteItemCommand'])

interface KeyValues {
  readonly pk?: { readonly S?: string }
  readonly sk?: { readonly S?: string }
}

interface BatchInput {
  readonly RequestItems?: Readonly<
    Record<string, readonly { readonly PutRequest?: { readonly Item?: KeyValues } }[]>
  >
}

/** The first item that a call names; a batch holds items of one kind. */
const keyOf = (input: Record<string, unknown>): KeyValues | undefined => {
  const batch = Object.values((input as BatchInput).RequestItems ?? {})[0]
  return batch?.[0]?.PutRequest?.Item ?? ((input['Item'] ?? input['Key']) as KeyValues | undefined)
}

const kindOf = (input: Record<string, unknown>): string => {
  const key = keyOf(input)
  const [pk = '', sk = ''] = [key?.pk?.S, key?.sk?.S]
  return pk.startsWith('L#') ? `lead ${sk.split('#')[0]}` : (pk.split('#')[0] ?? '')
}

export const newMeter = (): Meter => ({ writeUnits: 0, readUnits: 0, byKind: {} })

/** Attaches a meter to the process's client. To be called once, before anything is written: commands are cached. */
export const meterDynamo = (meter: Meter): void => {
  dynamo().middlewareStack.add(
    (next, context) => async (args) => {
      const input = args.input as unknown as Record<string, unknown>
      const result = await next({ ...args, input: { ...input, ReturnConsumedCapacity: 'INDEXES' } as never })
      const consumed = (result.output as { ConsumedCapacity?: Capacity | readonly Capacity[] })
        .ConsumedCapacity
      const units = [consumed ?? []]
        .flat()
        .reduce((sum, one) => sum + ((one as Capacity).CapacityUnits ?? 0), 0)
      if (writes.has(String(context.commandName))) {
        meter.writeUnits += units
        const kind = kindOf(input)
        meter.byKind[kind] = (meter.byKind[kind] ?? 0) + units
      } else meter.readUnits += units
      return result
    },
    { step: 'initialize', name: 'meter' },
  )
}
