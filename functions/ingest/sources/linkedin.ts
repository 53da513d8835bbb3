/** LinkedIn Lead Sync: the endpoint's validation and signed deliveries (contracts: external §2). */
import { oneOf, rotated } from '../../shared/constant-time.ts'
import { json, type Request } from '../../shared/http.ts'
import { utf8Of } from '../../shared/json-body.ts'
import type { Secrets } from '../../shared/ports.ts'
import { Problem } from '../../shared/problem.ts'
import { hmacHex } from '../digest.ts'
import type { WebhookSource } from './source.ts'

/** The challenge and the deliveries are signed with one key, so an endpoint that signs any text forges deliveries. */
const uuid4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const signature = /^(?:hmacsha256=)?([0-9a-f]{64})$/

/** Secrets by application id, for parents with several applications. */
const byApplication = (text: string): Readonly<Record<string, string>> => {
  const parsed: unknown = JSON.parse(text)
  if (typeof parsed !== 'object' || parsed === null)
    throw new Error('LINKEDIN_CLIENT_SECRET is neither a secret nor an object of secrets.')
  return parsed as Record<string, string>
}

/** All secrets, or the one of an application; `default` stands in for an unknown application. */
const clientSecrets = async (secrets: Secrets, application?: string): Promise<readonly string[]> => {
  const text = (await secrets.get('LINKEDIN_CLIENT_SECRET'))?.trim() ?? ''
  if (!text.startsWith('{')) return rotated(text)
  const known = byApplication(text)
  if (application === undefined) return Object.values(known).flatMap(rotated)
  return rotated(Object.hasOwn(known, application) ? known[application] : known['default'])
}

const challengeSecret = async (request: Request, secrets: Secrets): Promise<string | undefined> =>
  (await clientSecrets(secrets, request.query.get('applicationId') ?? 'default'))[0]

export const linkedin: WebhookSource = {
  source: 'linkedin',
  handshake: async (request, secrets) => {
    const code = request.query.get('challengeCode') ?? ''
    if (!uuid4.test(code)) throw new Problem(400, 'challengeCode must be a UUID of version 4.')
    const secret = await challengeSecret(request, secrets)
    if (secret === undefined) throw new Problem(403, 'There is no secret for this application.')
    return json(200, { challengeCode: code, challengeResponse: hmacHex(secret, code) })
  },
  verify: async (request, secrets) => {
    const given = signature.exec(request.headers['x-li-signature'] ?? '')?.[1]
    if (given === undefined) return false
    const all = await clientSecrets(secrets)
    return oneOf(
      given,
      all.map((secret) => hmacHex(secret, 'hmacsha256=', request.body)),
    )
  },
  parse: (body) => JSON.parse(utf8Of(body)),
}
