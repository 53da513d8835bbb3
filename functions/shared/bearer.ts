/** The bearer token of `/v1`. */
import { oneOf, rotated } from './constant-time.ts'
import type { Request } from './http.ts'
import type { Secrets } from './ports.ts'
import { Problem } from './problem.ts'

/** Throws 401 unless the request carries TENDRIL_API_TOKEN. */
export const requireToken = async (request: Request, secrets: Secrets): Promise<void> => {
  const given = /^bearer +([^\s]+)$/i.exec(request.headers['authorization'] ?? '')?.[1]
  const tokens = rotated(await secrets.get('TENDRIL_API_TOKEN'))
  if (given === undefined || !oneOf(given, tokens))
    throw new Problem(401, 'Send the API token: Authorization: Bearer <token>.')
}
