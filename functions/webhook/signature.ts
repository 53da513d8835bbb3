/** Standard Webhooks: headers by which a receiver knows who sent a message and whether it had it before. */
import { createHmac } from 'node:crypto'

const prefix = 'whsec_'

/** The bytes of one secret; undefined when it is none. */
const keyOf = (secret: string): Buffer | undefined => {
  const text = secret.startsWith(prefix) ? secret.slice(prefix.length) : secret
  return /^[A-Za-z0-9+/]{16,}={0,2}$/.test(text) ? Buffer.from(text, 'base64') : undefined
}

/** One signature per secret (several stand in a row while they are rotated); undefined when one of them is none. */
const signaturesOf = (secrets: string, content: string): string | undefined => {
  const keys = secrets.split(/\s+/).filter((text) => text !== '')
  const signatures = keys.map((secret) => {
    const key = keyOf(secret)
    return key && `v1,${createHmac('sha256', key).update(content).digest('base64')}`
  })
  return signatures.length === 0 || signatures.includes(undefined) ? undefined : signatures.join(' ')
}

/**
 * The headers of a message. `id` is the same for every try; `seconds` is the instant of this one. Undefined when
 * `secrets` is not `whsec_` and base64.
 */
export const signedHeaders = (
  secrets: string,
  id: string,
  seconds: number,
  body: string,
): Readonly<Record<string, string>> | undefined => {
  const signatures = signaturesOf(secrets, `${id}.${seconds}.${body}`)
  if (signatures === undefined) return undefined
  return { 'webhook-id': id, 'webhook-timestamp': String(seconds), 'webhook-signature': signatures }
}
