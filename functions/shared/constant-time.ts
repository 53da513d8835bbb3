/** Secrets compared in constant time. */
import { createHash, timingSafeEqual } from 'node:crypto'

/** `timingSafeEqual` throws on unequal lengths and would tell them; digests are always of one length. */
const sameText = (given: string, right: string): boolean =>
  timingSafeEqual(createHash('sha256').update(given).digest(), createHash('sha256').update(right).digest())

/** The values of a secret that is being rotated, separated by blanks. */
export const rotated = (secret: string | undefined): readonly string[] =>
  (secret ?? '').split(/\s+/).filter((value) => value !== '')

/** True when one of the values is the one given; all are compared. */
export const oneOf = (given: string, values: readonly string[]): boolean =>
  values.map((value) => sameText(given, value)).includes(true)
