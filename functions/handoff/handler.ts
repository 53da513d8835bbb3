import { schedules } from '../shared/aws/schedules.ts'
import { queueHandler } from '../shared/consumer.ts'
import type { HandoffMessage } from '../shared/messages.ts'
import { wire } from '../shared/wire.ts'
import { giveNotice } from './notice.ts'
import { handOver } from './promotion.ts'

const ports = { ...wire(), schedules }

/** What our own people are to be told about a lead: promotions to sales, and notices of exits. */
export const handler = queueHandler<HandoffMessage>(
  (message) => (message.kind === 'notice' ? giveNotice(ports, message) : handOver(ports, message)),
  ports.log,
)
