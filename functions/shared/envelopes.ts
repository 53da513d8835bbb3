/** Raw deliveries of providers: compressed, inline in their message while small, else in chunks in the ops table. */
import { promisify } from 'node:util'
import { gunzip, gzip, gzipSync } from 'node:zlib'

/** Keeps raw deliveries for 30 days, for replay and audit (contracts: external §0.8). */
export interface Envelopes {
  /** Answers how many chunks it took. The same id and bytes may be put again. */
  put(envelopeId: string, gzipped: Uint8Array): Promise<number>
  get(envelopeId: string, chunks: number): Promise<Uint8Array>
}

/** What of a `delivery` message says where its bytes are. */
export interface Enclosed {
  readonly envelopeId: string
  readonly body?: string
  readonly chunks?: number
}

/** The longest base64 that rides in a queue message of 256 KiB. */
const inlineChars = 180_000
/** No provider sends more; a longer one is a bomb. */
const maxBytes = 8 * 1024 * 1024

const compressAside = promisify(gzip)
const expand = promisify(gunzip)

/** A small body is compressed at once: handing it to another thread takes longer than the work (measured: 4 times). */
const compress = (bytes: Uint8Array): Buffer | Promise<Buffer> =>
  bytes.length <= 32_768 ? gzipSync(bytes, { level: 1 }) : compressAside(bytes)

/** The bytes as a message carries them; large ones are stored first, so that the message is the last word. */
export const enclose = async (
  envelopes: Pick<Envelopes, 'put'>,
  envelopeId: string,
  bytes: Uint8Array,
): Promise<Enclosed> => {
  const zipped = await compress(bytes)
  const body = zipped.toString('base64')
  return body.length <= inlineChars
    ? { envelopeId, body }
    : { envelopeId, chunks: await envelopes.put(envelopeId, zipped) }
}

/** Compressed bytes of a delivery, from the message or the table. */
export const zippedOf = async (envelopes: Pick<Envelopes, 'get'>, enclosed: Enclosed): Promise<Uint8Array> =>
  enclosed.body === undefined
    ? envelopes.get(enclosed.envelopeId, enclosed.chunks ?? 0)
    : Buffer.from(enclosed.body, 'base64')

/** The delivery as it came. */
export const unzip = (zipped: Uint8Array): Promise<Buffer> => expand(zipped, { maxOutputLength: maxBytes })
