import {
  ChangeMessageVisibilityCommand,
  CreateQueueCommand,
  DeleteMessageBatchCommand,
  DeleteMessageCommand,
  GetQueueAttributesCommand,
  GetQueueUrlCommand,
  PurgeQueueCommand,
  ReceiveMessageCommand,
  SendMessageBatchCommand,
  SendMessageCommand,
  SQSClient,
} from '@aws-sdk/client-sqs'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import { Sqs } from '../../../local/sqs/sqs.ts'
import { SqsService } from '../../../local/sqs/wire-actions.ts'
import type { WireServer } from '../../../local/wire-server.ts'
import { clientOptions, newRuntime, pass, serve } from './harness.ts'

let clock: VirtualClock
let sqs: Sqs
let server: WireServer
let client: SQSClient

beforeEach(async () => {
  const runtime = newRuntime()
  clock = runtime.clock
  sqs = new Sqs(runtime)
  server = await serve(clock, { json: [new SqsService(sqs, () => server.url)] })
  client = new SQSClient(clientOptions(server.url))
})

afterEach(async () => {
  client.destroy()
  await server.close()
})

const create = async (QueueName: string, Attributes: Record<string, string> = {}): Promise<string> => {
  const made = await client.send(new CreateQueueCommand({ QueueName, Attributes }))
  return made.QueueUrl!
}

const receive = async (QueueUrl: string, MaxNumberOfMessages = 10) => {
  const got = await client.send(
    new ReceiveMessageCommand({
      QueueUrl,
      MaxNumberOfMessages,
      MessageAttributeNames: ['All'],
      MessageSystemAttributeNames: ['All'],
    }),
  )
  return got.Messages ?? []
}

describe('a standard queue on the wire', () => {
  it('hands out a message with its attributes and the digests the client checks', async () => {
    const QueueUrl = await create('jobs')
    const sent = await client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: 'hällo',
        MessageAttributes: {
          kind: { DataType: 'String', StringValue: 'test' },
          blob: { DataType: 'Binary', BinaryValue: Uint8Array.of(1, 2, 255) },
        },
      }),
    )
    const [message] = await receive(QueueUrl)
    expect(message?.Body).toBe('hällo')
    expect(message?.MessageId).toBe(sent.MessageId)
    expect(message?.MD5OfMessageAttributes).toBe(sent.MD5OfMessageAttributes)
    expect(message?.MessageAttributes?.['blob']?.BinaryValue).toEqual(Uint8Array.of(1, 2, 255))
    expect(message?.Attributes).toMatchObject({
      ApproximateReceiveCount: '1',
      SentTimestamp: String(clock.now()),
    })
  })

  it('hides a received message until its visibility timeout, then counts another receive', async () => {
    const QueueUrl = await create('jobs', { VisibilityTimeout: '60' })
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
    await receive(QueueUrl)
    await pass(clock, 59)
    expect(await receive(QueueUrl)).toEqual([])
    await pass(clock, 1)
    const [again] = await receive(QueueUrl)
    expect(again?.Attributes?.ApproximateReceiveCount).toBe('2')
  })

  it('forgets a deleted message, in batches too', async () => {
    const QueueUrl = await create('jobs')
    const Entries = ['a', 'b', 'c'].map((Id) => ({ Id, MessageBody: Id }))
    const sent = await client.send(new SendMessageBatchCommand({ QueueUrl, Entries }))
    expect(sent.Successful).toHaveLength(3)
    const [first, ...rest] = await receive(QueueUrl)
    await client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: first!.ReceiptHandle! }))
    await client.send(
      new DeleteMessageBatchCommand({
        QueueUrl,
        Entries: rest.map((one, i) => ({ Id: String(i), ReceiptHandle: one.ReceiptHandle! })),
      }),
    )
    await pass(clock, 3600)
    expect(await receive(QueueUrl)).toEqual([])
  })

  it('delays a message and reports the counts', async () => {
    const QueueUrl = await create('jobs')
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'later', DelaySeconds: 30 }))
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'now' }))
    const attributes = async () =>
      (await client.send(new GetQueueAttributesCommand({ QueueUrl, AttributeNames: ['All'] }))).Attributes
    expect((await receive(QueueUrl)).map((one) => one.Body)).toEqual(['now'])
    expect(await attributes()).toMatchObject({
      ApproximateNumberOfMessages: '0',
      ApproximateNumberOfMessagesNotVisible: '1',
      ApproximateNumberOfMessagesDelayed: '1',
      QueueArn: 'arn:aws:sqs:eu-west-1:123456789012:jobs',
    })
    await pass(clock, 30)
    expect((await receive(QueueUrl)).map((one) => one.Body)).toContain('later')
  })

  it('moves a message to the dead-letter queue after maxReceiveCount', async () => {
    const dead = await create('dead')
    const QueueUrl = await create('jobs', {
      VisibilityTimeout: '10',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: sqs.arn('dead'), maxReceiveCount: 2 }),
    })
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'poison' }))
    for (let i = 0; i < 2; i++) {
      expect(await receive(QueueUrl)).toHaveLength(1)
      await pass(clock, 10)
    }
    expect(await receive(QueueUrl)).toEqual([])
    const [message] = await receive(dead)
    expect(message?.Body).toBe('poison')
    expect(message?.Attributes?.DeadLetterQueueSourceArn).toBe(sqs.arn('jobs'))
  })

  it('brings a message back at once when its visibility is set to zero', async () => {
    const QueueUrl = await create('jobs')
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
    const [message] = await receive(QueueUrl)
    const ReceiptHandle = message!.ReceiptHandle!
    await client.send(new ChangeMessageVisibilityCommand({ QueueUrl, ReceiptHandle, VisibilityTimeout: 0 }))
    expect(await receive(QueueUrl)).toHaveLength(1)
  })

  it('refuses as SQS does, with exceptions the client knows', async () => {
    const QueueUrl = await create('jobs')
    await expect(client.send(new GetQueueUrlCommand({ QueueName: 'none' }))).rejects.toMatchObject({
      name: 'QueueDoesNotExist',
    })
    await expect(
      client.send(new DeleteMessageCommand({ QueueUrl, ReceiptHandle: 'rubbish' })),
    ).rejects.toMatchObject({ name: 'ReceiptHandleIsInvalid' })
    await expect(client.send(new SendMessageBatchCommand({ QueueUrl, Entries: [] }))).rejects.toMatchObject({
      name: 'EmptyBatchRequest',
    })
    await expect(
      client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x', DelaySeconds: 901 })),
    ).rejects.toMatchObject({ name: 'InvalidParameterValue' })
  })

  it('is empty after a purge', async () => {
    const QueueUrl = await create('jobs')
    await client.send(new SendMessageCommand({ QueueUrl, MessageBody: 'x' }))
    await client.send(new PurgeQueueCommand({ QueueUrl }))
    expect(await receive(QueueUrl)).toEqual([])
  })
})

describe('a FIFO queue on the wire', () => {
  const send = (QueueUrl: string, group: string, body: string, dedupe = body) =>
    client.send(
      new SendMessageCommand({
        QueueUrl,
        MessageBody: body,
        MessageGroupId: group,
        MessageDeduplicationId: dedupe,
      }),
    )

  it('keeps the order in a group and hands out nothing of it while some is in flight', async () => {
    const QueueUrl = await create('send.fifo', { FifoQueue: 'true' })
    for (const body of ['a1', 'a2', 'a3']) await send(QueueUrl, 'a', body)
    await send(QueueUrl, 'b', 'b1')
    expect((await receive(QueueUrl, 1)).map((one) => one.Body)).toEqual(['a1'])
    expect((await receive(QueueUrl)).map((one) => one.Body)).toEqual(['b1'])
    expect(await receive(QueueUrl)).toEqual([])
    await pass(clock, 30)
    expect((await receive(QueueUrl)).map((one) => one.Body)).toEqual(['a1', 'a2', 'a3', 'b1'])
  })

  it('knows a deduplication id for five minutes from its first acceptance', async () => {
    const QueueUrl = await create('send.fifo', { FifoQueue: 'true' })
    const first = await send(QueueUrl, 'a', 'one', 'same')
    await pass(clock, 200)
    const second = await send(QueueUrl, 'a', 'two', 'same')
    expect(second.MessageId).toBe(first.MessageId)
    expect(second.SequenceNumber).toBe(first.SequenceNumber)
    await pass(clock, 100)
    const third = await send(QueueUrl, 'a', 'three', 'same')
    expect(third.MessageId).not.toBe(first.MessageId)
    expect((await receive(QueueUrl)).map((one) => one.Body)).toEqual(['one', 'three'])
  })

  it('gives a poison message to its FIFO dead-letter queue and goes on with the group', async () => {
    const dead = await create('dead.fifo', { FifoQueue: 'true' })
    const QueueUrl = await create('send.fifo', {
      FifoQueue: 'true',
      RedrivePolicy: JSON.stringify({ deadLetterTargetArn: sqs.arn('dead.fifo'), maxReceiveCount: 1 }),
    })
    await send(QueueUrl, 'a', 'bad')
    await send(QueueUrl, 'a', 'good')
    expect(await receive(QueueUrl, 1)).toHaveLength(1)
    await pass(clock, 30)
    expect((await receive(QueueUrl)).map((one) => one.Body)).toEqual(['good'])
    const [given] = await receive(dead)
    expect(given?.Attributes).toMatchObject({ MessageGroupId: 'a', MessageDeduplicationId: 'bad' })
  })

  it('wants a group, and a deduplication id unless the content makes one', async () => {
    const QueueUrl = await create('send.fifo', { FifoQueue: 'true' })
    const none = new SendMessageCommand({ QueueUrl, MessageBody: 'x' })
    await expect(client.send(none)).rejects.toMatchObject({ name: 'MissingParameter' })
    const bare = new SendMessageCommand({ QueueUrl, MessageBody: 'x', MessageGroupId: 'a' })
    await expect(client.send(bare)).rejects.toMatchObject({ name: 'InvalidParameterValue' })
    await create('send.fifo', { ContentBasedDeduplication: 'true' })
    const first = await client.send(bare)
    expect((await client.send(bare)).MessageId).toBe(first.MessageId)
  })
})
