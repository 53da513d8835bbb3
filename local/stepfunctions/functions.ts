/** The JSONata functions that Step Functions adds, takes away or ties to its own clock. */
import { createHash } from 'node:crypto'
import jsonata from 'jsonata'

/** What the functions need from outside: the time and random bits. */
export interface Sources {
  now(): number
  randomBytes(n: number): Uint8Array
}

const algorithms: Record<string, string> = {
  MD5: 'md5',
  'SHA-1': 'sha1',
  'SHA-256': 'sha256',
  'SHA-384': 'sha384',
  'SHA-512': 'sha512',
}

/** A JSONata sequence: one of a single member is that member, as recorded of `$range(1, 9, 9)`. */
function sequence(values: unknown[]): unknown[] {
  return Object.defineProperty(values, 'sequence', { value: true, enumerable: false })
}

function partition(list: unknown, size: number): unknown {
  if (list === undefined) return undefined
  if (!Number.isInteger(size) || size < 1) throw new Error('$partition expects a chunk size of 1 or more')
  const values = Array.isArray(list) ? list : [list]
  const chunks: unknown[] = []
  for (let i = 0; i < values.length; i += size) chunks.push(values.slice(i, i + size))
  return chunks
}

function range(first: number, last: number, step = 1): unknown {
  if (step === 0) throw new Error('$range expects a step other than 0')
  if (Math.abs((last - first) / step) >= 1000) throw new Error('$range makes at most 1000 values')
  const values: number[] = []
  for (let v = first; step > 0 ? v <= last : v >= last; v += step) values.push(v)
  return sequence(values)
}

function hash(text: string, algorithm: string): string {
  const known = algorithms[algorithm]
  if (known === undefined) throw new Error(`$hash does not know the algorithm '${algorithm}'`)
  return createHash(known).update(text, 'utf8').digest('hex')
}

function parse(text: string | undefined): unknown {
  return text === undefined ? undefined : JSON.parse(text)
}

/** A number from 0 up to, but not, 1. The same seed gives the same number. */
function fraction(bytes: Uint8Array): number {
  return (((bytes[0] ?? 0) << 16) | ((bytes[1] ?? 0) << 8) | (bytes[2] ?? 0)) / 0x1000000
}

/** A version 4 UUID of the given 16 random bytes. */
export function uuid(random: Uint8Array): string {
  const bytes = Buffer.from(random)
  bytes[6] = ((bytes[6] ?? 0) & 0x0f) | 0x40
  bytes[8] = ((bytes[8] ?? 0) & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20, 32)}`
}

const format = jsonata('$fromMillis(at, picture, timezone)')

/** Every function to bind, by name. `$eval` is bound to nothing: Step Functions has none. */
export function builtins(sources: Sources): Record<string, unknown> {
  return {
    partition,
    range,
    hash,
    parse,
    random: (seed?: unknown) =>
      fraction(
        seed === undefined
          ? sources.randomBytes(3)
          : createHash('sha256').update(JSON.stringify(seed)).digest(),
      ),
    uuid: () => uuid(sources.randomBytes(16)),
    millis: () => sources.now(),
    now: (picture?: string, timezone?: string) => format.evaluate({ at: sources.now(), picture, timezone }),
    eval: undefined,
  }
}
