/** The queues on the wire: AWS JSON 1.0 as the SDK's client speaks it. */
import { type JsonService, WireError } from '../wire.ts'
import {
  type Message,
  type MessageAttributes,
  md5,
  md5OfAttributes,
  sequenceNumber,
  systemAttributes,
} from './message.ts'
import type { Queue, SendEntry } from './queue.ts'
import type { Sqs } from './sqs.ts'

type Input = Readonly<Record<string, unknown>>
type Output = Record<string, unknown>
type Action = (input: Input) => Output

interface BatchEntry extends Input {
  readonly Id: string
}

const text = (input: Input, name: string): string => {
  const value = input[name]
  if (typeof value !== 'string')
    throw new WireError('MissingParameter', `The request must contain the parameter ${name}.`)
  return value
}

/** The empty answer of an action that has nothing to say. */
const done = (_outcome: unknown): Output => ({})

const batchError = (name: string, query: string, message: string): WireError =>
  new WireError(name, message, 400, { queryCode: `AWS.SimpleQueueService.${query}` })

const batchOf = (input: Input): readonly BatchEntry[] => {
  const entries = (input['Entries'] ?? []) as readonly BatchEntry[]
  if (entries.length === 0)
    throw batchError(
      'EmptyBatchRequest',
      'EmptyBatchRequest',
      'There should be at least one entry in the request.',
    )
  if (entries.length > 10)
    throw batchError(
      'TooManyEntriesInBatchRequest',
      'TooManyEntriesInBatchRequest',
      'Maximum number of entries per request are 10.',
    )
  if (new Set(entries.map((one) => one.Id)).size < entries.length)
    throw batchError(
      'BatchEntryIdsNotDistinct',
      'BatchEntryIdsNotDistinct',
      'Two or more batch entries have the same Id.',
    )
  return entries
}

const entryOf = (input: Input): SendEntry => {
  const system = input['MessageSystemAttributes'] as MessageAttributes | undefined
  return {
    body: text(input, 'MessageBody'),
    groupId: input['MessageGroupId'] as string | undefined,
    dedupeId: input['MessageDeduplicationId'] as string | undefined,
    delaySeconds: input['DelaySeconds'] as number | undefined,
    attributes: input['MessageAttributes'] as MessageAttributes | undefined,
    trace: system?.['AWSTraceHeader']?.StringValue,
  }
}

const wanted = (names: unknown, all: Record<string, string>): Record<string, string> => {
  const list = Array.isArray(names) ? (names as string[]) : []
  if (list.includes('All')) return all
  return Object.fromEntries(Object.entries(all).filter(([name]) => list.includes(name)))
}

const wantedAttributes = (names: unknown, all: MessageAttributes): MessageAttributes => {
  const list = Array.isArray(names) ? (names as string[]) : []
  const matches = (name: string): boolean =>
    list.some(
      (one) => one === 'All' || one === name || (one.endsWith('.*') && name.startsWith(one.slice(0, -2))),
    )
  return Object.fromEntries(Object.entries(all).filter(([name]) => matches(name)))
}

const onWire = (message: Message, queue: Queue, input: Input): Output => {
  const names = [
    ...((input['MessageSystemAttributeNames'] ?? []) as []),
    ...((input['AttributeNames'] ?? []) as []),
  ]
  const system = wanted(names, systemAttributes(message, queue.settings.fifo))
  const attributes = wantedAttributes(input['MessageAttributeNames'], message.attributes)
  const digest = md5OfAttributes(attributes)
  return {
    MessageId: message.id,
    ReceiptHandle: message.receipt,
    MD5OfBody: message.md5,
    Body: message.body,
    ...(Object.keys(system).length > 0 && { Attributes: system }),
    ...(digest !== undefined && { MD5OfMessageAttributes: digest, MessageAttributes: attributes }),
  }
}

/** The service as the wire front carries it. `origin` is the front's own URL: queue URLs begin with it. */
export class SqsService implements JsonService {
  readonly prefix = 'AmazonSQS'
  private readonly sqs: Sqs
  private readonly origin: () => string
  private readonly actions: Readonly<Record<string, Action>>

  constructor(sqs: Sqs, origin: () => string) {
    this.sqs = sqs
    this.origin = origin
    this.actions = {
      CreateQueue: (input) => {
        const attributes = (input['Attributes'] ?? {}) as Record<string, string>
        return { QueueUrl: this.url(sqs.createQueue(text(input, 'QueueName'), attributes).name) }
      },
      DeleteQueue: (input) => done(sqs.deleteQueue(text(input, 'QueueUrl'))),
      ListQueues: (input) => {
        const start = (input['QueueNamePrefix'] as string | undefined) ?? ''
        return {
          QueueUrls: sqs
            .names()
            .filter((name) => name.startsWith(start))
            .map((name) => this.url(name)),
        }
      },
      GetQueueUrl: (input) => ({ QueueUrl: this.url(sqs.queue(text(input, 'QueueName')).name) }),
      GetQueueAttributes: (input) => ({
        Attributes: wanted(input['AttributeNames'], { ...sqs.attributes(text(input, 'QueueUrl')) }),
      }),
      SetQueueAttributes: (input) => {
        sqs.createQueue(this.queue(input).name, input['Attributes'] as Record<string, string>)
        return {}
      },
      PurgeQueue: (input) => done(this.queue(input).purge()),
      SendMessage: (input) => this.send(this.queue(input), input),
      SendMessageBatch: (input) => this.batch(input, (queue, entry) => this.send(queue, entry)),
      ReceiveMessage: (input) => this.receive(input),
      DeleteMessage: (input) => this.remove(this.queue(input), input),
      DeleteMessageBatch: (input) => this.batch(input, (queue, entry) => this.remove(queue, entry)),
      ChangeMessageVisibility: (input) => this.setVisibility(this.queue(input), input),
      ChangeMessageVisibilityBatch: (input) =>
        this.batch(input, (queue, entry) => this.setVisibility(queue, entry)),
    }
  }

  async call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const run = this.actions[action]
    if (run === undefined) throw new WireError('InvalidAction', `The action ${action} is not valid.`)
    return run(input)
  }

  /** The URL of a queue, as its clients are to be given it. */
  url(name: string): string {
    return `${this.origin()}/${this.sqs.account}/${name}`
  }

  private queue(input: Input): Queue {
    return this.sqs.queue(text(input, 'QueueUrl'))
  }

  private send(queue: Queue, input: Input): Output {
    const entry = entryOf(input)
    const sent = queue.send(entry)
    const digest = md5OfAttributes(entry.attributes ?? {})
    return {
      MessageId: sent.messageId,
      MD5OfMessageBody: md5(entry.body),
      ...(digest !== undefined && { MD5OfMessageAttributes: digest }),
      ...(queue.settings.fifo && { SequenceNumber: sequenceNumber(sent.seq) }),
    }
  }

  /** Answers at once, with nothing when there is nothing: virtual time cannot pass while a call is under way. */
  private receive(input: Input): Output {
    const queue = this.queue(input)
    const max = (input['MaxNumberOfMessages'] as number | undefined) ?? 1
    if (!Number.isInteger(max) || max < 1 || max > 10)
      throw new WireError(
        'InvalidParameterValue',
        `Value ${max} for parameter MaxNumberOfMessages is invalid. Reason: Must be between 1 and 10, if provided.`,
      )
    const seconds = input['VisibilityTimeout'] as number | undefined
    const visibilityMs = seconds === undefined ? queue.settings.visibilityMs : seconds * 1000
    const messages = queue.receive(max, visibilityMs).map((one) => onWire(one, queue, input))
    return messages.length === 0 ? {} : { Messages: messages }
  }

  private remove(queue: Queue, input: Input): Output {
    const message = queue.byReceipt(text(input, 'ReceiptHandle'))
    if (message !== undefined) queue.remove([message])
    return {}
  }

  private setVisibility(queue: Queue, input: Input): Output {
    const message = queue.byReceipt(text(input, 'ReceiptHandle'))
    const seconds = input['VisibilityTimeout'] as number
    if (message === undefined || !(seconds >= 0 && seconds <= 43_200))
      throw new WireError(
        'InvalidParameterValue',
        `Value ${input['ReceiptHandle']} for parameter ReceiptHandle is invalid. Reason: Message does not exist or is not available for visibility timeout change.`,
      )
    queue.setVisibility(message, seconds * 1000)
    return {}
  }

  private batch(input: Input, one: (queue: Queue, entry: Input) => Output): Output {
    const queue = this.queue(input)
    const entries = batchOf(input)
    const [Successful, Failed]: [Output[], Output[]] = [[], []]
    this.sqs.transaction(() => {
      for (const entry of entries) {
        try {
          Successful.push({ Id: entry.Id, ...one(queue, entry) })
        } catch (error) {
          if (!(error instanceof WireError)) throw error
          Failed.push({ Id: entry.Id, Code: error.name, Message: error.message, SenderFault: true })
        }
      }
    })
    return { Successful, Failed }
  }
}
