/** The embedded emulator on the wire: the fallback where the native one is not installed. */
import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http'
import { join } from 'node:path'
import { serveLoopback } from '../loopback.ts'
import type { Json } from './call.ts'
import { Dynalite, EmulatorRefusal } from './dynalite.ts'
import { Journal } from './journal.ts'
import { StreamApi, streamArn } from './stream-api.ts'
import { Transactions } from './transactions.ts'
import { Writer } from './writer.ts'

export interface EmbeddedEmulator {
  readonly endpoint: string
  close(): Promise<void>
}

type Output = Promise<Record<string, unknown>> | Record<string, unknown>

class Front {
  private readonly dynalite: Dynalite
  private readonly journal: Journal
  private readonly writer: Writer
  private readonly streams: StreamApi
  private readonly actions: Readonly<Record<string, (input: Json) => Output>>

  constructor(dataDir: string | undefined) {
    const now = (): number => Date.now()
    this.dynalite = new Dynalite(dataDir === undefined ? undefined : join(dataDir, 'dynamodb'))
    this.journal = new Journal(dataDir === undefined ? ':memory:' : join(dataDir, 'dynamodb-journal.db'))
    this.writer = new Writer(this.dynalite, this.journal, now)
    this.streams = new StreamApi(this.journal)
    const transactions = new Transactions(this.writer, now)
    this.actions = {
      CreateTable: (input) => this.createTable(input),
      UpdateTable: (input) => this.updateTable(input),
      DescribeTable: async (input) =>
        this.withStream(await this.dynalite.call('DescribeTable', input), 'Table'),
      DeleteTable: (input) => this.deleteTable(input),
      PutItem: (input) => this.writer.one('PutItem', input),
      UpdateItem: (input) => this.writer.one('UpdateItem', input),
      DeleteItem: (input) => this.writer.one('DeleteItem', input),
      BatchWriteItem: (input) => this.writer.batch(input),
      TransactWriteItems: (input) => transactions.write(input),
      TransactGetItems: (input) => transactions.read(input),
      UpdateTimeToLive: (input) => this.updateTtl(input),
      DescribeTimeToLive: (input) => this.describeTtl(input),
    }
  }

  recover(): Promise<void> {
    return this.writer.recover()
  }

  async call(target: string, input: Json): Promise<Record<string, unknown>> {
    const [api = '', action = ''] = target.split('.')
    if (api.startsWith('DynamoDBStreams')) return this.streams.call(action, input)
    const own = this.actions[action]
    if (own !== undefined) return own(input)
    if (!this.dynalite.knows(action))
      throw new EmulatorRefusal(400, { __type: 'com.amazon.coral.service#UnknownOperationException' })
    await this.writer.settled()
    return withIndexArm(await this.dynalite.call(action, input), input)
  }

  async close(): Promise<void> {
    await this.writer.settled()
    await this.dynalite.close()
    this.journal.close()
  }

  private async createTable(input: Json): Promise<Record<string, unknown>> {
    const { StreamSpecification: _stream, ...rest } = input
    const made = await this.dynalite.call('CreateTable', rest)
    this.enableStream(input)
    return this.withStream(made, 'TableDescription')
  }

  private async updateTable(input: Json): Promise<Record<string, unknown>> {
    const { StreamSpecification: stream, ...rest } = input
    this.writer.forgetTable(String(input['TableName']))
    if (stream === undefined) return this.dynalite.call('UpdateTable', rest)
    this.enableStream(input)
    const { Table } = await this.dynalite.call('DescribeTable', { TableName: input['TableName'] })
    return this.withStream({ TableDescription: Table }, 'TableDescription')
  }

  private enableStream(input: Json): void {
    const stream = input['StreamSpecification'] as
      | { StreamEnabled?: boolean; StreamViewType?: string }
      | undefined
    if (stream?.StreamEnabled !== true) return
    const label = new Date().toISOString().slice(0, 23)
    this.journal.enableStream(
      String(input['TableName']),
      label,
      stream.StreamViewType ?? 'NEW_AND_OLD_IMAGES',
    )
  }

  private async deleteTable(input: Json): Promise<Record<string, unknown>> {
    const deleted = await this.dynalite.call('DeleteTable', input)
    this.writer.forgetTable(String(input['TableName']))
    this.journal.dropTable(String(input['TableName']))
    return deleted
  }

  private withStream(output: Json, under: string): Record<string, unknown> {
    const table = output[under] as Json
    const stream = this.journal.stream(String(table['TableName']))
    if (stream === undefined) return { ...output }
    const specification = { StreamEnabled: true, StreamViewType: stream.view }
    const more = { LatestStreamArn: streamArn(stream), LatestStreamLabel: stream.label }
    return { ...output, [under]: { ...table, StreamSpecification: specification, ...more } }
  }

  private async updateTtl(input: Json): Promise<Record<string, unknown>> {
    const name = String(input['TableName'])
    await this.writer.tableInfo(name)
    const wanted = input['TimeToLiveSpecification'] as { Enabled: boolean; AttributeName: string }
    this.journal.setTtl(name, wanted.Enabled ? wanted.AttributeName : undefined)
    return { TimeToLiveSpecification: wanted }
  }

  private async describeTtl(input: Json): Promise<Record<string, unknown>> {
    await this.writer.tableInfo(String(input['TableName']))
    const attribute = this.journal.ttl(String(input['TableName']))
    if (attribute === undefined) return { TimeToLiveDescription: { TimeToLiveStatus: 'DISABLED' } }
    return { TimeToLiveDescription: { TimeToLiveStatus: 'ENABLED', AttributeName: attribute } }
  }
}

/** A query of an index costs the index, not the table. */
const withIndexArm = (output: Record<string, unknown>, input: Json): Record<string, unknown> => {
  const used = output['ConsumedCapacity'] as
    | { CapacityUnits: number; GlobalSecondaryIndexes?: unknown }
    | undefined
  const index = input['IndexName']
  if (typeof index !== 'string' || input['ReturnConsumedCapacity'] !== 'INDEXES' || used === undefined)
    return output
  const arms = {
    Table: { CapacityUnits: 0 },
    GlobalSecondaryIndexes: { [index]: { CapacityUnits: used.CapacityUnits } },
  }
  return { ...output, ConsumedCapacity: { ...used, ...arms } }
}

const handle = async (front: Front, request: IncomingMessage, response: ServerResponse): Promise<void> => {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  let [status, output]: [number, unknown] = [200, {}]
  try {
    if (request.headers.origin !== undefined) throw new Error('Not for browsers.')
    const input = JSON.parse(Buffer.concat(chunks).toString('utf8') || '{}')
    output = await front.call(String(request.headers['x-amz-target']), input)
  } catch (error) {
    const known = error instanceof EmulatorRefusal
    status = known ? error.status : 500
    output = known ? error.body : { __type: 'InternalServerError', message: String(error) }
  }
  const body = JSON.stringify(output)
  response.writeHead(status, { 'content-type': 'application/x-amz-json-1.0' }).end(body)
}

/** Starts the embedded emulator on a free port of loopback; its data lies in `dataDir`, or in memory. */
export const startEmbedded = async (dataDir: string | undefined): Promise<EmbeddedEmulator> => {
  const front = new Front(dataDir)
  await front.recover()
  const listener: RequestListener = (request, response) => {
    handle(front, request, response).catch(() => response.destroy())
  }
  const server = await serveLoopback(listener, { keepAliveTimeout: 60_000, noDelay: true })
  const close = async (): Promise<void> => {
    await server.close()
    await front.close()
  }
  return { endpoint: server.url, close }
}
