/** The routes of `/v1` that functions/topology.ts gives to this function; all of them ask for the token first. */
import { requireToken } from '../shared/bearer.ts'
import { json, type Request, type Routes } from '../shared/http.ts'
import { listAlerts, listHandoffs, listParked, replayParked } from './desk.ts'
import { endByHand, enrolByHand } from './enrolments.ts'
import { type Found, knownLead, leadBody, scoreBody } from './lead.ts'
import { listLeads } from './list-leads.ts'
import { readInstant } from './look-back.ts'
import { messagesBody } from './messages.ts'
import type { ApiPorts } from './ports.ts'
import { livePublication } from './publish.ts'
import { replayBody } from './replay.ts'
import { moveByHand } from './stage.ts'
import { listStops, resumeScope, stopScope } from './stops.ts'
import { timelineBody } from './timeline.ts'

type Body = (ports: ApiPorts, found: Found) => Promise<object>

const about = (body: Body) => async (ports: ApiPorts, request: Request) =>
  json(200, await body(ports, await knownLead(ports, request.params['leadId'] ?? '')))

/** The same, and with `?at=` as it was at an instant. */
const lookingBack = (body: Body) => async (ports: ApiPorts, request: Request) => {
  const at = readInstant(request, ports.clock.now())
  return json(200, await body(ports, await knownLead(ports, request.params['leadId'] ?? '', at)))
}

const open = {
  'GET /v1/leads': listLeads,
  'GET /v1/leads/{leadId}': lookingBack(leadBody),
  'GET /v1/leads/{leadId}/timeline': lookingBack(timelineBody),
  'GET /v1/leads/{leadId}/score': lookingBack(scoreBody),
  'GET /v1/leads/{leadId}/messages': about(messagesBody),
  'GET /v1/leads/{leadId}/replay': about(replayBody),
  'POST /v1/leads/{leadId}/enrolments': enrolByHand,
  'DELETE /v1/leads/{leadId}/enrolments/{enrolmentId}': endByHand,
  'POST /v1/leads/{leadId}/stage': moveByHand,
  'GET /v1/parked': listParked,
  'POST /v1/parked/{id}/replay': replayParked,
  'GET /v1/alerts': listAlerts,
  'GET /v1/handoffs': listHandoffs,
  'GET /v1/stops': listStops,
  'PUT /v1/stops/{scope}': stopScope,
  'DELETE /v1/stops/{scope}': resumeScope,
  'GET /v1/publish/live': livePublication,
} as const

export const routesOf = (ports: ApiPorts): Routes =>
  Object.fromEntries(
    Object.entries(open).map(([key, route]) => [
      key,
      async (request: Request) => {
        await requireToken(request, ports.secrets)
        return route(ports, request)
      },
    ]),
  )
