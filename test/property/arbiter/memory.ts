/** Memory for millions of worlds: each part is kept once, a world is a short row of their numbers. */
import type { World } from './world.ts'

/** A growing list of whole numbers outside the heap of objects. */
export class Numbers {
  #data = new Int32Array(1 << 16)
  length = 0

  push(value: number): void {
    if (this.length === this.#data.length) {
      const wider = new Int32Array(this.length * 2)
      wider.set(this.#data)
      this.#data = wider
    }
    this.#data[this.length++] = value
  }

  at(index: number): number {
    return this.#data[index] as number
  }
}

/** Every value that one part of the world ever had, numbered. */
class Parts {
  readonly #numbers = new Map<string, number>()
  readonly values: unknown[] = []

  idOf(part: unknown): number {
    const text = JSON.stringify(part)
    const known = this.#numbers.get(text)
    if (known !== undefined) return known
    this.#numbers.set(text, this.values.length)
    return this.values.push(part) - 1
  }
}

const names = [
  'item',
  'machine',
  'other',
  'queue',
  'late',
  'dead',
  'worker',
  'burying',
  'retry',
  'open',
  'tells',
  'accepted',
  'left',
  'suppressed',
  'erasing',
  'recent',
  'deferred',
  'published',
  'look',
  'owed',
] as const satisfies readonly (keyof World)[]

const WIDTH = names.length

/** Numbers the worlds in the order in which they are met. Exact: no two worlds share a number. */
export class Interned {
  readonly #parts = names.map(() => new Parts())
  readonly #rows = new Numbers()
  readonly #row = new Int32Array(WIDTH)
  /** The world last read and its number: its successors have most parts in common with it. */
  #read: World | undefined
  #readId = 0
  #table = new Int32Array(1 << 16).fill(-1)
  size = 0

  worldOf(id: number): World {
    const parts = names.map((name, at) => [name, this.#parts[at]!.values[this.#rows.at(id * WIDTH + at)]])
    this.#read = Object.fromEntries(parts) as World
    this.#readId = id
    return this.#read
  }

  idOf(world: World): number {
    if (this.size * 2 > this.#table.length) this.#grow()
    for (let at = 0; at < WIDTH; at++) {
      const part = world[names[at]!]
      const common = this.#read !== undefined && this.#read[names[at]!] === part
      this.#row[at] = common ? this.#rows.at(this.#readId * WIDTH + at) : this.#parts[at]!.idOf(part)
    }
    const at = this.#slot(this.#row, 0)
    const known = this.#table[at]!
    if (known !== -1) return known
    for (const value of this.#row) this.#rows.push(value)
    this.#table[at] = this.size
    return this.size++
  }

  #slot(row: { at(index: number): number | undefined }, from: number): number {
    let hash = 0x811c9dc5
    for (let index = 0; index < WIDTH; index++) {
      hash = Math.imul(hash ^ row.at(from + index)!, 0x01000193)
      hash ^= hash >>> 15
    }
    const mask = this.#table.length - 1
    let at = hash & mask
    while (this.#table[at] !== -1 && !this.#same(this.#table[at]!, row, from)) at = (at + 1) & mask
    return at
  }

  #same(id: number, row: { at(index: number): number | undefined }, from: number): boolean {
    for (let index = 0; index < WIDTH; index++) {
      if (this.#rows.at(id * WIDTH + index) !== row.at(from + index)) return false
    }
    return true
  }

  #grow(): void {
    this.#table = new Int32Array(this.#table.length * 2).fill(-1)
    for (let id = 0; id < this.size; id++) this.#table[this.#slot(this.#rows, id * WIDTH)] = id
  }
}
