/** A rep's answer to a hand-off: who answers first decides; what follows from it can be repeated. */
import type { Content } from '../../domain/content.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { memberOf, rejectReason } from '../../domain/routing-pick.ts'
import { canMove, orderOf, stageEventId } from '../../domain/stage.ts'
import { isKnown } from '../shared/lead-facts.ts'
import type { Handoff } from '../shared/ports.ts'
import { type RefoldPorts, refold } from '../shared/refold.ts'

export type Answer =
  | { readonly action: 'accept' }
  /** `reason` is one of routing.yaml. */
  | { readonly action: 'reject'; readonly reason: string }

export type Answered =
  | { readonly is: 'done'; readonly handoff: Handoff }
  /** It had been answered otherwise, or closed. */
  | { readonly is: 'conflict'; readonly handoff: Handoff }
  | { readonly is: 'gone' }

/** In these somebody is still to answer. */
const open: readonly Handoff['status'][] = ['offered', 'snoozed', 'reassigned', 'escalated']

export const isOpen = ({ status }: Handoff): boolean => open.includes(status)

/** Other writers at once on one hand-off or lead. */
const maxTries = 8

/** Writes the answer on the hand-off, unless another stands there. */
const decide = async (
  ports: RefoldPorts,
  { leadId, handoffId }: Pick<Handoff, 'leadId' | 'handoffId'>,
  answer: Answer,
): Promise<Answered> => {
  const status = answer.action === 'accept' ? 'accepted' : 'rejected'
  for (let tries = 0; tries < maxTries; tries++) {
    const handoff = await ports.leads.handoff(leadId, handoffId)
    if (handoff === undefined || handoff.notify !== undefined) return { is: 'gone' }
    if (handoff.status === status) return { is: 'done', handoff }
    if (!isOpen(handoff)) return { is: 'conflict', handoff }
    const next: Handoff = {
      ...handoff,
      status,
      ...(answer.action === 'reject' && { rejectReason: answer.reason }),
    }
    if (await ports.leads.replaceHandoff(next)) return { is: 'done', handoff: next }
  }
  throw new Error(`The hand-off ${handoffId} was written by others ${maxTries} times in a row.`)
}

/** Where the answer takes the lead, and why, in words. */
const outcomeOf = (handoff: Handoff, { routing }: Content): { to: string; reason: string } => {
  if (handoff.status === 'accepted') {
    const name = memberOf(routing, handoff.owner)?.member.name
    return { to: 'accepted', reason: `Accepted by ${name ?? 'sales'}` }
  }
  const given = rejectReason(routing, handoff.rejectReason ?? '')
  return {
    to: given?.outcome?.stage ?? 'recycled',
    reason: `Rejected by sales: ${given?.label ?? 'no reason'}`,
  }
}

/** Who was accepted late is not taken back from where somebody has brought them since. */
const mayMove = (state: LeadState, to: string, { settings }: Content): boolean =>
  canMove(state.stage, to, settings, 'person') &&
  (orderOf(to, settings) < 0 || orderOf(state.stage, settings) < orderOf(to, settings))

/** The answer in the log, once, however often it is given; its instant is that of the first. */
const noteFeedback = async (ports: RefoldPorts, handoff: Handoff): Promise<LeadEvent> => {
  const { leadId, handoffId, owner, rejectReason: reason } = handoff
  const id = `feedback-${handoffId}`
  const known = (await ports.events.events(leadId)).find((event) => event.id === id)
  if (known !== undefined) return known
  const event: LeadEvent = {
    type: 'feedback',
    id,
    at: ports.clock.now(),
    handoffId,
    action: handoff.status === 'accepted' ? 'accept' : 'reject',
    ...(reason !== undefined && { reason }),
    actor: owner,
  }
  await ports.events.append(leadId, event)
  return event
}

/** Moves the lead once; a change that lost its number to another is made again on what came of that. */
const moveStage = async (ports: RefoldPorts, handoff: Handoff, since: number): Promise<void> => {
  const content = await ports.content.live()
  const { to, reason } = outcomeOf(handoff, content)
  for (let tries = 0; tries < maxTries; tries++) {
    const events = await ports.events.events(handoff.leadId)
    const now = ports.clock.now()
    if (!isKnown(events)) return
    const state = foldLead(events, content, now)
    if (state.stages.some(({ stage, at }) => stage === to && at >= since)) return
    if (!mayMove(state, to, content)) return
    await ports.events.append(handoff.leadId, {
      type: 'stage.changed',
      id: stageEventId(state),
      at: now,
      from: state.stage,
      to,
      reason,
      actor: handoff.owner,
      total: state.score.total,
    })
  }
  throw new Error(`The stage of ${handoff.leadId} was changed by others ${maxTries} times in a row.`)
}

/** Takes an answer; the same one again only finishes what a crash may have cut off. */
export const answerHandoff = async (
  ports: RefoldPorts,
  of: Pick<Handoff, 'leadId' | 'handoffId'>,
  answer: Answer,
): Promise<Answered> => {
  const answered = await decide(ports, of, answer)
  if (answered.is !== 'done') return answered
  const { at } = await noteFeedback(ports, answered.handoff)
  await moveStage(ports, answered.handoff, at)
  await refold(ports, of.leadId)
  return answered
}
