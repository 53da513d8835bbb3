/** What could not be processed, what needs a person, and what sales has on its desk. */
import { json, type Reply, type Request } from '../shared/http.ts'
import type { Handoff } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import type { ApiPorts } from './ports.ts'
import { readParams, readWord } from './query.ts'

const iso = (at: number): string => new Date(at).toISOString()
const isoOrNull = (at: number | undefined): string | null => (at === undefined ? null : iso(at))

/** `GET /v1/parked`. */
export const listParked = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  readParams(request.query, [])
  const parked = await ports.desk.parked()
  const items = parked.map(({ id, source, sourceLeadId, reason, detail, at, nextAttemptAt }) => ({
    id,
    source,
    sourceLeadId,
    reason,
    detail,
    at: iso(at),
    nextAttemptAt: isoOrNull(nextAttemptAt),
  }))
  return json(200, { items })
}

/** `POST /v1/parked/{id}/replay`: back on its queue first, so that a crash in between only replays it twice. */
export const replayParked = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const id = request.params['id'] ?? ''
  const item = (await ports.desk.parked()).find((parked) => parked.id === id)
  if (item === undefined) throw new Problem(404, 'Nothing is parked under this id.')
  await ports.queues.send(item.replay.queue, item.replay.message)
  await ports.desk.unpark(id)
  return json(202, { id })
}

/** `GET /v1/alerts`, newest first. */
export const listAlerts = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  readParams(request.query, [])
  const alerts = await ports.desk.alerts()
  return json(200, { alerts: alerts.map(({ kind, text, at }) => ({ kind, text, at: iso(at) })) })
}

const statuses: readonly Handoff['status'][] = [
  'offered',
  'accepted',
  'rejected',
  'snoozed',
  'reassigned',
  'escalated',
  'closed',
]

/** `GET /v1/handoffs?owner=&status=`, newest first. */
export const listHandoffs = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const params = readParams(request.query, ['owner', 'status'])
  const owner = params.get('owner')
  const status = readWord(params, 'status', statuses)
  const asked = status === undefined ? statuses : [status]
  const found = await ports.leads.handoffs({ ...(owner !== undefined && { owner }), statuses: asked })
  // The index may lag behind the items: what they say counts.
  const handoffs = found
    .filter((handoff) => asked.includes(handoff.status) && (owner === undefined || handoff.owner === owner))
    .sort((a, b) => b.at - a.at || (a.handoffId < b.handoffId ? 1 : -1))
    .map((handoff) => ({
      handoffId: handoff.handoffId,
      leadId: handoff.leadId,
      owner: handoff.owner,
      status: handoff.status,
      reason: handoff.reason,
      at: iso(handoff.at),
      dueAt: isoOrNull(handoff.dueAt),
    }))
  return json(200, { handoffs })
}
