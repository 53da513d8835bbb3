/** The local Simple Queue Service: durable queues on the virtual clock, with functions subscribed to them. */
import type { VirtualClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { WireError } from '../wire.ts'
import { type Message, newMessage } from './message.ts'
import { Queue, type QueueCounts, type SendEntry, type Sent } from './queue.ts'
import { SqsRows } from './rows.ts'
import { DEFAULT_ATTRIBUTES, queueNameOf, readSettings } from './settings.ts'
import { type SqsHandler, Subscription, type SubscriptionOptions } from './subscription.ts'

export interface SqsOptions {
  readonly store: Store
  readonly clock: VirtualClock
  readonly region?: string
  readonly account?: string
}

interface Entry {
  readonly queue: Queue
  attributes: Readonly<Record<string, string>>
}

const missing = (name: string): WireError =>
  new WireError('QueueDoesNotExist', `The specified queue does not exist: ${name}.`, 400, {
    queryCode: 'AWS.SimpleQueueService.NonExistentQueue',
  })

export class Sqs {
  readonly region: string
  readonly account: string
  private readonly clock: VirtualClock
  private readonly rows: SqsRows
  private readonly entries = new Map<string, Entry>()
  private seq: number

  /** Opens the queues kept in the store; every message that was in flight may be taken again at once. */
  constructor(options: SqsOptions) {
    this.region = options.region ?? 'eu-west-1'
    this.account = options.account ?? '123456789012'
    this.clock = options.clock
    this.rows = new SqsRows(options.store)
    this.seq = Math.max(this.rows.lastSeq() + 1, options.clock.now() * 1024)
    for (const { name, attributes } of this.rows.queues()) this.open(name, attributes)
    for (const { queue, message } of this.rows.messages()) this.entries.get(queue)?.queue.admit(message)
  }

  arn(name: string): string {
    return `arn:aws:sqs:${this.region}:${this.account}:${name}`
  }

  /** Makes a queue, or sets the attributes of the one there is. */
  createQueue(name: string, attributes: Readonly<Record<string, string>> = {}): Queue {
    if (!/^[A-Za-z0-9_-]{1,75}(\.fifo)?$/.test(name))
      throw new WireError(
        'InvalidParameterValue',
        'Can only include alphanumeric characters, hyphens, or underscores.',
      )
    const now = String(Math.floor(this.clock.now() / 1000))
    const known = this.entries.get(name)
    const base = known?.attributes ?? { ...DEFAULT_ATTRIBUTES, CreatedTimestamp: now }
    const all = { ...base, ...attributes, LastModifiedTimestamp: now }
    const settings = readSettings(name, all)
    this.rows.saveQueue(name, all)
    if (known === undefined) return this.open(name, all)
    known.attributes = all
    known.queue.settings = settings
    return known.queue
  }

  deleteQueue(reference: string): void {
    const queue = this.queue(reference)
    queue.purge()
    this.rows.dropQueue(queue.name)
    this.entries.delete(queue.name)
  }

  names(): string[] {
    return [...this.entries.keys()]
  }

  /** The queue of a name, a URL or an ARN. */
  queue(reference: string): Queue {
    const name = queueNameOf(reference)
    const entry = this.entries.get(name)
    if (entry === undefined) throw missing(name)
    return entry.queue
  }

  attributes(reference: string): Readonly<Record<string, string>> {
    const queue = this.queue(reference)
    const { ready, flight, delayed } = queue.depth
    return {
      ...this.entries.get(queue.name)?.attributes,
      QueueArn: queue.arn,
      ApproximateNumberOfMessages: String(ready),
      ApproximateNumberOfMessagesNotVisible: String(flight),
      ApproximateNumberOfMessagesDelayed: String(delayed),
      ...(queue.settings.fifo && { FifoQueue: 'true' }),
    }
  }

  /** How many messages of a queue are ready, delayed and in flight. */
  depth(reference: string): QueueCounts {
    return this.queue(reference).depth
  }

  /** Sends in process, in the store's transaction when one is open. The queue is named by name, URL or ARN. */
  send(reference: string, entry: SendEntry): Sent {
    return this.queue(reference).send(entry)
  }

  /** Several sends as one transaction. */
  transaction<T>(work: () => T): T {
    return this.rows.transaction(work)
  }

  /** Calls `handler` with batches of the queue's messages. A queue has one subscription. */
  subscribe(reference: string, options: SubscriptionOptions, handler: SqsHandler): Subscription {
    return new Subscription(this.queue(reference), this.clock, this.region, options, handler)
  }

  private open(name: string, attributes: Readonly<Record<string, string>>): Queue {
    const queue = new Queue(name, this.arn(name), readSettings(name, attributes), {
      clock: this.clock,
      rows: this.rows,
      nextSeq: () => this.seq++,
      giveUp: (message, from) => this.giveUp(message, from),
    })
    this.entries.set(name, { queue, attributes })
    return queue
  }

  /** Moves a message that was handed out too often to the dead-letter queue, with its id and its place in time. */
  private giveUp(message: Message, from: Queue): boolean {
    const target = from.settings.redrive && this.entries.get(from.settings.redrive.queue)?.queue
    if (target === undefined) return false
    const moved = newMessage({ ...message, source: from.arn }, this.clock.now())
    this.rows.save(target.name, moved)
    from.forget(message)
    target.admit(moved)
    return true
  }
}
