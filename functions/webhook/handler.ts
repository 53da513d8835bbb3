/** The consumer of the webhooks queue: other systems are told what a sequence or a stage change says. */
import { contentSource } from '../shared/aws/content.ts'
import { desk } from '../shared/aws/desk.ts'
import { leadItems } from '../shared/aws/leads.ts'
import { eventLog } from '../shared/aws/log-items.ts'
import { queues } from '../shared/aws/queues.ts'
import { schedules } from '../shared/aws/schedules.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { clock, log } from '../shared/clock-and-log.ts'
import { queueHandler } from '../shared/consumer.ts'
import { env } from '../shared/env.ts'
import type { WebhookMessage } from '../shared/messages.ts'
import type { WebhookPorts } from './ports.ts'
import { poster } from './post.ts'
import { tell } from './tell.ts'

const content = contentSource(clock)

/** Only the drivers it needs: it neither mails nor answers executions. */
const ports: WebhookPorts = {
  clock,
  content,
  desk,
  events: eventLog,
  leads: leadItems(content),
  log,
  post: poster({ now: clock.now, allowLoopback: () => env.webhookAllowLoopback }),
  queues,
  schedules,
  secrets: secretSource(clock),
}

/** One bad message stops none of its siblings. */
export const handler = queueHandler<WebhookMessage>((message) => tell(ports, message), log)
