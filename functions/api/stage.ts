/** A stage given by hand: only legal moves, each with a reason and who made it. */
import { isDeepStrictEqual } from 'node:util'
import * as z from 'zod/mini'
import { unknownWord } from '../../domain/content-check.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { sortEvents } from '../../domain/lead.ts'
import { canMove, stageEventId } from '../../domain/stage.ts'
import { readBody, textSchema } from '../shared/api-body.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'
import { refold } from '../shared/refold.ts'
import { apiActor } from './enrolments.ts'
import { type Found, knownLead } from './lead.ts'
import type { ApiPorts } from './ports.ts'

const body = z.strictObject({
  stage: textSchema(40),
  reason: textSchema(500).check(z.refine((text) => text.trim() !== '', { error: 'say why' })),
})

/** Other writers at once on one lead. */
const maxTries = 8

const checkMove = async (ports: ApiPorts, { state }: Found, to: string): Promise<void> => {
  const { settings } = await ports.content.live()
  const stages = settings.stages.map(({ id }) => id)
  if (!stages.includes(to))
    throw new Problem(422, 'There is no such stage.', [
      { path: 'stage', message: unknownWord('stage', to, stages) },
    ])
  if (state.stage === to) throw new Problem(409, `The lead is in the stage “${to}” already.`)
  if (!canMove(state.stage, to, settings, 'person'))
    throw new Problem(409, `A lead may not go from “${state.stage}” to “${to}”.`)
}

type Change = Extract<LeadEvent, { type: 'stage.changed' }>

/** Appends the change; false when another change took its number first. */
const move = async (ports: ApiPorts, leadId: string, change: Change): Promise<boolean> => {
  await ports.events.append(leadId, change)
  const stored = sortEvents(await ports.events.events(leadId)).find(({ id }) => id === change.id)
  return isDeepStrictEqual(stored, change)
}

/** `POST /v1/leads/{leadId}/stage`. */
export const moveByHand = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const { stage: to, reason } = readBody(body, request)
  const { leadId = '' } = request.params
  for (let tries = 0; tries < maxTries; tries++) {
    const found = await knownLead(ports, leadId)
    await checkMove(ports, found, to)
    const { stage: from, score } = found.state
    const id = stageEventId(found.state)
    const at = ports.clock.now()
    const total = score.total
    const change: Change = { type: 'stage.changed', id, at, from, to, reason, actor: apiActor, total }
    if (!(await move(ports, leadId, change))) continue
    await refold(ports, leadId)
    return json(200, { leadId, from, stage: to, reason, actor: apiActor, at: new Date(at).toISOString() })
  }
  throw new Problem(409, 'The stage of this lead is being changed by others just now. Try again.')
}
