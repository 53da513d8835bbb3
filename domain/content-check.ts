/** What is wrong with a marketer's file, and where: in words, with the path to the place. */
import type * as z from 'zod/mini'

export type PathPart = string | number

export interface Problem {
  readonly path: readonly PathPart[]
  readonly message: string
}

export type Checked<Value> =
  | { readonly ok: true; readonly value: Value }
  | { readonly ok: false; readonly problems: readonly Problem[] }

interface Issue {
  readonly code: string
  readonly path: readonly PropertyKey[]
  readonly message: string
  readonly [detail: string]: unknown
}

/** The parts of a schema that tell which keys a place may have. */
interface Shape {
  readonly _zod: {
    readonly def: {
      readonly type: string
      readonly shape?: Readonly<Record<string, Shape>>
      readonly innerType?: Shape
      readonly element?: Shape
      readonly valueType?: Shape
      readonly options?: readonly Shape[]
    }
  }
}

function step(shape: Shape, part: PathPart): readonly Shape[] {
  const def = shape._zod.def
  if (def.innerType) return step(def.innerType, part)
  if (def.options) return def.options.flatMap((option) => step(option, part))
  const child = def.shape ? def.shape[String(part)] : (def.element ?? def.valueType)
  return child ? [child] : []
}

function keysOf(shape: Shape): readonly string[] {
  const def = shape._zod.def
  if (def.innerType) return keysOf(def.innerType)
  if (def.options) return def.options.flatMap(keysOf)
  return def.shape ? Object.keys(def.shape) : []
}

const keysAt = (schema: Shape, path: readonly PathPart[]): readonly string[] =>
  path
    .reduce<readonly Shape[]>((shapes, part) => shapes.flatMap((s) => step(s, part)), [schema])
    .flatMap(keysOf)

const isSwap = (a: string, i: number, b: string, j: number): boolean =>
  i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]

const cell = (row: readonly number[], at: number): number => row[at] ?? 0

/** Edits between two words; two letters that changed places are one edit. */
function distance(a: string, b: string): number {
  let before: readonly number[] = []
  let row: readonly number[] = Array.from({ length: b.length + 1 }, (_, i) => i)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) {
      const other = cell(row, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      const swap = isSwap(a, i, b, j) ? cell(before, j - 2) + 1 : other
      next.push(Math.min(other, swap, cell(row, j) + 1, cell(next, j - 1) + 1))
    }
    before = row
    row = next
  }
  return cell(row, b.length)
}

/** The known word that was probably meant: at most a third of its letters differ. */
export function didYouMean(word: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, far: distance(word.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.far - b.far)
  const best = ranked[0]
  return best && best.far <= Math.max(1, Math.floor(best.candidate.length / 3)) ? best.candidate : undefined
}

/** "unknown stage "mqll"; did you mean "mql"?" */
export function unknownWord(what: string, word: string, known: readonly string[]): string {
  const meant = didYouMean(word, known)
  return meant === undefined
    ? `unknown ${what} "${word}"${known.length > 0 ? `; known: ${known.join(', ')}` : ''}`
    : `unknown ${what} "${word}"; did you mean "${meant}"?`
}

/** A problem and the file that it is in: `settings`, `scoring`, `routing` or `forms/<id>`. */
export interface FileProblem extends Problem {
  readonly file: string
}

/** What is wrong with a word of one file that another file has to know. */
export const unknownIn = (
  file: string,
  path: Problem['path'],
  what: string,
  word: string,
  known: readonly string[],
): readonly FileProblem[] =>
  known.includes(word) ? [] : [{ file, path, message: unknownWord(what, word, known) }]

const pathOf = (path: readonly PropertyKey[]): PathPart[] =>
  path.map((part) => (typeof part === 'number' ? part : String(part)))

function unionProblems(issue: Issue, schema: Shape): Problem[] {
  const branches = (issue['errors'] as readonly (readonly Issue[])[] | undefined) ?? []
  const base = pathOf(issue.path)
  const lifted = branches.map((issues) =>
    issues.flatMap((inner) => wordsOf({ ...inner, path: [...issue.path, ...inner.path] }, schema)),
  )
  const depth = (problems: readonly Problem[]) => Math.max(0, ...problems.map((p) => p.path.length))
  const best = lifted.sort((a, b) => depth(b) - depth(a) || a.length - b.length)[0]
  if (best && depth(best) > base.length) return best
  const said = [...new Set(lifted.flat().map((p) => p.message))]
  return [{ path: base, message: said.join(', or ') || 'does not fit any of the allowed forms' }]
}

const article: Readonly<Record<string, string>> = {
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  array: 'a list',
  object: 'a block of keys',
  record: 'a block of keys',
}

const simple: Readonly<Record<string, (issue: Issue) => string>> = {
  invalid_type: (issue) => `must be ${article[String(issue['expected'])] ?? String(issue['expected'])}`,
  invalid_value: (issue) => `must be ${(issue['values'] as readonly unknown[]).map(String).join(' or ')}`,
  too_small: (issue) => `must be at least ${String(issue['minimum'])}`,
  too_big: (issue) => `must be at most ${String(issue['maximum'])}`,
  invalid_key: (issue) => {
    const [why] = (issue['issues'] as readonly Issue[] | undefined) ?? []
    return `this key does not fit: ${why?.message ?? 'it must be another word'}`
  },
}

function wordsOf(issue: Issue, schema: Shape): Problem[] {
  const path = pathOf(issue.path)
  if (issue.code === 'unrecognized_keys') {
    const known = keysAt(schema, path)
    return (issue['keys'] as readonly string[]).map((key) => ({
      path: [...path, key],
      message: unknownWord('key', key, known),
    }))
  }
  if (issue.code === 'invalid_union') return unionProblems(issue, schema)
  const say = simple[issue.code]
  const own = issue.message !== '' && issue.message !== 'Invalid input'
  return [{ path, message: own || !say ? issue.message : say(issue) }]
}

function isMissing(raw: unknown, { path }: Problem): boolean {
  const at = path.reduce<unknown>(
    (value, part) =>
      typeof value === 'object' && value !== null ? (value as Record<PathPart, unknown>)[part] : undefined,
    raw,
  )
  return at === undefined
}

/** Reads a file's content by its schema. */
export function parseWith<Schema extends z.ZodMiniType>(
  schema: Schema,
  raw: unknown,
): Checked<z.output<Schema>> {
  const result = schema.safeParse(raw)
  if (result.success) return { ok: true, value: result.data }
  const shape = schema as unknown as Shape
  const problems = result.error.issues.flatMap((issue) => wordsOf(issue as unknown as Issue, shape))
  return {
    ok: false,
    problems: problems.map((p) =>
      isMissing(raw, p) ? { ...p, message: `"${p.path.at(-1)}" is missing` } : p,
    ),
  }
}

/** Reads, builds the checked model, then looks for what the schema cannot see. */
export function checkWith<Schema extends z.ZodMiniType, Model>(
  schema: Schema,
  raw: unknown,
  build: (file: z.output<Schema>) => Model,
  look: (model: Model) => readonly Problem[],
): Checked<Model> {
  const parsed = parseWith(schema, raw)
  if (!parsed.ok) return parsed
  const model = build(parsed.value)
  const problems = look(model)
  return problems.length > 0 ? { ok: false, problems } : { ok: true, value: model }
}
