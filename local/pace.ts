/** Requests before queues: while many people call, what stands on the queues waits, as it does where each has its own Lambda. */

/** So many requests within so many milliseconds are many: fifty a second. */
const many = 10
const within = 200
const look = 25

export class Pace {
  private readonly wall: () => number
  private readonly recent: number[] = []
  private active = 0

  /** `wall` gives real milliseconds. */
  constructor(wall: () => number) {
    this.wall = wall
  }

  /** Notes a request of a deployed route. */
  request(): void {
    this.recent.push(this.wall())
    if (this.recent.length > many) this.recent.shift()
  }

  /** Whether requests come thick and fast right now. */
  get pressed(): boolean {
    const oldest = this.recent[0]
    return this.recent.length === many && oldest !== undefined && this.wall() - oldest < within
  }

  /** Waits for a place: while pressed, one batch is worked on at a time, over all queues. */
  async turn(): Promise<void> {
    while (this.pressed && this.active > 0) await new Promise((resolve) => setTimeout(resolve, look))
  }

  /** Counts a batch as under way. */
  async run<T>(work: () => Promise<T>): Promise<T> {
    this.active++
    try {
      return await work()
    } finally {
      this.active--
    }
  }
}
