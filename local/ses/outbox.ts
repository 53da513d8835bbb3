/** Gives the bus every event that is owed, at least once: also after a crash. */
import type { VirtualClock } from '../clock.ts'
import type { SesEvent } from './events.ts'
import type { Owed, SesRows } from './rows.ts'

export type Emit = (event: SesEvent) => void | Promise<void>

const RETRY_MS = 60_000

export class Outbox {
  private readonly rows: SesRows
  private readonly clock: VirtualClock
  private readonly emit: Emit

  constructor(rows: SesRows, clock: VirtualClock, emit: Emit) {
    this.rows = rows
    this.clock = clock
    this.emit = emit
  }

  /** Takes up what an earlier run left. */
  resume(): void {
    this.deliver(this.rows.owed())
  }

  /** Emits what is due, in order; the rest when its time comes. */
  deliver(owed: readonly Owed[]): void {
    const now = this.clock.now()
    const due = owed.filter((one) => one.due <= now)
    for (const one of owed) if (one.due > now) this.later(one, one.due)
    if (due.length > 0) void this.clock.busy(() => this.emitAll(due))
  }

  private async emitAll(owed: readonly Owed[]): Promise<void> {
    for (const one of owed) await this.emitOne(one)
  }

  private async emitOne(owed: Owed): Promise<void> {
    try {
      await this.emit(owed.event)
      this.rows.settle(owed)
    } catch {
      this.later(owed, this.clock.now() + RETRY_MS)
    }
  }

  private later(owed: Owed, at: number): void {
    this.clock.at(at, `ses/owed/${owed.seq}`, () => this.emitOne(owed))
  }
}
