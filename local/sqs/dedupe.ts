/** The five minutes in which a FIFO queue knows a deduplication id again, counted from its first acceptance. */
import type { Accepted, SqsRows } from './rows.ts'

const WINDOW_MS = 5 * 60 * 1000

export class DedupeWindow {
  private readonly queue: string
  private readonly rows: SqsRows
  private readonly known = new Map<string, Accepted>()

  constructor(queue: string, rows: SqsRows) {
    this.queue = queue
    this.rows = rows
    for (const one of rows.accepted(queue)) this.known.set(one.id, one)
  }

  /** The message first accepted under `id`, when that is less than five minutes ago. */
  find(id: string, now: number): Accepted | undefined {
    this.prune(now)
    return this.known.get(id)
  }

  /** To be called in the transaction that keeps the message. */
  accept(one: Accepted): void {
    this.rows.saveAccepted(this.queue, one)
    this.known.set(one.id, one)
  }

  private prune(now: number): void {
    for (const one of this.known.values()) {
      if (one.at + WINDOW_MS > now) return
      this.known.delete(one.id)
      this.rows.dropAccepted(this.queue, one.id)
    }
  }
}
