/** JSONata as Step Functions runs it: compiled once, evaluated against `$states` and the variables. */
import jsonata from 'jsonata'
import { EvaluationFault } from './failures.ts'

/** What an expression can see. `states` may have getters: only what is asked for is built. */
export interface Scope {
  readonly states: Readonly<Record<string, unknown>>
  readonly variables: Readonly<Record<string, unknown>>
}

export interface Expression {
  /** The text between the braces, trimmed, as error messages quote it. */
  readonly source: string
  /** The value, or undefined for nothing. Throws what JSONata throws. */
  run(scope: Scope): unknown
}

/** A string is an expression only if the marks are its very first and last characters. */
export function isExpression(text: string): boolean {
  return text.startsWith('{%') && text.endsWith('%}') && text.length >= 4
}

const plainPath = /^\$([A-Za-z_]\w*)((?:\.[A-Za-z_]\w*)*)$/

/** Marks a path that met something a plain walk does not settle. */
const unsettled = Symbol('unsettled')

/** Follows a path through plain objects. An array or nothing on the way is left to JSONata, which maps over it. */
function walk(start: unknown, steps: readonly string[]): unknown {
  let value = start
  for (const step of steps) {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) return unsettled
    value = (value as Record<string, unknown>)[step]
  }
  return value
}

function lookUp(scope: Scope, name: string): unknown {
  if (name === 'states') return scope.states
  return Object.hasOwn(scope.variables, name) ? scope.variables[name] : unsettled
}

/** Compiles `{% … %}`. Throws JSONata's own error on bad syntax. */
export function compile(text: string, functions: Readonly<Record<string, unknown>>): Expression {
  const source = text.slice(2, -2).trim()
  const full = jsonata(source)
  for (const [name, value] of Object.entries(functions)) full.assign(name, value)
  const evaluate = (scope: Scope): unknown =>
    full.evaluate(undefined, { ...scope.variables, states: scope.states })
  const path = plainPath.exec(source)
  if (path === null) return { source, run: evaluate }
  const [, name = '', rest = ''] = path
  const steps = rest === '' ? [] : rest.slice(1).split('.')
  const run = (scope: Scope): unknown => {
    const start = lookUp(scope, name)
    const found = start === unsettled ? unsettled : walk(start, steps)
    return found === unsettled ? evaluate(scope) : found
  }
  return { source, run }
}

function reason(error: unknown): string {
  if (typeof error !== 'object' || error === null) return String(error)
  const { code, message } = error as { code?: unknown; message?: unknown }
  return typeof code === 'string' ? `${code}: ${String(message)}` : String(message)
}

/** The value of an expression standing in the field `location`. Throws EvaluationFault if it throws or gives nothing. */
export async function evaluate(expression: Expression, scope: Scope, location: string): Promise<unknown> {
  const quoted = `The JSONata expression '${expression.source}' specified for the field '${location}'`
  let value: unknown
  try {
    value = await expression.run(scope)
  } catch (error) {
    throw new EvaluationFault(`${quoted} threw an error during evaluation. ${reason(error)}`, location)
  }
  if (value === undefined) throw new EvaluationFault(`${quoted} returned nothing (undefined).`, location)
  return value
}

/** The name of a JSON value's type, as error messages give it. */
export function typeName(value: unknown): string {
  if (value === null) return 'null'
  return Array.isArray(value) ? 'array' : typeof value
}

/** Throws the recorded wording for a value of the wrong type. */
export function wrongType(
  source: string,
  location: string,
  expected: string,
  value: unknown,
): EvaluationFault {
  const found = `Expected '${expected}', but was '${typeName(value)}' for value: ${JSON.stringify(value)}`
  return new EvaluationFault(
    `The JSONata expression '${source}' specified for the field '${location}' returned an unexpected result type. ${found}`,
    location,
  )
}
