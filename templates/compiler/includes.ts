/** Puts partials in the place of their `mj-include`, and remembers where every character came from. */
import { posix } from 'node:path'
import { type Place, type Problem, placeAt } from './problem.ts'

/** Gives the text of a file inside `templates/`, or nothing when there is none. */
export type LoadPartial = (path: string) => string | undefined

/** One text made of several files. */
export interface Expanded {
  readonly text: string
  readonly placeOf: (offset: number) => Place
  readonly problems: readonly Problem[]
}

interface Segment {
  readonly at: number
  readonly file: string
  readonly source: string
  readonly from: number
}

const INCLUDE = /<mj-include\b((?:"[^"]*"|'[^']*'|[^>"'])*?)\/?>(?:\s*<\/mj-include>)?/g
const PATH = /\bpath\s*=\s*(?:"([^"]*)"|'([^']*)')/
const MAX_DEPTH = 8

/** A path as written in `file`, seen from `templates/`; nothing when it leads outside. */
export const resolveInside = (file: string, path: string): string | undefined => {
  if (!/^[\w./-]+$/.test(path) || path.startsWith('/')) return undefined
  const resolved = posix.normalize(posix.join(posix.dirname(file), path))
  return resolved.startsWith('../') ? undefined : resolved
}

/** Line ends as `\n`, no byte-order mark. */
export const normalise = (source: string): string => source.replace(/^\uFEFF/, '').replace(/\r\n?/g, '\n')

class Expansion {
  text = ''
  readonly segments: Segment[] = []
  readonly problems: Problem[] = []
  readonly load: LoadPartial

  constructor(load: LoadPartial) {
    this.load = load
  }

  #copy(file: string, source: string, from: number, to: number): void {
    this.segments.push({ at: this.text.length, file, source, from })
    this.text += source.slice(from, to)
  }

  add(file: string, source: string, from: number, open: readonly string[]): void {
    let done = from
    for (const match of source.slice(from).matchAll(INCLUDE)) {
      const at = from + match.index
      this.#copy(file, source, done, at)
      done = at + match[0].length
      const path = PATH.exec(match[1] ?? '')
      const problem = this.#include(file, path?.[1] ?? path?.[2] ?? '', [...open, file])
      if (problem !== undefined) this.problems.push({ ...placeAt(file, source, at), message: problem })
    }
    this.#copy(file, source, done, source.length)
  }

  #include(file: string, path: string, open: readonly string[]): string | undefined {
    const target = resolveInside(file, path)
    if (target === undefined) return `mj-include path "${path}" is not a path inside templates/`
    if (!target.endsWith('.mjml')) return `mj-include takes .mjml files only, not "${path}"`
    if (open.includes(target) || open.length > MAX_DEPTH)
      return `mj-include of "${path}" goes round in circles`
    const source = this.load(target)
    if (source === undefined) return `partial not found: ${target}`
    this.add(target, normalise(source), 0, open)
    return undefined
  }
}

/** Expands the includes of a template's body (the source from `bodyAt`). */
export const expandIncludes = (file: string, source: string, bodyAt: number, load: LoadPartial): Expanded => {
  const expansion = new Expansion(load)
  expansion.add(file, source, bodyAt, [])
  const placeOf = (offset: number): Place => {
    const segment = expansion.segments.findLast(({ at }) => at <= offset) ?? expansion.segments[0]
    if (segment === undefined) return { file, line: 1, column: 1 }
    return placeAt(segment.file, segment.source, segment.from + offset - segment.at)
  }
  return { text: expansion.text, placeOf, problems: expansion.problems }
}
