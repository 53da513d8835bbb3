/** The middy stack of every queue consumer: one bad message never stops its siblings. */
import middy, { type MiddlewareObj } from '@middy/core'
import type { SQSBatchResponse, SQSEvent, SQSRecord } from 'aws-lambda'
import type { Log } from './log.ts'

/** What a consumer is told beside the message. */
export interface Delivery {
  readonly messageId: string
  /** 1 on the first delivery. */
  readonly receives: number
}

export type Consume<Message> = (message: Message, delivery: Delivery) => Promise<void>

const groupOf = (record: SQSRecord): string => record.attributes.MessageGroupId ?? record.messageId

const grouped = (records: readonly SQSRecord[]): SQSRecord[][] => {
  const groups = new Map<string, SQSRecord[]>()
  for (const record of records) groups.set(groupOf(record), [...(groups.get(groupOf(record)) ?? []), record])
  return [...groups.values()]
}

const consumeOne = async <Message>(record: SQSRecord, consume: Consume<Message>): Promise<void> => {
  const receives = Number(record.attributes.ApproximateReceiveCount)
  await consume(JSON.parse(record.body) as Message, { messageId: record.messageId, receives })
}

/** In one group order counts: after a failure the rest of the group goes back with it. */
const consumeGroup = async <Message>(
  records: readonly SQSRecord[],
  consume: Consume<Message>,
  log: Log,
): Promise<string[]> => {
  for (const [index, record] of records.entries()) {
    try {
      await consumeOne(record, consume)
    } catch (error) {
      log.error('message.failed', error, { messageId: record.messageId, queue: record.eventSourceARN })
      return records.slice(index).map((failed) => failed.messageId)
    }
  }
  return []
}

/** Several messages about one thing as one piece of work: they succeed or go back together. */
const consumeGathered = async <Message>(
  records: readonly SQSRecord[],
  consume: (messages: readonly Message[]) => Promise<void>,
  log: Log,
): Promise<string[]> => {
  try {
    await consume(records.map((record) => JSON.parse(record.body) as Message))
    return []
  } catch (error) {
    log.error('message.failed', error, {
      messageId: records[0]?.messageId,
      queue: records[0]?.eventSourceARN,
    })
    return records.map((record) => record.messageId)
  }
}

const logged = (log: Log): MiddlewareObj<SQSEvent, SQSBatchResponse> => ({
  onError: ({ error }) => log.error('batch.failed', error),
})

/** The Lambda handler of a queue; groups go side by side, failures are reported one by one. */
export const queueHandler = <Message>(consume: Consume<Message>, log: Log) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(logged(log))
    .handler(async (event) => {
      const failed = await Promise.all(
        grouped(event.Records).map((group) => consumeGroup(group, consume, log)),
      )
      return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) }
    })

const keyOrOwn = <Message>(record: SQSRecord, keyOf: (message: Message) => string | undefined): string => {
  try {
    return keyOf(JSON.parse(record.body) as Message) ?? record.messageId
  } catch {
    return record.messageId
  }
}

/** The Lambda handler of a queue whose messages are worked on together where `keyOf` says the same. */
export const gatheringHandler = <Message>(
  keyOf: (message: Message) => string | undefined,
  consume: (messages: readonly Message[]) => Promise<void>,
  log: Log,
) =>
  middy<SQSEvent, SQSBatchResponse>()
    .use(logged(log))
    .handler(async (event) => {
      const groups = new Map<string, SQSRecord[]>()
      for (const record of event.Records) {
        const key = keyOrOwn(record, keyOf)
        groups.set(key, [...(groups.get(key) ?? []), record])
      }
      const failed = await Promise.all(
        [...groups.values()].map((records) => consumeGathered(records, consume, log)),
      )
      return { batchItemFailures: failed.flat().map((itemIdentifier) => ({ itemIdentifier })) }
    })
