import { queueHandler } from '../shared/consumer.ts'
import { foldedLead } from '../shared/lead-facts.ts'
import type { EnrolMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'
import { enrolTriggered } from './enrol.ts'

const ports = wire()

/** Something was appended to a lead's log: bring it up to date, then start what it triggers. */
export const handler = queueHandler<EnrolMessage>(async (message) => {
  const { leadId } = message
  const state = message.cause === 'captured' ? await foldedLead(ports, leadId) : await refold(ports, leadId)
  if (state === undefined || message.cause === 'suppressed') return
  const { enrolments } = await ports.leads.collection(leadId)
  const content = await ports.content.live()
  await enrolTriggered(ports, { leadId, state, enrolments, content, now: ports.clock.now() }, message)
}, ports.log)
