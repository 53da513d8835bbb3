/** The few fields of a posted answer, urlencoded or JSON. */
import type { Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'

const maxBytes = 64 * 1024

const utf8Of = (body: Buffer): string => {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw new Problem(400, 'The body is not UTF-8.')
  }
}

const jsonFields = (text: string): URLSearchParams => {
  let value: unknown
  try {
    value = JSON.parse(text)
  } catch {
    throw new Problem(400, 'The body is not JSON.')
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value))
    throw new Problem(422, 'Send a JSON object with "action", and "reason" where it is needed.')
  const texts = Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string')
  return new URLSearchParams(texts)
}

/** The fields, or 400, 413, 415, 422. */
export const fieldsOf = (request: Request): URLSearchParams => {
  if (request.body.length > maxBytes) throw new Problem(413, 'The body has at most 64 KB.')
  const type = (request.headers['content-type'] ?? '').split(';', 1)[0]?.trim().toLowerCase()
  if (type === 'application/json') return jsonFields(utf8Of(request.body))
  if (type === 'application/x-www-form-urlencoded') return new URLSearchParams(utf8Of(request.body))
  throw new Problem(415, 'Send application/x-www-form-urlencoded or application/json.')
}
