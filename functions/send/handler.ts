import { contentSource } from '../shared/aws/content.ts'
import { desk } from '../shared/aws/desk.ts'
import { enrolmentItems } from '../shared/aws/enrolments.ts'
import { executions } from '../shared/aws/executions.ts'
import { experiments } from '../shared/aws/experiments.ts'
import { leadItems } from '../shared/aws/leads.ts'
import { eventLog } from '../shared/aws/log-items.ts'
import { mailer } from '../shared/aws/mailer.ts'
import { queues } from '../shared/aws/queues.ts'
import { sesQuota } from '../shared/aws/quota.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { stopItems } from '../shared/aws/stops.ts'
import { clock, log } from '../shared/clock-and-log.ts'
import { queueHandler } from '../shared/consumer.ts'
import { env } from '../shared/env.ts'
import { type HopPorts, processHop } from '../shared/hop.ts'
import { readHop } from '../shared/hop-message.ts'

const content = contentSource(clock)

/** Only the drivers it needs: it is the largest function, and its start is part of every mail's way. */
const ports: HopPorts = {
  clock,
  content,
  desk,
  enrolments: enrolmentItems(content),
  env,
  events: eventLog,
  executions,
  leads: leadItems(content),
  log,
  mailer,
  queues,
  quota: sesQuota(clock, log),
  secrets: secretSource(clock),
  stops: stopItems(clock),
  experiments,
}

/** The worker behind every email step. */
export const handler = queueHandler<unknown>((body) => processHop(ports, readHop(body)), log)
