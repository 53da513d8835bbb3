/** Words for what a schema found: what stands there, what is allowed, and what was probably meant. */
import type * as z from 'zod/mini'
import { hint } from './suggest.ts'

export type PathPart = string | number

export interface Found {
  readonly path: readonly PathPart[]
  /** The problem is the key, not its value. */
  readonly onKey: boolean
  readonly message: string
}

type Issue = z.core.$ZodIssue

const names: Readonly<Record<string, string>> = {
  object: 'a block of keys',
  record: 'a block of keys',
  array: 'a list',
  string: 'a text',
  number: 'a number',
  int: 'a whole number',
  boolean: 'true or false',
  date: 'a date',
  null: 'nothing',
}

/** How a value is shown in a message. */
export function shown(value: unknown): string {
  if (value === undefined || value === null) return 'nothing'
  if (typeof value === 'string') return `"${value.length > 60 ? `${value.slice(0, 59)}…` : value}"`
  if (Array.isArray(value)) return 'a list'
  return typeof value === 'object' ? 'a block of keys' : String(value)
}

const pathOf = (issue: Issue): PathPart[] =>
  (issue.path ?? []).map((part) => (typeof part === 'number' ? part : String(part)))

function valueAt(value: unknown, path: readonly PathPart[]): unknown {
  let current = value
  for (const part of path) {
    if (typeof current !== 'object' || current === null) return undefined
    current = (current as Record<string, unknown>)[String(part)]
  }
  return current
}

/** The schema below wrappers such as optional and lazy. */
function bare(schema: z.core.$ZodType | undefined): z.core.$ZodType | undefined {
  let current = schema
  for (;;) {
    const def = current?._zod.def as
      | { innerType?: z.core.$ZodType; getter?: () => z.core.$ZodType }
      | undefined
    const inner = def?.innerType ?? def?.getter?.()
    if (!inner) return current
    current = inner
  }
}

interface Shape {
  readonly shape?: Readonly<Record<string, z.core.$ZodType>>
  readonly element?: z.core.$ZodType
  readonly valueType?: z.core.$ZodType
  readonly options?: readonly z.core.$ZodType[]
}

const defOf = (schema: z.core.$ZodType | undefined): Shape => (bare(schema)?._zod.def ?? {}) as Shape

function keysAt(schema: z.core.$ZodType, path: readonly PathPart[]): readonly string[] {
  let level = optionsOf(schema)
  for (const part of path) {
    level = level.flatMap((one) => {
      const def = defOf(one)
      const below = def.shape?.[String(part)] ?? def.element ?? def.valueType
      return below ? optionsOf(below) : []
    })
  }
  return [...new Set(level.flatMap((one) => Object.keys(defOf(one).shape ?? {})))]
}

function optionsOf(schema: z.core.$ZodType): readonly z.core.$ZodType[] {
  const { options } = defOf(schema)
  return options ? options.flatMap(optionsOf) : [schema]
}

const quoted = (values: readonly unknown[]): string => values.map((value) => shown(value)).join(', ')

function unknownKeys(schema: z.core.$ZodType, issue: Issue & { keys: string[] }): Found[] {
  const path = pathOf(issue)
  const allowed = keysAt(schema, path)
  return issue.keys.map((key) => ({
    path: [...path, key],
    onKey: true,
    message: `unknown key "${key}"${hint(key, allowed)}`,
  }))
}

function badType(
  schema: z.core.$ZodType,
  issue: Issue & { expected: string },
  path: PathPart[],
  value: unknown,
): Found {
  const expected = names[issue.expected] ?? issue.expected
  const here = valueAt(value, path)
  const key = path.at(-1)
  if (here === undefined && typeof key === 'string') {
    const what = issue.expected === 'nonoptional' ? '' : `; expected ${expected}`
    return { path: path.slice(0, -1), onKey: false, message: `"${key}" is missing${what}` }
  }
  const keys = issue.expected === 'object' && key !== undefined ? keysAt(schema, path) : []
  const which = keys.length === 0 ? '' : ` (${keys.join(', ')})`
  return { path, onKey: false, message: `${label(path)}expected ${expected}${which}, found ${shown(here)}` }
}

function label(path: readonly PathPart[]): string {
  const key = path.findLast((part) => typeof part === 'string')
  return key === undefined ? '' : `${key}: `
}

function badValue(issue: Issue & { values: readonly unknown[] }, path: PathPart[], value: unknown): Found {
  const here = valueAt(value, path)
  const key = path.at(-1)
  if (here === undefined && typeof key === 'string') {
    return {
      path: path.slice(0, -1),
      onKey: false,
      message: `"${key}" is missing; allowed: ${quoted(issue.values)}`,
    }
  }
  const meant =
    typeof here === 'string' ? hint(here, issue.values.map(String)) : `; allowed: ${quoted(issue.values)}`
  return { path, onKey: false, message: `${label(path)}found ${shown(here)}${meant}` }
}

function badSize(issue: Issue, path: PathPart[], value: unknown): Found {
  const { minimum, maximum } = issue as { minimum?: unknown; maximum?: unknown }
  const bound = minimum === undefined ? `at most ${String(maximum)}` : `at least ${String(minimum)}`
  const here = valueAt(value, path)
  const what = typeof here === 'string' ? ' characters' : Array.isArray(here) ? ' entries' : ''
  return { path, onKey: false, message: `${label(path)}found ${shown(here)}; allowed: ${bound}${what}` }
}

function badUnion(schema: z.core.$ZodType, issue: Issue, value: unknown): Found[] {
  const path = pathOf(issue)
  const { errors } = issue as { errors?: readonly (readonly Issue[])[] }
  const isBlock = typeof valueAt(value, path) === 'object'
  const isWrongKind = (issues: readonly Issue[]): boolean =>
    issues.some(
      ({ code, path: inside }) =>
        inside.length === 0 && (code === 'invalid_type' || (code === 'invalid_value' && isBlock)),
    )
  const near = (errors ?? []).filter((issues) => issues.length > 0 && !isWrongKind(issues))
  const best = [...near].sort((left, right) => left.length - right.length)[0]
  if (best) {
    return describeIssues(
      schema,
      best.map((inner) => ({ ...inner, path: [...path, ...pathOf(inner)] }) as Issue),
      value,
    )
  }
  const kinds = (errors ?? []).flatMap((issues) =>
    issues.flatMap((inner) =>
      inner.code === 'invalid_type' ? [names[inner.expected] ?? inner.expected] : [],
    ),
  )
  const found = shown(valueAt(value, path))
  const expected = [...new Set(kinds)].join(' or ') || 'one of the allowed forms'
  return [{ path, onKey: false, message: `${label(path)}expected ${expected}, found ${found}` }]
}

function badKey(issue: Issue): Found {
  const path = pathOf(issue)
  const [inner] = (issue as { issues?: readonly Issue[] }).issues ?? []
  return { path, onKey: true, message: `found "${path.at(-1)}"; ${inner?.message ?? 'not allowed here'}` }
}

type Describe = (schema: z.core.$ZodType, issue: Issue, value: unknown) => Found[]

const byCode: Readonly<Record<string, Describe>> = {
  unrecognized_keys: (schema, issue) => unknownKeys(schema, issue as Issue & { keys: string[] }),
  invalid_type: (schema, issue, value) => [
    badType(schema, issue as Issue & { expected: string }, pathOf(issue), value),
  ],
  invalid_value: (_, issue, value) => [
    badValue(issue as Issue & { values: readonly unknown[] }, pathOf(issue), value),
  ],
  too_small: (_, issue, value) => [badSize(issue, pathOf(issue), value)],
  too_big: (_, issue, value) => [badSize(issue, pathOf(issue), value)],
  invalid_union: (schema, issue, value) => badUnion(schema, issue, value),
  invalid_key: (_, issue) => [badKey(issue)],
}

/** Turns the issues of a schema into messages with the path of what they are about. */
export function describeIssues(schema: z.core.$ZodType, issues: readonly Issue[], value: unknown): Found[] {
  return issues.flatMap((issue): Found[] => {
    const path = pathOf(issue)
    const here = shown(valueAt(value, path))
    if (issue.message !== 'Invalid input' && valueAt(value, path) !== undefined) {
      return [{ path, onKey: false, message: `${label(path)}found ${here}; ${issue.message}` }]
    }
    return (
      byCode[issue.code]?.(schema, issue, value) ?? [
        { path, onKey: false, message: `${label(path)}found ${here}, which is not allowed here` },
      ]
    )
  })
}
