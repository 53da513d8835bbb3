/** A notification that an exit asked for: one mail per enrolment, made certain in the way of a hand-off. */

import { mailHandoff } from '../shared/handoff-mail.ts'
import { foldedLead } from '../shared/lead-facts.ts'
import type { HandoffMessage } from '../shared/messages.ts'
import { recipientOf } from '../shared/notice-mail.ts'
import type { HandoffPorts } from './promotion.ts'

export type NoticeMessage = Extract<HandoffMessage, { kind: 'notice' }>

/** Mails the notice. Its item holds the recipient, so that a repetition goes to nobody else. */
export const giveNotice = async (
  ports: Pick<
    HandoffPorts,
    'clock' | 'content' | 'events' | 'leads' | 'mailer' | 'queues' | 'desk' | 'secrets' | 'env'
  >,
  { leadId, enrolmentId, notify }: NoticeMessage,
): Promise<void> => {
  const handoffId = `notice-${enrolmentId}`
  const stored = await ports.leads.handoff(leadId, handoffId)
  if (stored !== undefined) return mailHandoff(ports, stored)
  const state = await foldedLead(ports, leadId)
  if (state === undefined || state.isTest) return
  const at = ports.clock.now()
  const content = await ports.content.live()
  const notice = await ports.leads.createHandoff({
    handoffId,
    leadId,
    owner: recipientOf(content, notify, state.owner, at),
    team: notify.team ?? '',
    status: 'closed',
    reason: notify.template,
    at,
    mail: 'none',
    attempt: 0,
    notify,
    rev: 0,
  })
  await mailHandoff(ports, notice)
}
