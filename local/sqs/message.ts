/** One message of a queue, and the two shapes it is handed out in: on the wire and as a Lambda event record. */
import { createHash } from 'node:crypto'
import type { SQSRecord } from 'aws-lambda'

export interface MessageAttribute {
  readonly DataType: string
  readonly StringValue?: string
  /** Base64. */
  readonly BinaryValue?: string
}

export type MessageAttributes = Readonly<Record<string, MessageAttribute>>

/** `ready` may be taken, `delayed` waits for its time, `flight` is with a consumer, `gone` is deleted. */
export type MessageState = 'new' | 'ready' | 'delayed' | 'flight' | 'gone'

/** What of a message never changes. */
export interface MessageFacts {
  readonly seq: number
  readonly id: string
  readonly body: string
  readonly attributes: MessageAttributes
  readonly group?: string
  readonly dedupe?: string
  readonly trace?: string
  /** The queue that gave it up, when this one is a dead-letter queue. */
  readonly source?: string
  readonly sentAt: number
}

export interface Message extends MessageFacts {
  readonly md5: string
  /** Not to be handed out before. */
  due: number
  receives: number
  firstReceivedAt: number
  receipt: string
  /** When it comes back while in flight. */
  deadline: number
  /** Its consumer says what became of it: no timer brings it back meanwhile. */
  claimed: boolean
  state: MessageState
}

export const md5 = (data: string | Uint8Array): string => createHash('md5').update(data).digest('hex')

export const newMessage = (facts: MessageFacts, due: number): Message => ({
  ...facts,
  md5: md5(facts.body),
  due,
  receives: 0,
  firstReceivedAt: 0,
  receipt: '',
  deadline: 0,
  claimed: false,
  state: 'new',
})

const lengthed = (bytes: Buffer): Buffer[] => {
  const length = Buffer.alloc(4)
  length.writeUInt32BE(bytes.length)
  return [length, bytes]
}

/** The digest of message attributes as SQS defines it: names sorted, every part prefixed by its length. */
export const md5OfAttributes = (attributes: MessageAttributes): string | undefined => {
  const names = Object.keys(attributes).sort()
  if (names.length === 0) return undefined
  const parts: Buffer[] = []
  for (const name of names) {
    const value = attributes[name]
    if (value === undefined) continue
    const binary = value.BinaryValue !== undefined
    parts.push(...lengthed(Buffer.from(name)), ...lengthed(Buffer.from(value.DataType)))
    parts.push(Buffer.from([binary ? 2 : 1]))
    parts.push(
      ...lengthed(binary ? Buffer.from(value.BinaryValue, 'base64') : Buffer.from(value.StringValue ?? '')),
    )
  }
  return md5(Buffer.concat(parts))
}

/** How SQS writes a FIFO sequence number: twenty digits. */
export const sequenceNumber = (seq: number): string => String(seq).padStart(20, '0')

/** The system attributes, all strings. */
export const systemAttributes = (message: Message, fifo: boolean): Record<string, string> => ({
  ApproximateReceiveCount: String(message.receives),
  SentTimestamp: String(message.sentAt),
  SenderId: 'local',
  ApproximateFirstReceiveTimestamp: String(message.firstReceivedAt),
  ...(fifo && { SequenceNumber: sequenceNumber(message.seq) }),
  ...(message.group !== undefined && { MessageGroupId: message.group }),
  ...(message.dedupe !== undefined && { MessageDeduplicationId: message.dedupe }),
  ...(message.trace !== undefined && { AWSTraceHeader: message.trace }),
  ...(message.source !== undefined && { DeadLetterQueueSourceArn: message.source }),
})

const lambdaAttributes = (attributes: MessageAttributes): SQSRecord['messageAttributes'] =>
  Object.fromEntries(
    Object.entries(attributes).map(([name, value]) => [
      name,
      {
        ...(value.StringValue !== undefined && { stringValue: value.StringValue }),
        ...(value.BinaryValue !== undefined && { binaryValue: value.BinaryValue }),
        stringListValues: [],
        binaryListValues: [],
        dataType: value.DataType,
      },
    ]),
  )

/** The record that a Lambda function subscribed to the queue gets. */
export const lambdaRecord = (
  message: Message,
  queue: { fifo: boolean; arn: string },
  region: string,
): SQSRecord => {
  const digest = md5OfAttributes(message.attributes)
  return {
    messageId: message.id,
    receiptHandle: message.receipt,
    body: message.body,
    attributes: systemAttributes(message, queue.fifo) as unknown as SQSRecord['attributes'],
    messageAttributes: lambdaAttributes(message.attributes),
    md5OfBody: message.md5,
    ...(digest !== undefined && { md5OfMessageAttributes: digest }),
    eventSource: 'aws:sqs',
    eventSourceARN: queue.arn,
    awsRegion: region,
  }
}
