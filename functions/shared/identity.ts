/** Who is who: a lead's id is a keyed hash of the first address seen, so deduplication is the primary key itself. */
import { createHmac } from 'node:crypto'
import type { Secrets } from './ports.ts'

const alphabet = 'abcdefghijklmnopqrstuvwxyz234567'

/** RFC 4648 base32, lower case, without padding. */
const base32 = (bytes: Uint8Array): string => {
  let bits = 0
  let value = 0
  let text = ''
  for (const byte of bytes) {
    value = (value << 8) | byte
    bits += 8
    while (bits >= 5) {
      bits -= 5
      text += alphabet[(value >> bits) & 31]
    }
    value &= (1 << bits) - 1
  }
  return bits > 0 ? text + alphabet[(value << (5 - bits)) & 31] : text
}

/** The keyed hash of a normalised address: 26 characters of `[a-z2-7]`. */
export const addressHash = async (secrets: Secrets, address: string): Promise<string> => {
  const pepper = await secrets.get('TENDRIL_PEPPER')
  if (pepper === undefined)
    throw new Error('TENDRIL_PEPPER is not set: without it leads cannot be told apart.')
  return base32(createHmac('sha256', pepper).update(address).digest()).slice(0, 26)
}

/** True for what `addressHash` makes. */
export const isLeadId = (text: string): boolean => /^[a-z2-7]{26}$/.test(text)
