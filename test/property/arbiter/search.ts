/** Explicit-state search, breadth first. */

import { keeperMoves } from './keepers.ts'
import { machineMoves } from './machine.ts'
import { Interned, Numbers } from './memory.ts'
import { normal } from './normal.ts'
import { endlessIn } from './progress.ts'
import { brokenAtEnd, brokenBetween, brokenIn } from './promises.ts'
import { outsideMoves } from './signals.ts'
import { workerMoves } from './worker.ts'
import { begin, type Edge, type Model, movesIn, type World } from './world.ts'

export interface Violation {
  readonly promise: string
  readonly trace: readonly string[]
}

export interface Result {
  readonly states: number
  readonly edges: number
  readonly ends: number
  /** How often each record was seen at the end. */
  readonly seen: Readonly<Record<string, number>>
  /** SES calls that a suppression overtook between the last read and the call. */
  readonly inFlight: number
  readonly violation?: Violation
}

const movesOf = (world: World, model: Model): Edge[] => [
  ...workerMoves(world, model),
  ...keeperMoves(world, model),
  ...movesIn(world, 1, model, machineMoves),
  ...(world.other === null ? [] : movesIn(world, 2, model, machineMoves)),
  ...outsideMoves(world, model),
]

/** Explores one model to its end, or to the first broken promise. */
export class Search {
  readonly #model: Model
  readonly #seen = new Interned()
  readonly #parent = new Numbers()
  readonly #move = new Numbers()
  readonly #from = new Numbers()
  readonly #to = new Numbers()
  readonly #records = new Map<string, number>()
  #ends = 0
  #inFlight = 0
  #violation: Violation | undefined

  constructor(model: Model) {
    this.#model = model
  }

  run(): Result {
    this.#add(begin(this.#model), -1, -1)
    for (let id = 0; id < this.#seen.size && this.#violation === undefined; id++) this.#expand(id)
    if (this.#violation === undefined) {
      const endless = endlessIn(this.#seen.size, this.#from, this.#to)
      if (endless !== -1) this.#fail('nothing stuck: a path that never ends', endless)
    }
    return this.#result()
  }

  #add(world: World, parent: number, move: number): number {
    const id = this.#seen.idOf(normal(world, this.#model))
    if (id === this.#parent.length) {
      this.#parent.push(parent)
      this.#move.push(move)
    }
    return id
  }

  #expand(id: number): void {
    const world = this.#seen.worldOf(id)
    const edges = movesOf(world, this.#model)
    for (const [index, { label, world: next, broken }] of edges.entries()) {
      const promise = broken ?? brokenBetween(world, next, this.#model) ?? brokenIn(next, this.#model)
      if (promise !== undefined) {
        this.#fail(promise, id, label)
        return
      }
      const to = this.#add(next, id, index)
      if (world.suppressed && label.startsWith('SES accepts')) this.#inFlight++
      if (to === id) continue
      this.#from.push(id)
      this.#to.push(to)
    }
    if (!edges.some(({ progress }) => progress)) this.#end(world, id)
  }

  #end(world: World, id: number): void {
    const promise = brokenAtEnd(world, this.#model)
    if (promise !== undefined) {
      this.#fail(promise, id)
      return
    }
    this.#ends++
    const records = [world.item, world.other?.item].flatMap((item) => Object.entries(item?.records ?? {}))
    for (const [step, entry] of records) {
      const key = `${step} ${entry.is === 'not-sent' ? entry.reason : entry.is}`
      this.#records.set(key, (this.#records.get(key) ?? 0) + 1)
    }
  }

  #fail(promise: string, id: number, last?: string): void {
    const trace = last === undefined ? [] : [last]
    for (let at = id; this.#parent.at(at) !== -1; at = this.#parent.at(at)) {
      const before = this.#seen.worldOf(this.#parent.at(at))
      trace.unshift(movesOf(before, this.#model)[this.#move.at(at)]?.label ?? '')
    }
    this.#violation = { promise, trace }
  }

  #result(): Result {
    const result = {
      states: this.#seen.size,
      edges: this.#to.length,
      ends: this.#ends,
      seen: Object.fromEntries([...this.#records].toSorted()),
      inFlight: this.#inFlight,
    }
    return this.#violation === undefined ? result : { ...result, violation: this.#violation }
  }
}
