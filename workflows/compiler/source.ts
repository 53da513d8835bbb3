/** Reads any of the marketer's YAML files: the value, checked by a schema, and where each part of it stands. */
import { isMap, isNode, isPair, LineCounter, type ParsedNode, parseDocument, type YAMLError } from 'yaml'
import * as z from 'zod/mini'
import type { Problem } from './problem.ts'
import { sortProblems } from './problem.ts'
import { describeIssues, type PathPart } from './schema-issues.ts'

export type Path = readonly PathPart[]

export interface Position {
  readonly line: number
  readonly column: number
}

/** A text that parsed: its plain value, and the place of every key and value in it. */
export interface Source {
  readonly file: string
  readonly raw: unknown
  /** Where the value at the path begins; the nearest enclosing value when there is none. */
  at(path: Path): Position
  /** Where the key at the path begins. */
  atKey(path: Path): Position
}

export type Parsed =
  | { readonly ok: true; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] }

export type Read<Value> =
  | { readonly ok: true; readonly value: Value; at(path: Path): Position; readonly source: Source }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** Parses the text only; a malformed one gives the parser's own positions. */
export function parseSource(file: string, text: string): Parsed {
  const lines = new LineCounter()
  const document = parseDocument(text, { lineCounter: lines, prettyErrors: false })
  const place = (offset: number): Position => {
    const { line, col } = lines.linePos(offset)
    return { line: Math.max(line, 1), column: Math.max(col, 1) }
  }
  const malformed = (error: YAMLError): Problem => ({
    file,
    ...place(error.pos[0]),
    message: `this is not valid YAML: ${error.message}`,
  })
  if (document.errors.length > 0) {
    return { ok: false, problems: sortProblems(document.errors.map(malformed)) }
  }
  const offset = (path: Path, key: boolean): number => offsetIn(document.contents, path, key)
  try {
    const raw: unknown = document.toJS()
    const at = (path: Path): Position => place(offset(path, false))
    return { ok: true, source: { file, raw, at, atKey: (path) => place(offset(path, true)) } }
  } catch (error) {
    const message = `this is not valid YAML: ${error instanceof Error ? error.message : String(error)}`
    return { ok: false, problems: [{ file, line: 1, column: 1, message }] }
  }
}

function offsetIn(root: ParsedNode | null, path: Path, wantsKey: boolean): number {
  let node: unknown = root
  let offset = root?.range[0] ?? 0
  for (const [index, part] of path.entries()) {
    const found = childOf(node, part)
    if (!found) return offset
    node = found.value
    const isLast = index === path.length - 1
    offset = startOf(isLast && wantsKey ? found.key : found.value) ?? startOf(found.key) ?? offset
  }
  return offset
}

function childOf(node: unknown, part: PathPart): { key: unknown; value: unknown } | undefined {
  if (isMap(node)) {
    const pair = node.items.find((item) => isPair(item) && String(keyOf(item.key)) === String(part))
    return pair && { key: pair.key, value: pair.value }
  }
  if (isNode(node) && 'items' in node && Array.isArray(node.items)) {
    const value: unknown = node.items[Number(part)]
    return value === undefined ? undefined : { key: value, value }
  }
  return undefined
}

const keyOf = (key: unknown): unknown =>
  isNode(key) && 'value' in key ? (key as { value: unknown }).value : key

const startOf = (node: unknown): number | undefined =>
  isNode(node) ? (node.range?.[0] ?? undefined) : undefined

/** Checks the part of a source at `path` against a schema; every problem is collected. */
export function check<Schema extends z.core.$ZodType>(
  source: Source,
  schema: Schema,
  value: unknown,
  path: Path = [],
): { readonly value?: z.core.output<Schema>; readonly problems: readonly Problem[] } {
  const result = z.safeParse(schema, value)
  if (result.success) return { value: result.data, problems: [] }
  const problems = describeIssues(schema, result.error.issues, value).map((found) => {
    const full = [...path, ...found.path]
    const position = found.onKey ? source.atKey(full) : source.at(full)
    return { file: source.file, ...position, message: found.message }
  })
  return { problems: sortProblems(problems) }
}

/** Parses and checks one file: its value with positions, or everything that is wrong with it. */
export function readYaml<Schema extends z.core.$ZodType>(
  file: string,
  text: string,
  schema: Schema,
): Read<z.core.output<Schema>> {
  const parsed = parseSource(file, text)
  if (!parsed.ok) return parsed
  const { source } = parsed
  const checked = check(source, schema, source.raw)
  if (checked.problems.length > 0) return { ok: false, problems: checked.problems }
  return {
    ok: true,
    value: checked.value as z.core.output<Schema>,
    at: (path) => source.at(path),
    source,
  }
}
