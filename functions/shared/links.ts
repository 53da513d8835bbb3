/**
 * Signed links: `v1.<kid>.<payload>.<mac>`, ids only, never an address. Purpose and expiry lie inside the MAC,
 * so that a token for one thing is refused for another. Keys rotate: the first signs, all verify.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Secrets } from './ports.ts'

export type Purpose = 'unsubscribe' | 'handoff' | 'task'

/** `TENDRIL_LINK_KEYS`: `kid:key kid:key …`, the current one first. */
const keysOf = async (secrets: Secrets): Promise<readonly { kid: string; key: string }[]> => {
  const text = await secrets.get('TENDRIL_LINK_KEYS')
  const keys = (text ?? '').split(/\s+/).flatMap((pair) => {
    const cut = pair.indexOf(':')
    return cut > 0 ? [{ kid: pair.slice(0, cut), key: pair.slice(cut + 1) }] : []
  })
  if (keys.length === 0) throw new Error('TENDRIL_LINK_KEYS is not set: links in mails cannot be signed.')
  return keys
}

const macOf = (key: string, text: string): Buffer =>
  createHmac('sha256', key).update(text).digest().subarray(0, 16)

/** Signs `parts` (ids without blanks) for one purpose; `expires` in seconds since 1970. */
export const signLink = async (
  secrets: Secrets,
  purpose: Purpose,
  parts: readonly string[],
  expires?: number,
): Promise<string> => {
  const [current] = await keysOf(secrets)
  if (current === undefined) throw new Error('unreachable: keysOf answers at least one key')
  const payload = Buffer.from([purpose, expires ?? 0, ...parts].join(' ')).toString('base64url')
  const head = `v1.${current.kid}.${payload}`
  return `${head}.${macOf(current.key, head).toString('base64url')}`
}

/** The parts of a token that was signed for `purpose` and has not expired, else undefined. */
export const readLink = async (
  secrets: Secrets,
  purpose: Purpose,
  token: string,
  now: number,
): Promise<readonly string[] | undefined> => {
  const [version, kid, payload, mac, ...rest] = token.split('.')
  if (version !== 'v1' || payload === undefined || mac === undefined || rest.length > 0) return undefined
  const key = (await keysOf(secrets)).find((known) => known.kid === kid)
  if (key === undefined) return undefined
  const [given, right] = [Buffer.from(mac, 'base64url'), macOf(key.key, `v1.${kid}.${payload}`)]
  // Only the canonical spelling counts: base64url ignores the last bits of its last character.
  if (given.length !== right.length || !timingSafeEqual(given, right) || given.toString('base64url') !== mac)
    return undefined
  const [stated, expires, ...parts] = Buffer.from(payload, 'base64url').toString('utf8').split(' ')
  if (stated !== purpose) return undefined
  return Number(expires) !== 0 && Number(expires) * 1000 < now ? undefined : parts
}
