import { gatheringHandler } from '../shared/consumer.ts'
import type { SignalMessage } from '../shared/messages.ts'
import { wire } from '../shared/wire.ts'
import { type SesEvent, sesEventSchema } from './ses-event.ts'
import { takeSesEvents, takeSignal } from './take.ts'

const ports = wire()

type Message = SignalMessage | Record<string, unknown>

const isSignal = (message: Message): message is SignalMessage => message['kind' as keyof Message] === 'signal'

const sesEventOf = (message: Message): SesEvent | undefined => {
  const read = sesEventSchema.safeParse(message)
  return read.success ? read.data : undefined
}

/** Events about one mail are taken together. */
const keyOf = (message: Message): string | undefined =>
  isSignal(message) ? undefined : sesEventOf(message)?.detail.mail.messageId

/** SES events and behaviour signals: into the log, then score, stage and diversion at once. */
export const handler = gatheringHandler<Message>(
  keyOf,
  async (messages) => {
    const events: SesEvent[] = []
    for (const message of messages) {
      if (isSignal(message)) await takeSignal(ports, message)
      else {
        const event = sesEventOf(message)
        if (event === undefined)
          ports.log.info('event.ignored', { type: String(message['detail-type'] ?? 'unknown') })
        else events.push(event)
      }
    }
    if (events.length > 0) await takeSesEvents(ports, events)
  },
  ports.log,
)
