/** Kills the product while it is busy, as often as the story has allowed so far, at moments that chance picks. */
import { setTimeout as wait } from 'node:timers/promises'
import type { Product } from './product.ts'
import type { Dice } from './random.ts'

/** Longest wait between a restart and the next kill, in milliseconds. */
const longest = 500
/** A boot takes about this long. */
const boot = 2500
const inBootShare = 0.15

export class Killer {
  readonly total: number
  /** Where the story was at each kill. */
  readonly moments: string[] = []
  place = 'start'
  private allowed = 0
  private busy = 0
  private stopped = false
  private readonly product: Product
  private readonly dice: Dice
  private readonly done: Promise<void>

  constructor(product: Product, total: number, dice: Dice) {
    this.product = product
    this.total = total
    this.dice = dice
    this.done = this.run()
    // Seen by stop(); a failure before that must not end the process.
    this.done.catch(() => undefined)
  }

  /** Kills may have happened by now up to this share of all. */
  allow(share: number): void {
    this.allowed = Math.max(this.allowed, Math.round(this.total * Math.min(1, share)))
  }

  get left(): number {
    return this.total - this.product.kills
  }

  /** Kills fall into this work only. */
  async during<T>(place: string, work: () => Promise<T>): Promise<T> {
    this.place = place
    this.busy++
    try {
      return await work()
    } finally {
      this.busy--
    }
  }

  /** Answers when no kill is under way any more; throws what went wrong with a restart. */
  stop(): Promise<void> {
    this.stopped = true
    return this.done
  }

  private async run(): Promise<void> {
    while (!this.stopped && this.left > 0) {
      await wait(10 + this.dice.below(longest))
      if (this.stopped || this.busy === 0 || this.product.kills >= this.allowed) continue
      const inBoot = this.left > 1 && this.dice.chance(inBootShare) ? this.dice.below(boot) : undefined
      this.moments.push(inBoot === undefined ? this.place : `${this.place} and in the boot after it`)
      await this.product.kill(inBoot)
    }
  }
}
