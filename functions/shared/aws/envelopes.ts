/** Raw deliveries in the ops table: chunks below the size of an item, gone after 30 days. */

import { env } from '../env.ts'
import type { Envelopes } from '../envelopes.ts'
import type { Clock } from '../ports.ts'
import { putItem, queryAll } from './items.ts'
import { chunkSk, envelopePk } from './keys.ts'

const chunkBytes = 350_000
const days = 30

const chunksOf = (bytes: Uint8Array): Uint8Array[] =>
  Array.from({ length: Math.ceil(bytes.length / chunkBytes) }, (_, index) =>
    bytes.subarray(index * chunkBytes, (index + 1) * chunkBytes),
  )

export const envelopeStore = (clock: Clock): Envelopes => ({
  put: async (envelopeId, gzipped) => {
    const ttl = Math.ceil(clock.now() / 1000) + days * 24 * 3600
    const chunks = chunksOf(gzipped)
    await Promise.all(
      chunks.map((data, index) =>
        putItem(env.opsTable, { pk: envelopePk(envelopeId), sk: chunkSk(index), data, ttl }),
      ),
    )
    return chunks.length
  },
  get: async (envelopeId, chunks) => {
    const items = await queryAll(env.opsTable, { pk: envelopePk(envelopeId), consistent: true })
    if (items.length < chunks)
      throw new Error(`The delivery ${envelopeId} has ${items.length} of ${chunks} chunks left.`)
    return Buffer.concat(items.slice(0, chunks).map((item) => item['data'] as Uint8Array))
  },
})
