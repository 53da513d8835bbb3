/** SQS. */
import { SendMessageBatchCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { env } from '../env.ts'
import type { Queues } from '../ports.ts'
import type { QueueName } from '../queue-names.ts'
import { sqs } from './clients.ts'

const batchSize = 10
/** SQS takes 256 KiB per batch on every account; newer limits are larger. */
const batchBytes = 240_000

const batches = (bodies: readonly string[]): string[][] => {
  const all: string[][] = []
  let open: string[] = []
  let bytes = 0
  for (const body of bodies) {
    const size = Buffer.byteLength(body)
    if (open.length === batchSize || (open.length > 0 && bytes + size > batchBytes)) {
      all.push(open)
      open = []
      bytes = 0
    }
    open.push(body)
    bytes += size
  }
  return open.length === 0 ? all : [...all, open]
}

const sendBatch = async (queue: QueueName, bodies: readonly string[]): Promise<void> => {
  const { Failed = [] } = await sqs().send(
    new SendMessageBatchCommand({
      QueueUrl: env.queueUrl(queue),
      Entries: bodies.map((MessageBody, index) => ({ Id: String(index), MessageBody })),
    }),
  )
  const failed = Failed.flatMap(({ Id }) => bodies[Number(Id)] ?? [])
  if (failed.length === bodies.length)
    throw new Error(`SQS took none of ${bodies.length} messages for ${queue}: ${Failed[0]?.Message}`)
  if (failed.length > 0) await sendBatch(queue, failed)
}

export const queues: Queues = {
  send: async (queue, message, delaySeconds) => {
    await sqs().send(
      new SendMessageCommand({
        QueueUrl: env.queueUrl(queue),
        MessageBody: JSON.stringify(message),
        ...(delaySeconds !== undefined && {
          DelaySeconds: Math.min(900, Math.max(0, Math.ceil(delaySeconds))),
        }),
      }),
    )
  },
  sendAll: async (queue, messages) => {
    for (const bodies of batches(messages.map((message) => JSON.stringify(message))))
      await sendBatch(queue, bodies)
  },
}
