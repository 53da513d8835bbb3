/** The stop switch: what is stopped, stopping, and going on again. */
import * as z from 'zod/mini'
import { unknownWord } from '../../domain/content-check.ts'
import { everything } from '../../domain/guard.ts'
import { readBody, textSchema } from '../shared/api-body.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'
import { resumeByHand, stopByHand } from '../shared/stop-sending.ts'
import type { ApiPorts } from './ports.ts'
import { readParams } from './query.ts'

const body = z.strictObject({
  reason: textSchema(300).check(
    z.refine((text) => text.trim() !== '', { error: 'say why: others will ask' }),
  ),
})

const shown = ({ scope, reason, at }: { scope: string; reason: string; at: number }) => ({
  scope,
  reason,
  at: new Date(at).toISOString(),
})

/** `GET /v1/stops`, the newest first. */
export const listStops = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  readParams(request.query, [])
  const { stopped } = await ports.stops.read()
  return json(200, { stops: [...stopped].sort((a, b) => b.at - a.at).map(shown) })
}

/** A slip in the name must not leave the wrong thing running. */
const knownScope = async (ports: ApiPorts, scope: string): Promise<string> => {
  const known = [everything, ...Object.keys((await ports.content.live()).sequences)]
  if (!known.includes(scope))
    throw new Problem(404, `Nothing was stopped: ${unknownWord('sequence', scope, known)}`)
  return scope
}

/** `PUT /v1/stops/{scope}` `{reason}`: a sequence, or `all`. Its mails are held back, none is lost. */
export const stopScope = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const scope = await knownScope(ports, request.params['scope'] ?? '')
  const reason = readBody(body, request).reason.trim()
  const at = ports.clock.now()
  await stopByHand(ports, scope, reason, at)
  return json(200, shown({ scope, reason, at }))
}

/** `DELETE /v1/stops/{scope}`: what was held back goes out within two hours, as far as it may. */
export const resumeScope = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const scope = request.params['scope'] ?? ''
  const { stopped } = await ports.stops.read()
  if (!stopped.some((stop) => stop.scope === scope)) throw new Problem(404, `“${scope}” is not stopped.`)
  await resumeByHand(ports, scope, ports.clock.now())
  return json(200, { scope })
}
