/** What Lambda's stream event-source mapping does: reads a table's stream in order and calls a function with it. */
import type { DynamoDBBatchResponse, DynamoDBRecord, DynamoDBStreamEvent } from 'aws-lambda'
import type { VirtualClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { callDynamo, DynamoError, type Json } from './call.ts'
import { isSame } from './image.ts'

export type StreamHandler = (
  event: DynamoDBStreamEvent,
) => Promise<DynamoDBBatchResponse | undefined> | Promise<void>

export interface StreamReaderOptions {
  readonly endpoint: string
  readonly tableName: string
  readonly store: Store
  readonly clock: VirtualClock
  readonly handler: StreamHandler
  /** Whether anything may have been written since it was last asked; always, unless told. */
  readonly dirty?: () => boolean
  readonly batchSize?: number
  readonly region?: string
  readonly onError?: (error: unknown, event: DynamoDBStreamEvent) => void
}

interface Checkpoint {
  readonly stream: string
  readonly shard: string
  readonly sequence: string
}

const SCHEMA = `CREATE TABLE IF NOT EXISTS dynamodb_checkpoint (
  name TEXT PRIMARY KEY, stream TEXT NOT NULL, shard TEXT NOT NULL, sequence TEXT NOT NULL) WITHOUT ROWID`

const RETRY_MS = 1000
const LONGEST_RETRY_MS = 60_000
const EXPIRED = new Set([
  'ExpiredIteratorException',
  'TrimmedDataAccessException',
  'ResourceNotFoundException',
])

/** DynamoDB keeps no record of a write that changes nothing; an emulator may. */
const isChange = ({ eventName, dynamodb }: DynamoDBRecord): boolean =>
  eventName !== 'MODIFY' || !isSame(dynamodb?.OldImage, dynamodb?.NewImage)

export class StreamReader {
  private readonly options: StreamReaderOptions
  private iterator: string | undefined
  /** Where to read after the batch in hand. */
  private next: string | undefined
  private place: { readonly stream: string; readonly shard: string } | undefined
  private polling: Promise<boolean> = Promise.resolve(false)
  private failures = 0
  private waiting = false
  /** Something may be there: nothing was read yet, or a failed batch is due again. */
  private fresh = true

  constructor(options: StreamReaderOptions) {
    this.options = options
    options.store.define(SCHEMA)
  }

  /** Handles everything that is there. True when there was something: a settle hook of the clock. */
  poll(): Promise<boolean> {
    this.polling = this.polling.then(
      () => this.pollOnce(),
      () => this.pollOnce(),
    )
    return this.polling
  }

  /** Polls at the pace of the wall clock, for when time flows. Answers with what ends it. */
  run(everyMs = 50): () => void {
    const timer = setInterval(() => {
      void this.options.clock.busy(() => this.poll().catch(() => false))
    }, everyMs)
    timer.unref()
    return () => clearInterval(timer)
  }

  private async pollOnce(): Promise<boolean> {
    if (this.waiting) return false
    const dirty = this.options.dirty?.() ?? true
    if (!dirty && !this.fresh) return false
    this.fresh = true
    let worked = false
    for (;;) {
      const records = await this.read()
      if (records.length === 0) break
      if (!(await this.handle(records))) return worked
      worked = true
    }
    this.fresh = false
    return worked
  }

  /** The next records, or none; the iterator moves on only once they were handled. */
  private async read(again = true): Promise<readonly DynamoDBRecord[]> {
    try {
      this.iterator ??= await this.openIterator()
      if (this.iterator === undefined) return []
      const got = await this.streams<{ Records?: DynamoDBRecord[]; NextShardIterator?: string }>(
        'GetRecords',
        {
          ShardIterator: this.iterator,
          Limit: this.options.batchSize ?? 100,
        },
      )
      const records = got.Records ?? []
      if (records.length === 0) this.iterator = got.NextShardIterator ?? this.iterator
      else this.next = got.NextShardIterator
      return records
    } catch (error) {
      this.iterator = undefined
      if (!(error instanceof DynamoError && EXPIRED.has(error.name))) throw error
      return again ? this.read(false) : []
    }
  }

  private async handle(records: readonly DynamoDBRecord[]): Promise<boolean> {
    const arn = this.place?.stream ?? ''
    const awsRegion = this.options.region ?? 'eu-west-1'
    const event: DynamoDBStreamEvent = {
      Records: records.filter(isChange).map((record) => ({ ...record, awsRegion, eventSourceARN: arn })),
    }
    if (event.Records.length === 0) return this.passed(records)
    let failedFrom: string | undefined
    try {
      const response = (await this.options.handler(event)) as DynamoDBBatchResponse | undefined
      failedFrom = response?.batchItemFailures?.[0]?.itemIdentifier
    } catch (error) {
      this.options.onError?.(error, event)
      failedFrom = records[0]?.dynamodb?.SequenceNumber
    }
    return failedFrom === undefined ? this.passed(records) : this.failed(records, failedFrom)
  }

  private passed(records: readonly DynamoDBRecord[]): true {
    this.save(records.at(-1)?.dynamodb?.SequenceNumber)
    this.iterator = this.next
    this.failures = 0
    return true
  }

  /** What came before the failure is done; the rest is read again a while later. */
  private failed(records: readonly DynamoDBRecord[], from: string): false {
    const at = records.findIndex((record) => record.dynamodb?.SequenceNumber === from)
    if (at > 0) this.save(records[at - 1]?.dynamodb?.SequenceNumber)
    this.iterator = undefined
    this.waiting = true
    const pause = Math.min(LONGEST_RETRY_MS, RETRY_MS * 2 ** this.failures++)
    const { clock, tableName } = this.options
    clock.at(clock.now() + pause, `dynamodb/stream/${tableName}`, () => {
      this.waiting = false
      this.fresh = true
    })
    return false
  }

  private save(sequence: string | undefined): void {
    if (this.place === undefined || sequence === undefined) return
    this.options.store.run(
      'INSERT OR REPLACE INTO dynamodb_checkpoint VALUES (?, ?, ?, ?)',
      this.options.tableName,
      this.place.stream,
      this.place.shard,
      sequence,
    )
  }

  /** Where to go on: after the checkpoint, or at the oldest record there is. */
  private async openIterator(): Promise<string | undefined> {
    const place = await this.findPlace()
    if (place === undefined) return undefined
    this.place = place
    const known = this.options.store.get<Checkpoint>(
      'SELECT stream, shard, sequence FROM dynamodb_checkpoint WHERE name = ? AND stream = ? AND shard = ?',
      this.options.tableName,
      place.stream,
      place.shard,
    )
    const from = { StreamArn: place.stream, ShardId: place.shard }
    if (known !== undefined) {
      const after = { ShardIteratorType: 'AFTER_SEQUENCE_NUMBER', SequenceNumber: known.sequence }
      try {
        return await this.iteratorAt({ ...from, ...after })
      } catch (error) {
        if (!(error instanceof DynamoError && EXPIRED.has(error.name))) throw error
      }
    }
    return this.iteratorAt({ ...from, ShardIteratorType: 'TRIM_HORIZON' })
  }

  private async iteratorAt(input: Json): Promise<string | undefined> {
    return (await this.streams<{ ShardIterator?: string }>('GetShardIterator', input)).ShardIterator
  }

  private async findPlace(): Promise<{ stream: string; shard: string } | undefined> {
    const { Table } = await callDynamo<{ Table: { LatestStreamArn?: string } }>(
      this.options.endpoint,
      'DynamoDB_20120810',
      'DescribeTable',
      { TableName: this.options.tableName },
    )
    const stream = Table.LatestStreamArn
    if (stream === undefined) return undefined
    const { StreamDescription } = await this.streams<{
      StreamDescription: { Shards?: { ShardId: string }[] }
    }>('DescribeStream', { StreamArn: stream })
    const shard = StreamDescription.Shards?.[0]?.ShardId
    return shard === undefined ? undefined : { stream, shard }
  }

  private streams<Output>(action: string, input: Json): Promise<Output> {
    return callDynamo<Output>(this.options.endpoint, 'DynamoDBStreams_20120810', action, input)
  }
}
