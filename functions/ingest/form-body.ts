/** The body of a form post, whichever of the three ways it was written, as names with lists of values. */

import { cleanText } from '../shared/clean-text.ts'
import { checkSize, contentTypeOf } from '../shared/content-type.ts'
import type { Request } from '../shared/http.ts'
import { strictJson, utf8Of } from '../shared/json-body.ts'
import { isHarmlessName } from '../shared/lossless-json.ts'
import { Problem } from '../shared/problem.ts'
import { multipartPairs } from './multipart.ts'

/** Names in the order they came; lists stay lists. */
export type FormValues = ReadonlyMap<string, readonly string[]>

const maxNames = 200
const collect = (pairs: Iterable<readonly [string, string]>): FormValues => {
  const values = new Map<string, string[]>()
  for (const [given, value] of pairs) {
    const name = cleanText(given)
    if (name === '' || !isHarmlessName(name)) continue
    const list = values.get(name) ?? []
    list.push(cleanText(value))
    values.set(name, list)
  }
  if (values.size > maxNames) throw new Problem(422, `A form has at most ${maxNames} fields.`)
  return values
}

const decode = (text: string): string => {
  try {
    return decodeURIComponent(text.replaceAll('+', ' '))
  } catch {
    throw new Problem(400, 'The body is not urlencoded UTF-8.')
  }
}

const urlencodedPairs = (body: Uint8Array): [string, string][] =>
  utf8Of(body)
    .split('&')
    .filter((pair) => pair !== '')
    .map((pair) => {
      const cut = pair.indexOf('=')
      return cut < 0 ? [decode(pair), ''] : [decode(pair.slice(0, cut)), decode(pair.slice(cut + 1))]
    })

/** Objects become dotted names, such as `company.name`; lists repeat their name. */
const jsonPairs = (name: string, value: unknown): [string, string][] => {
  if (value === null || value === undefined) return []
  if (Array.isArray(value)) return value.flatMap((item) => jsonPairs(name, item))
  if (typeof value !== 'object') return [[name, String(value)]]
  const prefix = name === '' ? '' : `${name}.`
  return Object.entries(value).flatMap(([key, inner]) => jsonPairs(`${prefix}${key}`, inner))
}

const jsonValues = (body: Uint8Array): FormValues => {
  const value = strictJson(body)
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem(422, 'A form is a JSON object of its fields.')
  return collect(jsonPairs('', value))
}

/** The values of a form post: 413 too large, 415 another type, 400 broken. */
export const formValues = (request: Request): FormValues => {
  checkSize(request)
  const { type, boundary } = contentTypeOf(request)
  if (type === 'application/json') return jsonValues(request.body)
  if (type === 'application/x-www-form-urlencoded') return collect(urlencodedPairs(request.body))
  if (type === 'multipart/form-data') return collect(multipartPairs(request.body, boundary))
  throw new Problem(415, 'Send application/json, application/x-www-form-urlencoded or multipart/form-data.')
}
