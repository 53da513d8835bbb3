/** Writes published content: chunks first, the pointer last, so that nobody ever sees half of it. */
import { env } from '../env.ts'
import { forgetLive } from './content.ts'
import { putIfAbsent, putItem } from './items.ts'
import { chunkSk, contentPk, liveKey, sequenceKey } from './keys.ts'

/** An item holds 400 KB. */
const chunkBytes = 350_000

export interface Publication {
  readonly hash: string
  /** The content as gzipped JSON. */
  readonly gzip: Uint8Array
  /** Per sequence: its version and the ARN of the machine version that runs it. */
  readonly sequences: Readonly<Record<string, { readonly version: string; readonly machineArn: string }>>
}

/** Publishes; doing it again changes nothing. */
export const publishContent = async (publication: Publication): Promise<void> => {
  const { hash, gzip, sequences } = publication
  for (let at = 0; at < gzip.length; at += chunkBytes) {
    const data = gzip.subarray(at, at + chunkBytes)
    await putIfAbsent(env.coreTable, { pk: contentPk(hash), sk: chunkSk(at / chunkBytes), data })
  }
  for (const [id, { version, machineArn }] of Object.entries(sequences))
    await putIfAbsent(env.coreTable, { ...sequenceKey(id, version), contentHash: hash, machineArn })
  await putItem(env.coreTable, { ...liveKey, hash })
  forgetLive()
}
