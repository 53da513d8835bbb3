/** Whether every path through a graph ends: takes away, again and again, what nothing leads to. */
import type { Numbers } from './memory.ts'

const startsOf = (size: number, from: Numbers): Int32Array => {
  const start = new Int32Array(size + 1)
  for (let edge = 0; edge < from.length; edge++) start[from.at(edge) + 1]! += 1
  for (let id = 0; id < size; id++) start[id + 1]! += start[id]!
  return start
}

const degreesOf = (size: number, to: Numbers): Int32Array => {
  const degree = new Int32Array(size)
  for (let edge = 0; edge < to.length; edge++) degree[to.at(edge)]! += 1
  return degree
}

/** A state on, or behind, a path that never ends; -1 when there is none. Edges are sorted by where they start. */
export const endlessIn = (size: number, from: Numbers, to: Numbers): number => {
  const start = startsOf(size, from)
  const degree = degreesOf(size, to)
  const ready = [0]
  for (let id = ready.pop(); id !== undefined; id = ready.pop()) {
    for (let edge = start[id]!; edge < start[id + 1]!; edge++) {
      degree[to.at(edge)]! -= 1
      if (degree[to.at(edge)] === 0) ready.push(to.at(edge))
    }
  }
  return degree.findIndex((left) => left > 0)
}
