/** A list that gives from the front in constant time. */
export class Deque<T> {
  private items: T[] = []
  private head = 0

  get length(): number {
    return this.items.length - this.head
  }

  peek(): T | undefined {
    return this.items[this.head]
  }

  last(): T | undefined {
    return this.length === 0 ? undefined : this.items[this.items.length - 1]
  }

  push(item: T): void {
    this.items.push(item)
  }

  shift(): T | undefined {
    if (this.length === 0) return undefined
    const item = this.items[this.head++]
    if (this.head > 1024 && this.head * 2 > this.items.length) {
      this.items = this.items.slice(this.head)
      this.head = 0
    }
    return item
  }

  /** Puts `item` before the first one that `isAfter` says comes after it. */
  insert(item: T, isAfter: (other: T) => boolean): void {
    const at = this.items.findIndex((other, i) => i >= this.head && isAfter(other))
    if (at === -1) this.items.push(item)
    else this.items.splice(at, 0, item)
  }
}
