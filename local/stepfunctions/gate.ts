/** Lets a few turns run side by side and the rest wait: thousands at once would only fill the memory. */
export class Gate {
  private queue: (() => void)[] = []
  private head = 0
  private free: number

  constructor(places: number) {
    this.free = places
  }

  async pass<T>(work: () => Promise<T>): Promise<T> {
    if (this.free > 0) this.free--
    else await new Promise<void>((enter) => this.queue.push(enter))
    try {
      return await work()
    } finally {
      this.leave()
    }
  }

  private leave(): void {
    const next = this.queue[this.head++]
    if (next !== undefined) {
      next()
      return
    }
    this.queue = []
    this.head = 0
    this.free++
  }
}
