/** JSON with expressions in it (Arguments, Output, Assign …), prepared once per definition. */
import { compile, type Expression, evaluate, isExpression, type Scope, wrongType } from './expression.ts'

export type Template =
  | { readonly kind: 'value'; readonly value: unknown }
  | { readonly kind: 'expression'; readonly expression: Expression; readonly location: string }
  | { readonly kind: 'list'; readonly items: readonly Template[] }
  | { readonly kind: 'object'; readonly fields: readonly (readonly [string, Template])[] }

type Functions = Readonly<Record<string, unknown>>

const isConstant = (template: Template): boolean => template.kind === 'value'

/** Prepares `value`, which stands in the field `location`. Throws JSONata's error on bad syntax. */
export function prepare(value: unknown, location: string, functions: Functions): Template {
  if (typeof value === 'string' && isExpression(value))
    return { kind: 'expression', expression: compile(value, functions), location }
  if (Array.isArray(value)) {
    const items = value.map((item, i) => prepare(item, `${location}[${i}]`, functions))
    return items.every(isConstant) ? { kind: 'value', value } : { kind: 'list', items }
  }
  if (typeof value === 'object' && value !== null) {
    const fields = Object.entries(value).map(
      ([key, field]) => [key, prepare(field, `${location}/${key}`, functions)] as const,
    )
    return fields.every(([, field]) => isConstant(field))
      ? { kind: 'value', value }
      : { kind: 'object', fields }
  }
  return { kind: 'value', value }
}

/** Fills a template in. Throws EvaluationFault. */
export async function fill(template: Template, scope: Scope): Promise<unknown> {
  switch (template.kind) {
    case 'value':
      return template.value
    case 'expression':
      return evaluate(template.expression, scope, template.location)
    case 'list': {
      const list: unknown[] = []
      for (const item of template.items) list.push(await fill(item, scope))
      return list
    }
    case 'object': {
      const filled: Record<string, unknown> = {}
      for (const [key, field] of template.fields) filled[key] = await fill(field, scope)
      return filled
    }
  }
}

/** Fills in a field that must be of one type. Throws EvaluationFault in the recorded wording. */
export async function fillTyped<T>(
  template: Template,
  scope: Scope,
  expected: string,
  accept: (value: unknown) => value is T,
): Promise<T> {
  const value = await fill(template, scope)
  if (accept(value)) return value
  const [source, location] =
    template.kind === 'expression' ? [template.expression.source, template.location] : ['', '']
  throw wrongType(source, location, expected, value)
}

export const isNumber = (value: unknown): value is number => typeof value === 'number'
export const isString = (value: unknown): value is string => typeof value === 'string'
export const isBoolean = (value: unknown): value is boolean => typeof value === 'boolean'
export const isList = (value: unknown): value is unknown[] => Array.isArray(value)
