import { queueHandler } from '../shared/consumer.ts'
import type { TimerMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'

const ports = wire()

/** The instant has come at which time alone may have changed the lead. */
export const handler = queueHandler<TimerMessage>(async ({ leadId }) => {
  await refold(ports, leadId)
}, ports.log)
