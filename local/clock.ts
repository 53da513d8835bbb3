/** The time that everything in the local runtime goes by: it flows at the pace of the wall clock and jumps when advanced. */

/** Reads the present instant, in milliseconds since 1970. Handlers, the engine and every stand-in take one. */
export interface Clock {
  now(): number
}

/** Something to be done at an instant. `key` names it: setting it again replaces it. */
interface Timer {
  readonly at: number
  readonly order: number
  readonly key: string
  readonly fire: () => void | Promise<void>
}

export interface ClockOptions {
  /** The instant to start at. */
  readonly start: number
  /** The wall clock in milliseconds, captured before anything patches Date. */
  readonly wall: () => number
  /** Called after each jump and each second of flow, so that a restart never goes back. */
  readonly onMove?: (now: number) => void
}

/** What one advance did: how many timers fired. */
export interface Advance {
  readonly now: number
  readonly fired: number
}

const earlier = (a: Timer, b: Timer): boolean => (a.at === b.at ? a.order < b.order : a.at < b.at)

/**
 * Time jumps to whole seconds: what falls due within one is worked on side by side, as it would be on AWS, where
 * timers are no finer. Nothing fires early.
 */
const toSecond = (at: number): number => Math.ceil(at / 1000) * 1000

/** A binary heap of timers, earliest first. Replaced or cancelled timers stay in it and are skipped. */
class TimerHeap {
  private readonly items: Timer[] = []
  private readonly live = new Map<string, Timer>()
  private order = 0

  set(at: number, key: string, fire: Timer['fire']): void {
    const timer: Timer = { at, key, fire, order: this.order++ }
    this.live.set(key, timer)
    this.items.push(timer)
    this.up(this.items.length - 1)
  }

  cancel(key: string): void {
    this.live.delete(key)
  }

  peek(): Timer | undefined {
    for (;;) {
      const first = this.items[0]
      if (first === undefined || this.live.get(first.key) === first) return first
      this.removeFirst()
    }
  }

  take(): Timer | undefined {
    const first = this.peek()
    if (first === undefined) return undefined
    this.live.delete(first.key)
    this.removeFirst()
    return first
  }

  get size(): number {
    return this.live.size
  }

  private removeFirst(): void {
    const last = this.items.pop()
    if (last !== undefined && this.items.length > 0) {
      this.items[0] = last
      this.down(0)
    }
  }

  private up(index: number): void {
    let i = index
    while (i > 0) {
      const parent = (i - 1) >> 1
      const [child, above] = [this.items[i], this.items[parent]]
      if (child === undefined || above === undefined || !earlier(child, above)) return
      this.items[i] = above
      this.items[parent] = child
      i = parent
    }
  }

  private down(index: number): void {
    let i = index
    for (;;) {
      const left = 2 * i + 1
      const right = left + 1
      let least = i
      if (this.before(left, least)) least = left
      if (this.before(right, least)) least = right
      if (least === i) return
      const [a, b] = [this.items[i], this.items[least]]
      if (a === undefined || b === undefined) return
      this.items[i] = b
      this.items[least] = a
      i = least
    }
  }

  private before(i: number, j: number): boolean {
    const [a, b] = [this.items[i], this.items[j]]
    return a !== undefined && b !== undefined && earlier(a, b)
  }
}

/**
 * One heap of timers and one count of work under way. Virtual time moves only while nothing is under way
 * and no settle hook (a stream or queue poller) reports work, so results do not depend on the machine's speed.
 */
export class VirtualClock implements Clock {
  private readonly heap = new TimerHeap()
  private readonly hooks: (() => Promise<boolean>)[] = []
  private base: number
  private wallBase: number
  private frozen = false
  private inflight = 0
  private quiet: (() => void)[] = []
  private pacer: ReturnType<typeof setTimeout> | undefined
  private running = false
  private serial: Promise<unknown> = Promise.resolve()
  private readonly options: ClockOptions

  constructor(options: ClockOptions) {
    this.options = options
    this.base = options.start
    this.wallBase = options.wall()
  }

  now(): number {
    return this.frozen ? this.base : this.base + (this.options.wall() - this.wallBase)
  }

  /** Calls `fire` once, at `at` or as soon after as things are quiet. A key already set is replaced. */
  at(at: number, key: string, fire: () => void | Promise<void>): void {
    this.heap.set(at, key, fire)
    this.pace()
  }

  cancel(key: string): void {
    this.heap.cancel(key)
  }

  /** How many timers are waiting. */
  get waiting(): number {
    return this.heap.size
  }

  /** Counts `work` as under way until it settles: time does not jump meanwhile. */
  async busy<T>(work: () => Promise<T>): Promise<T> {
    this.inflight++
    try {
      return await work()
    } finally {
      this.inflight--
      if (this.inflight === 0) for (const wake of this.quiet.splice(0)) wake()
    }
  }

  /** A hook is asked whether it found anything to do; drain repeats until every hook says no. */
  onSettle(hook: () => Promise<boolean>): void {
    this.hooks.push(hook)
  }

  /** Answers when nothing is left to do at this instant. */
  async drain(): Promise<void> {
    for (;;) {
      await this.untilQuiet()
      let worked = false
      for (const hook of this.hooks) worked = (await hook()) || worked
      if (!worked && this.inflight === 0) return
    }
  }

  /** Runs everything that falls due up to `to`, in order, and answers when all is quiet. Never goes back. */
  advance(to: number): Promise<Advance> {
    const run = this.serial.then(() => this.run(to))
    this.serial = run.catch(() => undefined)
    return run
  }

  /** Starts the flow: due timers fire at the pace of the wall clock. */
  start(): void {
    this.running = true
    // Who is killed before the first second is over must not begin again where this run began.
    this.options.onMove?.(this.now())
    this.pace()
  }

  stop(): void {
    this.running = false
    clearTimeout(this.pacer)
  }

  private async run(to: number): Promise<Advance> {
    this.freeze()
    let fired = 0
    try {
      await this.drain()
      for (let next = this.heap.peek(); next !== undefined && next.at <= to; next = this.heap.peek()) {
        this.jump(Math.max(this.base, Math.min(to, toSecond(next.at))))
        fired += this.fireDue()
        await this.drain()
      }
      this.jump(Math.max(this.base, to))
      await this.drain()
    } finally {
      this.thaw()
    }
    return { now: this.now(), fired }
  }

  /** Fires every timer due at this very instant; their work goes on side by side. */
  private fireDue(): number {
    let fired = 0
    const now = this.now()
    for (let next = this.heap.peek(); next !== undefined && next.at <= now; next = this.heap.peek()) {
      const timer = this.heap.take()
      if (timer === undefined) break
      fired++
      void this.busy(async () => timer.fire())
    }
    return fired
  }

  private untilQuiet(): Promise<void> {
    return this.inflight === 0 ? Promise.resolve() : new Promise((wake) => this.quiet.push(wake))
  }

  private jump(to: number): void {
    this.base = to
    this.options.onMove?.(to)
  }

  private freeze(): void {
    this.base = this.now()
    this.frozen = true
  }

  private thaw(): void {
    this.wallBase = this.options.wall()
    this.frozen = false
    this.pace()
  }

  /** Wall-clock flow: wakes at the next timer, or each second to note the time. */
  private pace(): void {
    if (!this.running) return
    clearTimeout(this.pacer)
    const next = this.heap.peek()
    const delay = next === undefined ? 1000 : Math.min(1000, Math.max(0, next.at - this.now()))
    this.pacer = setTimeout(() => {
      if (!this.frozen) {
        this.options.onMove?.(this.now())
        this.fireDue()
      }
      this.pace()
    }, delay)
  }
}
