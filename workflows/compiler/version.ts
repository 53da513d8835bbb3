/** The version of a sequence is the hash of its content: comments and layout do not change it. */
import { createHash } from 'node:crypto'
import type { Sequence } from '../../domain/sequence.ts'

/** JSON with sorted keys. */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const entries = Object.entries(value).filter(([, entry]) => entry !== undefined)
  const sorted = entries.sort(([left], [right]) => (left < right ? -1 : 1))
  return `{${sorted.map(([key, entry]) => `${JSON.stringify(key)}:${canonicalJson(entry)}`).join(',')}}`
}

/** The first 12 hex digits of the content's SHA-256. */
export const versionOf = (content: Omit<Sequence, 'version'>): string =>
  createHash('sha256').update(canonicalJson(content)).digest('hex').slice(0, 12)
