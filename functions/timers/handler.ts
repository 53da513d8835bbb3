import { schedules } from '../shared/aws/schedules.ts'
import { queueHandler } from '../shared/consumer.ts'
import type { SweepMessage, TimerMessage } from '../shared/messages.ts'
import { refold } from '../shared/refold.ts'
import { wire } from '../shared/wire.ts'
import { sweep } from './sweep.ts'

const ports = { ...wire(), schedules }

/** The instant has come at which time alone, or a change of the rules, may have changed the lead. */
export const handler = queueHandler<TimerMessage | SweepMessage>(async (message) => {
  if ('kind' in message) await sweep(ports, message)
  else await refold(ports, message.leadId, message.fresh)
}, ports.log)
