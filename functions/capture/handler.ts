/** The consumer of the capture queue: deliveries are taken apart, leads read, submissions put in the log. */
import { contentSource } from '../shared/aws/content.ts'
import { desk } from '../shared/aws/desk.ts'
import { enrolmentItems } from '../shared/aws/enrolments.ts'
import { envelopeStore } from '../shared/aws/envelopes.ts'
import { executions } from '../shared/aws/executions.ts'
import { leadItems } from '../shared/aws/leads.ts'
import { eventLog } from '../shared/aws/log-items.ts'
import { queues } from '../shared/aws/queues.ts'
import { schedules } from '../shared/aws/schedules.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { clock, log } from '../shared/clock-and-log.ts'
import { queueHandler } from '../shared/consumer.ts'
import { env } from '../shared/env.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { type RefoldPorts, refold } from '../shared/refold.ts'
import { consume } from './consume.ts'
import type { CapturePorts } from './ports.ts'

const content = contentSource(clock)
const leads = leadItems(content)

/** Only the drivers it needs: the whole of functions/shared/wire.ts would bring the mailer along. */
const shared = {
  clock,
  content,
  desk,
  enrolments: enrolmentItems(content),
  events: eventLog,
  executions,
  leads,
  queues,
  schedules,
  secrets: secretSource(clock),
} satisfies RefoldPorts & Record<string, unknown>

const ports: CapturePorts = {
  ...shared,
  log,
  envelopes: envelopeStore(clock),
  directory: leads,
  refold: (leadId, fresh) => refold(shared, leadId, fresh),
  fetch: (url, init) => fetch(url, init),
  urls: {
    get meta() {
      return env.metaGraphUrl
    },
    get linkedin() {
      return env.linkedinApiUrl
    },
  },
}

/** One bad message stops none of its siblings. */
export const handler = queueHandler<CaptureMessage>((message) => consume(ports, message), log)
