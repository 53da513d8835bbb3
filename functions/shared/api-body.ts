/** Bodies of `/v1`: JSON against a schema, every misfit with its path. */
import * as z from 'zod/mini'
import { cleanText } from './clean-text.ts'
import { requireJson } from './content-type.ts'
import type { Request } from './http.ts'
import { strictJson } from './json-body.ts'
import { type FieldError, Problem } from './problem.ts'

/** zod/mini carries no texts of its own; what it expected says enough. */
const messageOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return `unknown: ${issue.keys.join(', ')}`
  if (issue.message !== 'Invalid input') return issue.message
  return 'expected' in issue ? `expected ${String(issue.expected)}` : 'does not fit'
}

const issues = (error: z.core.$ZodError): FieldError[] =>
  error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: messageOf(issue) }))

/** The value, or its misfits. */
export const read = <Schema extends z.core.$ZodType>(
  schema: Schema,
  value: unknown,
):
  | { readonly ok: true; readonly data: z.output<Schema> }
  | { readonly ok: false; readonly errors: FieldError[] } => {
  const result = z.safeParse(schema, value)
  return result.success ? { ok: true, data: result.data } : { ok: false, errors: issues(result.error) }
}

/** The body of a request, or 413, 415, 400, 422. */
export const readBody = <Schema extends z.core.$ZodType>(
  schema: Schema,
  request: Request,
): z.output<Schema> => {
  requireJson(request)
  const result = read(schema, strictJson(request.body))
  if (!result.ok) throw new Problem(422, 'The body does not fit the schema.', result.errors)
  return result.data
}

/** A text, cleaned, of at most so many characters. */
export const textSchema = (max: number) =>
  z.pipe(z.string().check(z.maxLength(max, `at most ${max} characters`)), z.transform(cleanText))

/** A text, or a number or flag written as one: ids come as numbers. */
export const valueSchema = z.pipe(
  z.union([z.string(), z.number(), z.boolean()]),
  z.transform((value) => cleanText(String(value))),
)

/** An instant with its zone, as milliseconds. */
export const instantSchema = z.pipe(
  z.iso.datetime({ offset: true, error: 'write an instant like 2026-11-21T09:00:00Z' }),
  z.transform((text) => Date.parse(text)),
)
