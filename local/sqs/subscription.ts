/** What Lambda's event-source mapping does: takes batches off a queue and calls a function with them. */
import type { SQSBatchResponse, SQSEvent } from 'aws-lambda'
import type { VirtualClock } from '../clock.ts'
import type { Pace } from '../pace.ts'
import { lambdaRecord, type Message } from './message.ts'
import type { Queue } from './queue.ts'

export interface SubscriptionOptions {
  readonly batchSize: number
  /** Batches side by side, 16 unless told. A FIFO group is in one of them at a time. */
  readonly concurrency?: number
  readonly reportBatchItemFailures?: boolean
  /** Makes batches wait, small and one at a time, while there is something more urgent. */
  readonly pace?: Pace
  /** Told of what a handler threw; the batch comes back by itself. */
  readonly onError?: (error: unknown, event: SQSEvent) => void
}

export type SqsHandler = (event: SQSEvent) => Promise<SQSBatchResponse | undefined> | Promise<void>

const DEFAULT_CONCURRENCY = 16
const PRESSED_BATCH = 2

/** The messages of a batch that count as failed: those named, and what follows them in their FIFO group. */
export const failedOf = (
  batch: readonly Message[],
  fifo: boolean,
  response: SQSBatchResponse | undefined,
): Set<Message> => {
  const named = new Set((response?.batchItemFailures ?? []).map((one) => one.itemIdentifier))
  if (named.size === 0) return new Set()
  const known = batch.filter((message) => named.has(message.id))
  if (known.length < named.size) return new Set(batch)
  const failed = new Set(known)
  if (!fifo) return failed
  const groups = new Set<string | undefined>()
  for (const message of batch) {
    if (groups.has(message.group)) failed.add(message)
    if (failed.has(message)) groups.add(message.group)
  }
  return failed
}

export class Subscription {
  private readonly queue: Queue
  private readonly clock: VirtualClock
  private readonly region: string
  private readonly options: SubscriptionOptions
  private readonly handler: SqsHandler
  private active = 0
  private woken = false
  private stopped = false

  constructor(
    queue: Queue,
    clock: VirtualClock,
    region: string,
    options: SubscriptionOptions,
    handler: SqsHandler,
  ) {
    this.queue = queue
    this.clock = clock
    this.region = region
    this.options = options
    this.handler = handler
    queue.onReady = () => this.wake()
    this.wake()
  }

  /** Takes no more batches; those under way finish. */
  stop(): void {
    this.stopped = true
    this.queue.onReady = () => undefined
  }

  /** Looks at the queue once the present burst of sends is over, so that it makes full batches. */
  private wake(): void {
    if (this.woken || this.stopped || this.queue.depth.ready === 0) return
    this.woken = true
    void this.clock.busy(async () => {
      await new Promise((resolve) => setImmediate(resolve))
      await this.options.pace?.turn()
      this.woken = false
      this.dispatch()
    })
  }

  private dispatch(): void {
    const { pace, batchSize, concurrency = DEFAULT_CONCURRENCY } = this.options
    const pressed = pace?.pressed ?? false
    while (!this.stopped && this.active < (pressed ? 1 : concurrency)) {
      const batch = this.queue.claim(pressed ? Math.min(PRESSED_BATCH, batchSize) : batchSize)
      if (batch.length === 0) return
      this.active++
      void this.clock.busy(() => (pace === undefined ? this.run(batch) : pace.run(() => this.run(batch))))
    }
  }

  private async run(batch: readonly Message[]): Promise<void> {
    const event: SQSEvent = { Records: batch.map((one) => lambdaRecord(one, this.fifo, this.region)) }
    let failed: Set<Message>
    try {
      const response = (await this.handler(event)) as SQSBatchResponse | undefined
      failed = this.options.reportBatchItemFailures
        ? failedOf(batch, this.queue.settings.fifo, response)
        : new Set()
    } catch (error) {
      this.options.onError?.(error, event)
      failed = new Set(batch)
    }
    this.active--
    this.queue.remove(batch.filter((message) => !failed.has(message)))
    for (const message of failed) this.queue.giveBack(message)
    this.wake()
  }

  private get fifo(): { fifo: boolean; arn: string } {
    return { fifo: this.queue.settings.fifo, arn: this.queue.arn }
  }
}
