/** Task tokens: opaque base64 text of the length AWS gives, unguessable, and recognised without a table of them. */
import { hash, timingSafeEqual } from 'node:crypto'

/** Bytes before encoding: 636 characters of base64. */
const size = 477
const signed = 32

export interface TokenOwner {
  readonly execution: number
  readonly frame: number
}

/** A keyed hash. The fixed length of what is signed leaves no room for an extension of it. */
function proof(secret: Uint8Array, body: Uint8Array): Buffer {
  return hash('sha256', Buffer.concat([secret, body]), 'buffer')
}

/** A new token of one attempt of a Task. `randomBytes` makes it unique and unguessable; `secret` signs it. */
export function makeToken(
  owner: TokenOwner,
  secret: Uint8Array,
  randomBytes: (n: number) => Uint8Array,
): string {
  const bytes = Buffer.alloc(size)
  bytes.writeUIntBE(owner.execution, 0, 6)
  bytes.writeUInt32BE(owner.frame, 6)
  bytes.set(randomBytes(size - signed - 10), 10)
  bytes.set(proof(secret, bytes.subarray(0, size - signed)), size - signed)
  return bytes.toString('base64')
}

/** Whose token this is, or undefined if this runtime never made it. */
export function readToken(token: string, secret: Uint8Array): TokenOwner | undefined {
  const bytes = Buffer.from(token, 'base64')
  if (bytes.length !== size) return undefined
  const body = bytes.subarray(0, size - signed)
  if (!timingSafeEqual(proof(secret, body), bytes.subarray(size - signed))) return undefined
  return { execution: bytes.readUIntBE(0, 6), frame: bytes.readUInt32BE(6) }
}
