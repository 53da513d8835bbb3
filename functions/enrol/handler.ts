import { foldLead } from '../../domain/lead.ts'
import { queueHandler } from '../shared/consumer.ts'
import { isKnown } from '../shared/lead-facts.ts'
import type { EnrolMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'
import { enrolTriggered } from './enrol.ts'

const ports = wire()

/** Whoever sent these has just brought the lead up to date. */
const isCurrent = ({ cause }: EnrolMessage): boolean => cause === 'captured' || cause === 'trigger'

/** Something was appended to a lead's log: bring it up to date, then start what it triggers. */
export const handler = queueHandler<EnrolMessage>(async (message) => {
  const { leadId } = message
  if (!isCurrent(message)) await refold(ports, leadId)
  if (message.cause === 'suppressed') return
  const { events, enrolments } = await ports.leads.collection(leadId)
  if (!isKnown(events)) return
  const content = await ports.content.live()
  const now = ports.clock.now()
  const state = foldLead(events, content, now)
  await enrolTriggered(ports, { leadId, state, events, enrolments, content, now }, message)
}, ports.log)
