/** The composition root: every port with its driver, made once per process. */
import { contentSource } from './aws/content.ts'
import { desk } from './aws/desk.ts'
import { enrolmentItems } from './aws/enrolments.ts'
import { envelopeStore } from './aws/envelopes.ts'
import { epochs } from './aws/epochs.ts'
import { executions } from './aws/executions.ts'
import { leadItems } from './aws/leads.ts'
import { eventLog } from './aws/log-items.ts'
import { mailer } from './aws/mailer.ts'
import { proofs } from './aws/proofs.ts'
import { queues } from './aws/queues.ts'
import { sesQuota } from './aws/quota.ts'
import { schedules } from './aws/schedules.ts'
import { secretSource } from './aws/secrets.ts'
import { stopItems } from './aws/stops.ts'
import { trials } from './aws/trials.ts'
import { env } from './env.ts'
import { logTo } from './log.ts'
import type { Clock } from './ports.ts'

// biome-ignore lint/plugin: the one place where handlers get the time from; the local runtime turns Date virtual.
const clock: Clock = { now: () => Date.now() }

const compose = () => {
  const content = contentSource(clock)
  const log = logTo(clock, (line) => process.stdout.write(`${line}\n`), env.logLevel)
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
    schedules,
    secrets: secretSource(clock),
    stops: stopItems(clock),
    trials,
    events: eventLog,
  }
}

export type Wired = ReturnType<typeof compose>

let wired: Wired | undefined

/** All ports. Handlers take what they need of it. */
export const wire = (): Wired => {
  wired ??= compose()
  return wired
}
