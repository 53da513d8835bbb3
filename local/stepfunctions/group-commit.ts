/** Writes of turns that end at the same moment share one transaction; each turn goes on once its own write is down. */
import type { Store } from '../store.ts'

interface Waiting {
  readonly write: () => void
  readonly done: () => void
  readonly failed: (error: unknown) => void
}

export class GroupCommit {
  private readonly store: Store
  private waiting: Waiting[] = []

  constructor(store: Store) {
    this.store = store
  }

  /** Answers when `write` is committed. Throws what the write throws. */
  commit(write: () => void): Promise<void> {
    return new Promise((done, failed) => {
      if (this.waiting.length === 0) setImmediate(() => this.flush())
      this.waiting.push({ write, done, failed })
    })
  }

  private flush(): void {
    const group = this.waiting
    this.waiting = []
    try {
      this.store.transaction(() => {
        for (const one of group) one.write()
      })
      for (const one of group) one.done()
    } catch {
      for (const one of group) this.alone(one)
    }
  }

  /** One bad write must not take the others with it. */
  private alone(one: Waiting): void {
    try {
      this.store.transaction(one.write)
      one.done()
    } catch (error) {
      one.failed(error)
    }
  }
}
