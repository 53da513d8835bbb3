/** Query parameters, taken strictly: what is not known or does not fit is a 400, never a wider answer. */
import { placeOf } from '../shared/cursor.ts'
import { type FieldError, Problem } from '../shared/problem.ts'

export type Params = ReadonlyMap<string, string>

const refuse = (path: string, message: string): Problem =>
  new Problem(400, 'These query parameters are not supported.', [{ path, message }])

/** The parameters, each known, there once and not empty. */
export const readParams = (query: URLSearchParams, known: readonly string[]): Params => {
  const params = new Map<string, string>()
  const errors: FieldError[] = []
  for (const [name, value] of query) {
    if (!known.includes(name))
      errors.push({ path: name, message: `unknown parameter; known are: ${known.join(', ')}` })
    else if (params.has(name)) errors.push({ path: name, message: 'give it once' })
    else if (value === '') errors.push({ path: name, message: 'give a value' })
    params.set(name, value)
  }
  if (errors.length > 0) throw new Problem(400, 'These query parameters are not supported.', errors)
  return params
}

/** One of a closed list, if it is there. */
export const readWord = <Word extends string>(
  params: Params,
  name: string,
  words: readonly Word[],
): Word | undefined => {
  const value = params.get(name)
  const found = words.find((word) => word === value)
  if (value !== undefined && found === undefined) throw refuse(name, `one of: ${words.join(', ')}`)
  return found
}

const maxLimit = 100
const defaultLimit = 25

export const readLimit = (params: Params): number => {
  const text = params.get('limit') ?? String(defaultLimit)
  const limit = /^\d{1,3}$/.test(text) ? Number(text) : 0
  if (limit < 1 || limit > maxLimit) throw refuse('limit', `a number from 1 to ${maxLimit}`)
  return limit
}

export const readCursor = (params: Params): string | undefined => {
  const cursor = params.get('cursor')
  if (cursor === undefined) return undefined
  const before = placeOf(cursor)
  if (before === undefined) throw refuse('cursor', 'take the cursor of an earlier answer')
  return before
}
