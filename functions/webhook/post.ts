/** One POST to another system: to a public address only, no redirects, within seconds, and a short answer. */
import { type ClientRequest, type IncomingMessage, request as plainRequest } from 'node:http'
import { request as tlsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import type { Answer, Call } from './ports.ts'
import { type Address, type Resolve, resolveAll, type Target, targetOf } from './target.ts'

export interface PostOptions {
  readonly now: () => number
  readonly allowLoopback: () => boolean
  readonly resolve?: Resolve
  /** Milliseconds for the whole of it. */
  readonly within?: number
}

const usualLimit = 5000
/** More of an answer than this is not read. */
const maxAnswer = 64 * 1024
/** Refusals that will pass. */
const passing = new Set([408, 409, 425, 429])

type Found = Extract<Target, { is: 'found' }>
type Head = { readonly status: number; readonly retryAfter: string | undefined }

/** Whatever is asked for, this is where it is. */
const pinned =
  ({ address, family }: Address): LookupFunction =>
  (_host, options, found) =>
    options.all ? found(null, [{ address, family }]) : found(null, address, family)

/** Reads what comes, but no more than a little. */
const drained = (response: IncomingMessage, request: ClientRequest, done: () => void): void => {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > maxAnswer) request.destroy()
  })
  response.on('close', done)
  response.on('error', done)
}

/** The head of the answer, or why there was none. */
const ask = ({ url, address }: Found, call: Call, limit: AbortSignal): Promise<Head | string> =>
  new Promise((resolve) => {
    let head: Head | undefined
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
      method: 'POST',
      headers: { ...call.headers, 'content-length': Buffer.byteLength(call.body) },
      agent: false,
      lookup: pinned(address),
      signal: limit,
    })
    const end = (why: string): void => resolve(head ?? (limit.aborted ? 'it did not answer in time' : why))
    request.on('error', ({ name, code = name }: NodeJS.ErrnoException) =>
      end(`it could not be reached (${code})`),
    )
    request.on('response', (response) => {
      head = { status: response.statusCode ?? 0, retryAfter: response.headers['retry-after'] }
      drained(response, request, () => end(''))
    })
    request.end(call.body)
  })

/** `Retry-After` in seconds or as a date, at most a day ahead. */
const notBeforeOf = (text: string | undefined, now: number): { readonly notBefore?: number } => {
  if (text === undefined) return {}
  const at = /^\d+$/.test(text) ? now + Number(text) * 1000 : Date.parse(text)
  return Number.isNaN(at) || at <= now ? {} : { notBefore: Math.min(at, now + 86_400_000) }
}

const answerOf = ({ status, retryAfter }: Head, now: number): Answer => {
  if (status >= 200 && status < 300) return { is: 'taken', status }
  const detail = `it answered ${status}`
  if (status >= 400 && status < 500 && !passing.has(status)) return { is: 'refused', detail }
  const redirects = status >= 300 && status < 400 ? '; redirects are not followed' : ''
  return { is: 'later', detail: detail + redirects, ...notBeforeOf(retryAfter, now) }
}

const endOf = (limit: AbortSignal): Promise<Target> =>
  new Promise((resolve) => {
    const late: Target = { is: 'unknown', detail: 'its name was not resolved in time' }
    limit.addEventListener('abort', () => resolve(late), { once: true })
  })

/** What posts. */
export const poster =
  ({ now, allowLoopback, resolve = resolveAll, within = usualLimit }: PostOptions) =>
  async (call: Call): Promise<Answer> => {
    const limit = AbortSignal.timeout(within)
    const found = targetOf(call.url, { resolve, allowLoopback: allowLoopback() })
    const target = await Promise.race([found, endOf(limit)])
    if (target.is === 'refused') return target
    if (target.is === 'unknown') return { is: 'later', detail: target.detail }
    const head = await ask(target, call, limit)
    return typeof head === 'string' ? { is: 'later', detail: head } : answerOf(head, now())
  }
