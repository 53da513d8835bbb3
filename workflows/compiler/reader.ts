/** What the compiler knows of the rest of the product, and a reader that collects everything wrong with a file. */
import type * as z from 'zod/mini'
import type { Settings } from '../../domain/settings.ts'
import { stepIdPattern } from './language-words.ts'
import type { Problem } from './problem.ts'
import { check, type Path, type Source } from './source.ts'
import { hint } from './suggest.ts'

/** The topics that each form asks for, by form and by ad form (`<source> <form id>`). */
export interface Asked {
  readonly forms: ReadonlyMap<string, ReadonlySet<string>>
  readonly adForms: ReadonlyMap<string, ReadonlySet<string>>
}

/** What a sequence may name. What is left out is not checked. */
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
  readonly settings?: Settings
  readonly asked?: Asked
  /** What is wrong with the Liquid of a subject. */
  readonly checkSubject?: (text: string) => readonly string[]
}

/** A step that an event names, and the list that the ids of all its rounds go into. */
export interface Reference {
  readonly path: Path
  readonly step: string
  readonly into: string[]
}

export interface Reader {
  readonly source: Source
  readonly context: CompileContext
  readonly problems: Problem[]
  /** Ids of the steps so far, with where they were given. */
  readonly ids: Map<string, Path>
  /** Ids of the emails among them, and of the messages to our own people. */
  readonly sends: Set<string>
  readonly notices: Set<string>
  /** The ids that a step of a repeat has in its rounds, by the id in the file. */
  readonly rounds: Map<string, string[]>
  /** Steps that events name; looked up when all are known. */
  readonly references: Reference[]
  /** Steps that triggers name: those of other sequences. */
  readonly outside: { readonly path: Path; readonly step: string }[]
  readonly counters: Map<string, number>
}

export const newReader = (source: Source, context: CompileContext): Reader => ({
  source,
  context,
  problems: [],
  ids: new Map(),
  sends: new Set(),
  notices: new Set(),
  rounds: new Map(),
  references: [],
  outside: [],
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

/** Notes what is allowed but hardly meant. */
export function warn(reader: Reader, path: Path, message: string): void {
  reader.problems.push({ file: reader.source.file, ...reader.source.at(path), message, severity: 'warning' })
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

/** `end`, `end-2` …: steps without an id are named by their order. */
export function count(reader: Reader, word: string): string {
  const number = (reader.counters.get(word) ?? 0) + 1
  reader.counters.set(word, number)
  return number === 1 ? word : `${word}-${number}`
}

/** Takes an id for a step; the second use of one is a problem. In later rounds of a repeat it gets their number. */
export function claimId(reader: Reader, id: string, path: Path): string {
  const rounds = reader.rounds.get(id)
  const first = reader.ids.get(id)
  const isAgain = rounds !== undefined && first !== undefined && String(first) === String(path)
  if (!isAgain) {
    reader.rounds.set(id, [id])
    return takeId(reader, id, path)
  }
  const own = `${id}-${rounds.length + 1}`
  rounds.push(own)
  if (!stepIdPattern.test(own)) report(reader, path, `the id "${id}" is too long for a step that is repeated`)
  return takeId(reader, own, path)
}

/** Takes an id as it is. */
export function takeId(reader: Reader, id: string, path: Path): string {
  const first = reader.ids.get(id)
  if (first) {
    const { line } = reader.source.at(first)
    report(reader, path, `the id "${id}" is already that of the step in line ${line}; give this one another`)
  } else reader.ids.set(id, path)
  return id
}

export const isBlock = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
