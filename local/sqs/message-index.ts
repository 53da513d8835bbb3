/** Which messages may be taken next: in any order (standard), or in order within their group (FIFO). */
import { Deque } from './deque.ts'
import type { Message } from './message.ts'

export interface MessageIndex {
  /** A message that is new or has come back. */
  offer(message: Message): void
  /** Takes up to `max` that may be handed out now. */
  take(max: number): Message[]
  /** A taken message was deleted, or has just been offered again. */
  leave(message: Message): void
}

/** Standard queues: first come, first served, no promises. */
export class StandardIndex implements MessageIndex {
  private readonly ready = new Deque<Message>()

  offer(message: Message): void {
    this.ready.push(message)
  }

  take(max: number): Message[] {
    const taken: Message[] = []
    while (taken.length < max) {
      const message = this.ready.shift()
      if (message === undefined) break
      if (message.state === 'ready') taken.push(message)
    }
    return taken
  }

  leave(): void {}
}

interface Group {
  readonly key: string
  readonly waiting: Deque<Message>
  flight: number
  queued: boolean
}

/** FIFO queues: a group's messages in order, and none while some of it are in flight. */
export class FifoIndex implements MessageIndex {
  private readonly groups = new Map<string, Group>()
  private readonly ready = new Deque<Group>()

  offer(message: Message): void {
    const group = this.group(message.group ?? '')
    const last = group.waiting.last()
    if (last === undefined || last.seq < message.seq) group.waiting.push(message)
    else group.waiting.insert(message, (other) => other.seq > message.seq)
    this.enqueue(group)
  }

  take(max: number): Message[] {
    const taken: Message[] = []
    while (taken.length < max) {
      const group = this.ready.shift()
      if (group === undefined) break
      group.queued = false
      this.takeFrom(group, taken, max)
      this.forgetIfEmpty(group)
    }
    return taken
  }

  leave(message: Message): void {
    const group = this.group(message.group ?? '')
    group.flight--
    this.enqueue(group)
    this.forgetIfEmpty(group)
  }

  private takeFrom(group: Group, taken: Message[], max: number): void {
    while (taken.length < max) {
      const head = this.headOf(group)
      if (head === undefined) return
      group.waiting.shift()
      group.flight++
      taken.push(head)
    }
  }

  private headOf(group: Group): Message | undefined {
    while (group.waiting.peek()?.state === 'gone') group.waiting.shift()
    return group.waiting.peek()
  }

  private enqueue(group: Group): void {
    if (group.queued || group.flight > 0 || this.headOf(group) === undefined) return
    group.queued = true
    this.ready.push(group)
  }

  private forgetIfEmpty(group: Group): void {
    if (group.flight === 0 && !group.queued && group.waiting.length === 0) this.groups.delete(group.key)
  }

  private group(key: string): Group {
    const known = this.groups.get(key)
    if (known !== undefined) return known
    const made: Group = { key, waiting: new Deque(), flight: 0, queued: false }
    this.groups.set(key, made)
    return made
  }
}
