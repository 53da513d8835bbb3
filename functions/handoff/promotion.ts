/** A promotion to sales becomes one hand-off: one conditional item, one event in the log, one mail to the rep. */
import type { Content } from '../../domain/content.ts'
import type { EventOf, LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState, sortEvents } from '../../domain/lead.ts'
import { type HandoffMailPorts, mailHandoff } from '../shared/handoff-mail.ts'
import { isKnown } from '../shared/lead-facts.ts'
import type { HandoffMessage } from '../shared/messages.ts'
import type { Handoff, Leads } from '../shared/ports.ts'
import { type RefoldPorts, refold } from '../shared/refold.ts'
import { acceptBy } from './accept-by.ts'
import { dealTo } from './deal.ts'

export interface HandoffPorts extends RefoldPorts, Omit<HandoffMailPorts, 'leads' | 'queues'> {
  readonly leads: Leads
}

export type Promotion = Extract<HandoffMessage, { kind?: 'promotion' }>

/** The stage in which a lead is with sales. */
const salesStage = 'sql'

/** Of two changes with one number only the earlier counts: the other promoted nobody. */
const promotionOf = (events: readonly LeadEvent[], eventId: string): EventOf<'stage.changed'> | undefined => {
  const event = sortEvents(events).find(({ id }) => id === eventId)
  return event?.type === 'stage.changed' && event.to === salesStage ? event : undefined
}

const newHandoff = async (
  ports: HandoffPorts,
  { leadId, eventId }: Promotion,
  lead: { readonly state: LeadState; readonly reason: string; readonly content: Content },
): Promise<Handoff> => {
  const { routing, settings } = lead.content
  const at = ports.clock.now()
  const { team, member } = await dealTo(ports, lead.state, lead.content, at)
  const { acceptWithin, businessHours } = routing.handoff
  return {
    handoffId: `${leadId}-${eventId}`,
    leadId,
    owner: member.email,
    team,
    status: 'offered',
    reason: lead.reason,
    at,
    dueAt: acceptBy(acceptWithin, businessHours, member.zone ?? settings.defaults.timezone, at),
    mail: 'none',
    attempt: 0,
    rev: 0,
  }
}

/** Hands the lead over; a redelivery goes on with the hand-off that was stored. */
export const handOver = async (ports: HandoffPorts, message: Promotion): Promise<void> => {
  const { leadId, eventId } = message
  const events = await ports.events.events(leadId)
  const promoted = promotionOf(events, eventId)
  if (promoted === undefined || !isKnown(events)) return
  const content = await ports.content.live()
  const state = foldLead(events, content, ports.clock.now())
  if (state.isTest) return
  const handoffId = `${leadId}-${eventId}`
  const handoff =
    (await ports.leads.handoff(leadId, handoffId)) ??
    (await ports.leads.createHandoff(
      await newHandoff(ports, message, { state, reason: promoted.reason, content }),
    ))
  await ports.events.append(leadId, {
    type: 'handed-off',
    id: `handed-off-${handoffId}`,
    at: handoff.at,
    handoffId,
    owner: handoff.owner,
  })
  await refold(ports, leadId)
  await mailHandoff(ports, handoff)
}
