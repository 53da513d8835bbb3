/** Meta Lead Ads: the subscription's handshake and signed deliveries (contracts: external §1). */
import { oneOf, rotated } from '../../shared/constant-time.ts'
import type { Request } from '../../shared/http.ts'
import { utf8Of } from '../../shared/json-body.ts'
import { Problem } from '../../shared/problem.ts'
import { hmacHex } from '../digest.ts'
import type { WebhookSource } from './source.ts'

const signature = /^sha256=([0-9a-f]{64})$/

const unicode = (text: string): string =>
  text.replace(/[^\0-\x7f]/g, (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`)

const isAscii = (body: Uint8Array): boolean => body.every((byte) => byte < 0x80)

/**
 * Meta signs the body with every non-ASCII character written as `\uXXXX` and sends those bytes; a proxy
 * may have unescaped them, so a second attempt escapes them again.
 */
const candidates = (body: Buffer): readonly (string | Uint8Array)[] =>
  isAscii(body) ? [body] : [body, unicode(body.toString('utf8'))]

const verify = async (request: Request, secret: string | undefined): Promise<boolean> => {
  const given = signature.exec(request.headers['x-hub-signature-256'] ?? '')?.[1]
  if (given === undefined) return false
  const secrets = rotated(secret)
  return candidates(request.body).some((body) =>
    oneOf(
      given,
      secrets.map((key) => hmacHex(key, body)),
    ),
  )
}

export const meta: WebhookSource = {
  source: 'facebook',
  handshake: async (request, secrets) => {
    const tokens = rotated(await secrets.get('META_VERIFY_TOKEN'))
    const challenge = request.query.get('hub.challenge')
    const rightMode = request.query.get('hub.mode') === 'subscribe'
    if (!oneOf(request.query.get('hub.verify_token') ?? '', tokens) || !rightMode || challenge === null)
      throw new Problem(403, 'The verify token is not ours.')
    return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: challenge }
  },
  verify: async (request, secrets) => verify(request, await secrets.get('META_APP_SECRET')),
  parse: (body) => JSON.parse(utf8Of(body)),
}
