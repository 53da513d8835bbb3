import { schedules } from '../shared/aws/schedules.ts'
import { gatheringHandler } from '../shared/consumer.ts'
import { wire } from '../shared/wire.ts'
import { incomingOf, keyOf, type Message } from './incoming.ts'
import type { SesEvent } from './ses-event.ts'
import { takeSesEvents, takeSignal } from './take.ts'

const ports = { ...wire(), schedules }

/** SES events and behaviour signals: into the log, then score, stage and diversion at once. */
export const handler = gatheringHandler<Message>(
  (message) => keyOf(incomingOf(message, ports.clock.now())[0]),
  async (messages) => {
    const events = new Map<string, SesEvent[]>()
    for (const incoming of messages.flatMap((message) => incomingOf(message, ports.clock.now()))) {
      if (incoming.is === 'signal') await takeSignal(ports, incoming.signal)
      else if (incoming.is === 'ignored')
        ports.log.info('event.ignored', { type: incoming.type, reason: incoming.reason })
      else {
        const { messageId } = incoming.event.detail.mail
        events.set(messageId, [...(events.get(messageId) ?? []), incoming.event])
      }
    }
    for (const aboutOne of events.values()) await takeSesEvents(ports, aboutOne)
  },
  ports.log,
)
