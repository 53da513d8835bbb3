/** The routes of a hand-off's link. A GET changes nothing: mail scanners follow every link. */
import { rejectReason } from '../../domain/routing-pick.ts'
import type { Reply, Request } from '../shared/http.ts'
import { readLink } from '../shared/links.ts'
import type { Handoff, Secrets } from '../shared/ports.ts'
import type { RefoldPorts } from '../shared/refold.ts'
import { type Answer, answerHandoff, isOpen } from './answer.ts'
import { fieldsOf } from './fields.ts'
import { refuse, showHandoff, unknownLink, type Wrong } from './show.ts'

export interface FeedbackPorts extends RefoldPorts {
  readonly secrets: Secrets
}

const handoffOf = async (ports: FeedbackPorts, request: Request): Promise<Handoff | undefined> => {
  const token = request.params['token'] ?? ''
  const [leadId, handoffId, ...rest] =
    (await readLink(ports.secrets, 'handoff', token, ports.clock.now())) ?? []
  if (leadId === undefined || handoffId === undefined || rest.length > 0) return undefined
  const handoff = await ports.leads.handoff(leadId, handoffId)
  return handoff?.notify === undefined ? handoff : undefined
}

/** `GET /handoffs/{token}`. */
export const getHandoff = async (ports: FeedbackPorts, request: Request): Promise<Reply> => {
  const handoff = await handoffOf(ports, request)
  return handoff === undefined
    ? refuse(ports, request, 404, unknownLink)
    : showHandoff(ports, request, handoff, 200)
}

type Read =
  | { readonly is: 'answer'; readonly answer: Answer }
  | { readonly is: 'wrong'; readonly wrong: Wrong }
  | { readonly is: 'not-yet' }

const readAnswer = async (ports: FeedbackPorts, request: Request): Promise<Read> => {
  const fields = fieldsOf(request)
  const action = fields.get('action')
  if (action === 'accept') return { is: 'answer', answer: { action } }
  if (action === 'snooze' || action === 'book') return { is: 'not-yet' }
  if (action !== 'reject')
    return { is: 'wrong', wrong: { path: 'action', message: 'Accept the lead or reject it.' } }
  const { routing } = await ports.content.live()
  const reason = fields.get('reason') ?? ''
  if (rejectReason(routing, reason) === undefined) {
    const known = routing.handoff.rejectReasons.map(({ id }) => id).join(', ')
    return { is: 'wrong', wrong: { path: 'reason', message: `Choose a reason: ${known}.` } }
  }
  return { is: 'answer', answer: { action, reason } }
}

/** `POST /handoffs/{token}`. */
export const postHandoff = async (ports: FeedbackPorts, request: Request): Promise<Reply> => {
  const handoff = await handoffOf(ports, request)
  if (handoff === undefined) return refuse(ports, request, 404, unknownLink)
  const read = await readAnswer(ports, request)
  if (read.is === 'not-yet')
    return refuse(ports, request, 422, {
      title: 'Not available yet',
      text: 'This is not available yet. Accept the lead, or reject it with a reason.',
    })
  if (read.is === 'wrong')
    return showHandoff(ports, request, handoff, isOpen(handoff) ? 422 : 409, [read.wrong])
  const answered = await answerHandoff(ports, handoff, read.answer)
  if (answered.is === 'gone') return refuse(ports, request, 404, unknownLink)
  return showHandoff(ports, request, answered.handoff, answered.is === 'done' ? 200 : 409)
}
