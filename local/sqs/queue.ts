/** One queue: what is kept, what is in flight, and when messages come back or are given up. */
import { createHash, randomUUID } from 'node:crypto'
import type { VirtualClock } from '../clock.ts'
import { WireError } from '../wire.ts'
import { DedupeWindow } from './dedupe.ts'
import { type Message, type MessageAttributes, type MessageState, newMessage } from './message.ts'
import { FifoIndex, type MessageIndex, StandardIndex } from './message-index.ts'
import type { SqsRows } from './rows.ts'
import type { QueueSettings } from './settings.ts'

export interface SendEntry {
  readonly body: string
  readonly groupId?: string | undefined
  readonly dedupeId?: string | undefined
  readonly delaySeconds?: number | undefined
  readonly attributes?: MessageAttributes | undefined
  readonly trace?: string | undefined
}

export interface Sent {
  readonly messageId: string
  readonly seq: number
  /** The deduplication id was known: nothing was added. */
  readonly duplicate: boolean
}

export interface QueueDeps {
  readonly clock: VirtualClock
  readonly rows: SqsRows
  readonly nextSeq: () => number
  /** Moves a message to the dead-letter queue; false when there is none. */
  readonly giveUp: (message: Message, from: Queue) => boolean
}

export type QueueCounts = Readonly<Record<'ready' | 'delayed' | 'flight', number>>

const invalid = (message: string): WireError => new WireError('InvalidParameterValue', message)

export class Queue {
  readonly name: string
  readonly arn: string
  settings: QueueSettings
  /** Called when something may be taken. */
  onReady: () => void = () => undefined
  private readonly deps: QueueDeps
  private readonly messages = new Map<number, Message>()
  private readonly seen: DedupeWindow
  private index: MessageIndex
  private counts = { ready: 0, delayed: 0, flight: 0 }

  constructor(name: string, arn: string, settings: QueueSettings, deps: QueueDeps) {
    this.name = name
    this.arn = arn
    this.settings = settings
    this.deps = deps
    this.index = settings.fifo ? new FifoIndex() : new StandardIndex()
    this.seen = new DedupeWindow(name, deps.rows)
  }

  get depth(): QueueCounts {
    return { ...this.counts }
  }

  /** Keeps a message, or answers with the one that has the same deduplication id. */
  send(entry: SendEntry): Sent {
    const now = this.deps.clock.now()
    const dedupe = this.check(entry)
    const scope = this.settings.dedupePerGroup ? `${entry.groupId}\n${dedupe}` : dedupe
    const known = scope === undefined ? undefined : this.seen.find(scope, now)
    if (known !== undefined) return { messageId: known.message, seq: known.seq, duplicate: true }
    const delay = entry.delaySeconds === undefined ? this.settings.delayMs : entry.delaySeconds * 1000
    const facts = {
      seq: this.deps.nextSeq(),
      id: randomUUID(),
      body: entry.body,
      attributes: entry.attributes ?? {},
      sentAt: now,
      ...(entry.groupId !== undefined && { group: entry.groupId }),
      ...(dedupe !== undefined && { dedupe }),
      ...(entry.trace !== undefined && { trace: entry.trace }),
    }
    const message = newMessage(facts, now + delay)
    this.deps.rows.transaction(() => {
      this.deps.rows.save(this.name, message)
      if (scope !== undefined) this.seen.accept({ id: scope, message: message.id, seq: message.seq, at: now })
    })
    this.admit(message)
    return { messageId: message.id, seq: message.seq, duplicate: false }
  }

  /** Takes a kept message into memory: a new one, one read at start, or one another queue gave up. */
  admit(message: Message): void {
    this.messages.set(message.seq, message)
    if (message.due > this.deps.clock.now()) {
      this.move(message, 'delayed')
      this.deps.clock.at(message.due, this.timer(message), () => this.surface(message))
    } else this.surface(message)
  }

  /** Takes up to `max` messages; each comes back at its deadline unless it is removed. */
  receive(max: number, visibilityMs: number): Message[] {
    const taken = this.claim(max, visibilityMs)
    for (const message of taken) this.giveBack(message)
    return taken
  }

  /** As `receive`, but the caller says by `remove` or `giveBack` what became of them: no timer is set. */
  claim(max: number, visibilityMs = this.settings.visibilityMs): Message[] {
    const now = this.deps.clock.now()
    const taken = this.index.take(max)
    for (const message of taken) {
      message.receives++
      if (message.firstReceivedAt === 0) message.firstReceivedAt = now
      message.receipt = `${message.seq}.${randomUUID()}`
      message.deadline = now + visibilityMs
      message.claimed = true
      this.move(message, 'flight')
    }
    if (taken.length > 0) this.deps.rows.saveReceives(taken)
    return taken
  }

  /** The message of a receipt handle; undefined when it was deleted or handed out again since. */
  byReceipt(handle: string): Message | undefined {
    const seq = Number(handle.split('.')[0])
    if (!Number.isInteger(seq))
      throw new WireError('ReceiptHandleIsInvalid', 'The input receipt handle is invalid.')
    const message = this.messages.get(seq)
    return message?.receipt === handle ? message : undefined
  }

  remove(messages: readonly Message[]): void {
    const present = messages.filter((one) => this.messages.has(one.seq))
    this.deps.rows.remove(present)
    for (const message of present) this.forget(message)
  }

  /** Leaves a claimed message in flight until its deadline. */
  giveBack(message: Message): void {
    if (!this.messages.has(message.seq)) return
    message.claimed = false
    this.setReturn(message)
  }

  /** Changes when a message in flight comes back. */
  setVisibility(message: Message, visibilityMs: number): void {
    if (message.state !== 'flight')
      throw new WireError('MessageNotInflight', 'The message is not in flight.', 400, {
        queryCode: 'AWS.SimpleQueueService.MessageNotInflight',
      })
    message.deadline = this.deps.clock.now() + visibilityMs
    if (!message.claimed) this.setReturn(message)
  }

  /** Takes the message out of memory only: its row goes with it to another queue. */
  forget(message: Message): void {
    this.messages.delete(message.seq)
    this.deps.clock.cancel(this.timer(message))
    const wasTaken = message.state === 'flight'
    this.move(message, 'gone')
    if (wasTaken) {
      this.index.leave(message)
      this.onReady()
    }
  }

  purge(): void {
    this.deps.rows.purge(this.name)
    for (const message of [...this.messages.values()]) this.forget(message)
  }

  private setReturn(message: Message): void {
    if (message.deadline <= this.deps.clock.now()) this.surface(message)
    else this.deps.clock.at(message.deadline, this.timer(message), () => this.surface(message))
  }

  /** A message may be handed out, unless it has been too often already. */
  private surface(message: Message): void {
    this.deps.clock.cancel(this.timer(message))
    const redrive = this.settings.redrive
    if (redrive !== undefined && message.receives >= redrive.maxReceives && this.deps.giveUp(message, this))
      return
    const before = message.state
    this.move(message, 'ready')
    this.index.offer(message)
    if (before === 'flight') this.index.leave(message)
    this.onReady()
  }

  private move(message: Message, to: MessageState): void {
    const from = message.state
    if (from === 'ready' || from === 'delayed' || from === 'flight') this.counts[from]--
    if (to === 'ready' || to === 'delayed' || to === 'flight') this.counts[to]++
    message.state = to
  }

  private timer(message: Message): string {
    return `sqs/${this.name}/${message.seq}`
  }

  /** Refuses what SQS refuses; answers with the deduplication id of a FIFO message. */
  private check(entry: SendEntry): string | undefined {
    if (entry.body === '') throw new WireError('MissingParameter', 'The request must contain MessageBody.')
    if (Buffer.byteLength(entry.body) > this.settings.maxBytes)
      throw invalid(
        `One or more parameters are invalid. Reason: Message must be shorter than ${this.settings.maxBytes} bytes.`,
      )
    const delay = entry.delaySeconds ?? 0
    if (!Number.isInteger(delay) || delay < 0 || delay > 900)
      throw invalid(
        `Value ${delay} for parameter DelaySeconds is invalid. Reason: DelaySeconds must be >= 0 and <= 900.`,
      )
    return this.settings.fifo
      ? this.checkFifo(entry)
      : entry.dedupeId === undefined
        ? undefined
        : this.refuse()
  }

  private refuse(): never {
    throw invalid(
      'The request includes a parameter that is not valid for this queue type: MessageDeduplicationId.',
    )
  }

  private checkFifo(entry: SendEntry): string {
    if (entry.groupId === undefined)
      throw new WireError('MissingParameter', 'The request must contain the parameter MessageGroupId.')
    if (entry.delaySeconds !== undefined && entry.delaySeconds !== 0)
      throw invalid(
        `Value ${entry.delaySeconds} for parameter DelaySeconds is invalid. Reason: The request include parameter that is not valid for this queue type.`,
      )
    if (entry.dedupeId !== undefined) return entry.dedupeId
    if (!this.settings.contentDedupe)
      throw invalid(
        'The queue should either have ContentBasedDeduplication enabled or MessageDeduplicationId provided explicitly.',
      )
    return createHash('sha256').update(entry.body).digest('hex')
  }
}
