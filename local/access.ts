/**
 * Who may use the console and the local routes: pages of this machine. They have no token, so a page of another site
 * must not reach them from the browser of whoever develops, by its own name (Host) or across sites (Origin).
 */
import type { IncomingHttpHeaders } from 'node:http'
import { Problem } from '../functions/shared/problem.ts'

const own: readonly string[] = ['localhost', '127.0.0.1', '[::1]']

const parse = (url: string): URL | undefined => (URL.canParse(url) ? new URL(url) : undefined)

const isOwnHost = (host: string, publicUrl: URL | undefined): boolean => {
  const named = /^[\w.-]+(?::\d+)?$|^\[[\da-f:]+\](?::\d+)?$/i.test(host)
    ? parse(`http://${host}`)
    : undefined
  return named !== undefined && (own.includes(named.hostname) || named.hostname === publicUrl?.hostname)
}

/** The page's own origin: the host and port that the request names, or those of the public URL. */
const isOwnOrigin = (origin: string, host: string, publicUrl: URL | undefined): boolean => {
  const from = parse(origin)
  if (from === undefined || !/^https?:$/.test(from.protocol)) return false
  return from.host === parse(`${from.protocol}//${host}`)?.host || from.host === publicUrl?.host
}

/** Throws 403 for a request of somebody else. */
export const requireOwnPage = (headers: IncomingHttpHeaders, publicUrl: string | undefined): void => {
  const known = publicUrl === undefined ? undefined : parse(publicUrl)
  const { host = '', origin } = headers
  if (!isOwnHost(host, known))
    throw new Problem(403, 'The console and the local routes answer to localhost and the public URL only.')
  if (origin !== undefined && !isOwnOrigin(origin, host, known))
    throw new Problem(403, 'The console and the local routes are not for pages of other sites.')
}
