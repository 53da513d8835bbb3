/** The stream API over the embedded emulator's journal: one shard per table. */
import type { Json } from './call.ts'
import { EmulatorRefusal } from './dynalite.ts'
import { type Journal, type StreamInfo, sequenceText } from './journal.ts'

const SHARD = 'shardId-00000000000000000001-embedded'

export const streamArn = (stream: StreamInfo): string =>
  `arn:aws:dynamodb:eu-west-1:123456789012:table/${stream.name}/stream/${stream.label}`

const notFound = (what: string): EmulatorRefusal =>
  new EmulatorRefusal(400, {
    __type: 'com.amazonaws.dynamodb.v20120810#ResourceNotFoundException',
    message: `Requested resource not found: ${what}`,
  })

interface Position {
  readonly name: string
  readonly seq: number
}

const encode = (position: Position): string => Buffer.from(JSON.stringify(position)).toString('base64')
const decode = (iterator: unknown): Position => JSON.parse(Buffer.from(String(iterator), 'base64').toString())

export class StreamApi {
  private readonly journal: Journal

  constructor(journal: Journal) {
    this.journal = journal
  }

  call(action: string, input: Json): Record<string, unknown> {
    if (action === 'ListStreams') return this.list(input['TableName'])
    if (action === 'DescribeStream') return this.describe(this.stream(input['StreamArn']))
    if (action === 'GetShardIterator') return this.iterator(input)
    if (action === 'GetRecords') return this.records(input)
    throw new EmulatorRefusal(400, { __type: 'com.amazon.coral.service#UnknownOperationException' })
  }

  private list(name: unknown): Record<string, unknown> {
    const streams = this.journal.streams().filter((one) => name === undefined || one.name === name)
    return {
      Streams: streams.map((one) => ({
        StreamArn: streamArn(one),
        TableName: one.name,
        StreamLabel: one.label,
      })),
    }
  }

  private describe(stream: StreamInfo): Record<string, unknown> {
    return {
      StreamDescription: {
        StreamArn: streamArn(stream),
        StreamLabel: stream.label,
        StreamStatus: 'ENABLED',
        StreamViewType: stream.view,
        TableName: stream.name,
        Shards: [{ ShardId: SHARD, SequenceNumberRange: { StartingSequenceNumber: sequenceText(1) } }],
      },
    }
  }

  private iterator(input: Json): Record<string, unknown> {
    const { name } = this.stream(input['StreamArn'])
    const seq = Number(input['SequenceNumber'] ?? 0)
    const from: Record<string, () => number> = {
      TRIM_HORIZON: () => 0,
      LATEST: () => this.journal.lastSeq(name),
      AT_SEQUENCE_NUMBER: () => seq - 1,
      AFTER_SEQUENCE_NUMBER: () => seq,
    }
    return { ShardIterator: encode({ name, seq: from[String(input['ShardIteratorType'])]?.() ?? 0 }) }
  }

  private records(input: Json): Record<string, unknown> {
    const { name, seq } = decode(input['ShardIterator'])
    const found = this.journal.after(name, seq, Number(input['Limit'] ?? 1000))
    return {
      Records: found.map(({ seq: own, record }) => ({
        eventID: String(own),
        eventVersion: '1.1',
        eventSource: 'aws:dynamodb',
        awsRegion: 'eu-west-1',
        ...record,
        dynamodb: { ...(record['dynamodb'] as object), SequenceNumber: sequenceText(own), SizeBytes: 0 },
      })),
      NextShardIterator: encode({ name, seq: found.at(-1)?.seq ?? seq }),
    }
  }

  private stream(arn: unknown): StreamInfo {
    const stream = this.journal.streams().find((one) => streamArn(one) === arn)
    if (stream === undefined) throw notFound(`Stream: ${arn}`)
    return stream
  }
}
