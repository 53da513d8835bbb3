/** Signatures and secrets, compared in constant time. */
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

export const hmacHex = (secret: string, ...parts: readonly (string | Uint8Array)[]): string => {
  const hmac = createHmac('sha256', secret)
  for (const part of parts) hmac.update(part)
  return hmac.digest('hex')
}

/** `timingSafeEqual` throws on unequal lengths and would tell them; digests are always of one length. */
export const sameText = (given: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(right).digest())

/** The values of a secret that is being rotated, separated by blanks. */
export const rotated = (secret: string | undefined): readonly string[] =>
  (secret ?? '').split(/\s+/).filter((value) => value !== '')

/** True when one of the values is the one given; all are compared. */
export const oneOf = (given: string, values: readonly string[]): boolean =>
  values.map((value) => sameText(given, value)).includes(true)

/** A short fingerprint of bytes, the same for a repeated delivery. */
export const fingerprint = (bytes: Uint8Array): string =>
  createHash('sha256').update(bytes).digest('hex').slice(0, 32)
