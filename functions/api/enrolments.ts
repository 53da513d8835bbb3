/** Sequences started and ended by hand. Who did it stands in the lead's log. */
import * as z from 'zod/mini'
import { unknownWord } from '../../domain/content-check.ts'
import { statusOf } from '../../domain/diversion.ts'
import { refusalWords } from '../../domain/entry.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { stopsOf } from '../../domain/route.ts'
import { readBody, textSchema } from '../shared/api-body.ts'
import { exitEnrolments } from '../shared/divert.ts'
import { candidateOf, enrolLead } from '../shared/enrolling.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { StoredEnrolment } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import { enrolmentView, knownLead } from './lead.ts'
import type { ApiPorts } from './ports.ts'

/** Who acts here: the API knows its caller by the one token. */
export const apiActor = 'api'
const byHand = 'manual'

const body = z.strictObject({ sequence: textSchema(100) })

const audit = (
  name: 'manual.enrolled' | 'manual.ended',
  id: string,
  at: number,
  about: Readonly<Record<string, string>>,
): LeadEvent => ({
  type: 'signal',
  id,
  at,
  name,
  properties: { ...about, actor: apiActor },
  verdict: 'human',
})

const viewOf = async (ports: ApiPorts, { enrolment }: StoredEnrolment) => {
  const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  return enrolmentView(enrolment, stopsOf(sequence), ports.clock.now())
}

/** `POST /v1/leads/{leadId}/enrolments`. Whoever may not enter is not put in by hand either. */
export const enrolByHand = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const { sequence: id } = readBody(body, request)
  const candidate = await candidateOf(ports, request.params['leadId'] ?? '')
  if (candidate === undefined) throw new Problem(404, 'There is no such lead.')
  const { leadId, content, now } = candidate
  const { sequences } = content
  const sequence = Object.hasOwn(sequences, id) ? sequences[id] : undefined
  if (sequence === undefined)
    throw new Problem(404, 'There is no such sequence.', [
      { path: 'sequence', message: unknownWord('sequence', id, Object.keys(sequences)) },
    ])
  const eventId = `manual-${ports.newId()}`
  const enrolled = await enrolLead(ports, candidate, sequence, eventId)
  if (enrolled.is === 'refused')
    throw new Problem(409, `The lead does not enter “${sequence.name}”: ${refusalWords(enrolled.reason)}.`, [
      { path: 'sequence', message: enrolled.reason },
    ])
  const { stored } = enrolled
  const about = { sequence: sequence.id, enrolmentId: stored.enrolment.enrolmentId }
  await ports.events.append(leadId, audit('manual.enrolled', eventId, now, about))
  return json(201, await viewOf(ports, stored))
}

/** `DELETE /v1/leads/{leadId}/enrolments/{enrolmentId}`: the same again answers the same. */
export const endByHand = async (ports: ApiPorts, request: Request): Promise<Reply> => {
  const { leadId, collection } = await knownLead(ports, request.params['leadId'] ?? '')
  const { enrolmentId = '' } = request.params
  const stored = collection.enrolments.find(({ enrolment }) => enrolment.enrolmentId === enrolmentId)
  if (stored === undefined) throw new Problem(404, 'The lead has no such enrolment.')
  const { enrolment } = stored
  if (enrolment.exit?.reason === byHand) return json(200, await viewOf(ports, stored))
  const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const now = ports.clock.now()
  const status = statusOf(enrolment, stopsOf(sequence), Math.floor(now / 1000))
  if (status !== 'active' && status !== 'held')
    throw new Problem(409, `The enrolment is over already: ${enrolment.exit?.reason ?? status}.`)
  const about = { sequence: enrolment.sequence, enrolmentId }
  await ports.events.append(leadId, audit('manual.ended', `ended-${enrolmentId}`, now, about))
  await exitEnrolments(ports, [stored], byHand, 'exited')
  return json(200, await viewOf(ports, (await ports.enrolments.get(enrolmentId)) ?? stored))
}
