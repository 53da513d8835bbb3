/** What the compiler knows of the rest of the product, and a reader that collects everything wrong with a file. */
import type * as z from 'zod/mini'
import type { Problem } from './problem.ts'
import { check, type Path, type Source } from './source.ts'
import { hint } from './suggest.ts'

/** The ids that a sequence may name. What is left out is not checked. */
export interface CompileContext {
  /** Templates of `templates/emails/`. */
  readonly templates: ReadonlySet<string>
  readonly forms: ReadonlySet<string>
  readonly stages: ReadonlySet<string>
  readonly sequences: ReadonlySet<string>
  /** Templates of notices to the team (`templates/handoff/`); the email templates when left out. */
  readonly notices?: ReadonlySet<string>
  readonly topics?: ReadonlySet<string>
  readonly senders?: ReadonlySet<string>
  readonly teams?: ReadonlySet<string>
}

export interface Reader {
  readonly source: Source
  readonly context: CompileContext
  readonly problems: Problem[]
  /** Ids of the steps so far, with where they were given. */
  readonly ids: Map<string, Path>
  /** Ids of the emails among them. */
  readonly sends: Set<string>
  /** Steps that events name; looked up when all are known. */
  readonly references: { readonly path: Path; readonly step: string }[]
  readonly counters: Map<string, number>
}

export const newReader = (source: Source, context: CompileContext): Reader => ({
  source,
  context,
  problems: [],
  ids: new Map(),
  sends: new Set(),
  references: [],
  counters: new Map(),
})

/** Notes a problem with the value at the path. */
export function report(reader: Reader, path: Path, message: string): undefined {
  reader.problems.push({ file: reader.source.file, ...reader.source.at(path), message })
}

/** Notes a problem with the key at the path. */
export function reportKey(reader: Reader, path: Path, message: string): undefined {
  reader.problems.push({ file: reader.source.file, ...reader.source.atKey(path), message })
}

/** The value when it fits the schema; else its problems are noted. */
export function accept<Schema extends z.core.$ZodType>(
  reader: Reader,
  schema: Schema,
  value: unknown,
  path: Path,
): z.core.output<Schema> | undefined {
  const checked = check(reader.source, schema, value, path)
  reader.problems.push(...checked.problems)
  return checked.value
}

/** Notes a word that is none of the known ones; nothing is checked when they are not known. */
export function expectKnown(
  reader: Reader,
  what: string,
  word: string,
  known: ReadonlySet<string> | undefined,
  path: Path,
): void {
  if (known && !known.has(word)) report(reader, path, `unknown ${what} "${word}"${hint(word, known)}`)
}

/** Takes an id for a step; the second use of one is a problem. */
export function claimId(reader: Reader, id: string, path: Path): string {
  const first = reader.ids.get(id)
  if (first) {
    const { line } = reader.source.at(first)
    report(reader, path, `the id "${id}" is already that of the step in line ${line}; give this one another`)
  } else reader.ids.set(id, path)
  return id
}

export const isBlock = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

/** Takes the keys of constructs that are planned but not built, with a clear word for each. */
export function withoutUnsupported(
  reader: Reader,
  raw: Readonly<Record<string, unknown>>,
  path: Path,
  words: ReadonlySet<string>,
): Readonly<Record<string, unknown>> {
  const kept = Object.entries(raw).filter(([key]) => {
    if (!words.has(key)) return true
    reportKey(reader, [...path, key], `"${key}" is not supported yet`)
    return false
  })
  return Object.fromEntries(kept)
}
