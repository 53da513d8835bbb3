/** The composition root: every port with its driver, made once per process. */
import { contentSource } from './aws/content.ts'
import { desk } from './aws/desk.ts'
import { enrolmentItems } from './aws/enrolments.ts'
import { envelopeStore } from './aws/envelopes.ts'
import { epochs } from './aws/epochs.ts'
import { executions } from './aws/executions.ts'
import { experiments } from './aws/experiments.ts'
import { leadItems } from './aws/leads.ts'
import { eventLog } from './aws/log-items.ts'
import { mailer } from './aws/mailer.ts'
import { proofs } from './aws/proofs.ts'
import { queues } from './aws/queues.ts'
import { sesQuota } from './aws/quota.ts'
import { secretSource } from './aws/secrets.ts'
import { stopItems } from './aws/stops.ts'
import { clock, log } from './clock-and-log.ts'
import { env } from './env.ts'

const compose = () => {
  const content = contentSource(clock)
  return {
    clock,
    content,
    desk,
    enrolments: enrolmentItems(content),
    env,
    epochs,
    envelopes: envelopeStore(clock),
    executions,
    leads: leadItems(content),
    log,
    mailer,
    proofs,
    queues,
    quota: sesQuota(clock, log),
    secrets: secretSource(clock),
    stops: stopItems(clock),
    experiments,
    events: eventLog,
  }
}

export type Wired = ReturnType<typeof compose>

let wired: Wired | undefined

/** All ports but `schedules`, whose client weighs 16 kB: handlers that set timers add it. */
export const wire = (): Wired => {
  wired ??= compose()
  return wired
}
