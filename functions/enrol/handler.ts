import { schedules } from '../shared/aws/schedules.ts'
import { queueHandler } from '../shared/consumer.ts'
import { candidateOf } from '../shared/enrolling.ts'
import type { EnrolMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'
import { enrolTriggered } from './enrol.ts'

const ports = { ...wire(), schedules }

/** Whoever sent these has just brought the lead up to date. */
const isCurrent = ({ cause }: EnrolMessage): boolean => cause === 'captured' || cause === 'trigger'

/** Something was appended to a lead's log: bring it up to date, then start what it triggers. */
export const handler = queueHandler<EnrolMessage>(async (message) => {
  const { leadId } = message
  if (!isCurrent(message)) await refold(ports, leadId)
  if (message.cause === 'suppressed') return
  const candidate = await candidateOf(ports, leadId)
  if (candidate !== undefined) await enrolTriggered(ports, candidate, message)
}, ports.log)
