/** What a body says it is. */
import type { Request } from './http.ts'
import { Problem } from './problem.ts'

export interface ContentType {
  /** In lower case, without parameters. */
  readonly type: string
  readonly boundary?: string
}

const parameter = /;\s*boundary=(?:"([^"]{1,100})"|([^\s;"]{1,100}))/i

export const contentTypeOf = (request: Request): ContentType => {
  const header = request.headers['content-type'] ?? ''
  const found = parameter.exec(header)
  const boundary = found?.[1] ?? found?.[2]
  return {
    type: header.split(';', 1)[0]?.trim().toLowerCase() ?? '',
    ...(boundary !== undefined && { boundary }),
  }
}

/** contracts: surface, head: forms and `/v1` take 64 KB, uncompressed. */
const maxBytes = 64 * 1024

/** Refuses what is too large or compressed before anything reads it. */
export const checkSize = (request: Request): void => {
  if (request.body.length > maxBytes) throw new Problem(413, 'The body has at most 64 KB.')
  const encoding = request.headers['content-encoding']
  if (encoding !== undefined && encoding !== '' && encoding.toLowerCase() !== 'identity')
    throw new Problem(415, 'Send the body without a content encoding.')
}

/** The value of a JSON request, or 413, 415. */
export const requireJson = (request: Request): void => {
  checkSize(request)
  if (contentTypeOf(request).type !== 'application/json') throw new Problem(415, 'Send application/json.')
}
