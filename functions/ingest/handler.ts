/** Everything that comes in from outside: verified, made durable by one write, acknowledged. */
import { randomUUID } from 'node:crypto'
import { contentSource } from '../shared/aws/content.ts'
import { envelopeStore } from '../shared/aws/envelopes.ts'
import { queues } from '../shared/aws/queues.ts'
import { repeatStore } from '../shared/aws/repeats.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { env } from '../shared/env.ts'
import { httpHandler } from '../shared/http.ts'
import { logTo } from '../shared/log.ts'
import type { Clock } from '../shared/ports.ts'
import type { IngestPorts } from './ports.ts'
import { routesOf } from './routes.ts'

// biome-ignore lint/plugin: the composition root of this function; the local runtime turns Date virtual.
const clock: Clock = { now: () => Date.now() }

/** Only the drivers it needs: the whole of functions/shared/wire.ts would double the time of a cold start. */
const ports: IngestPorts = {
  clock,
  secrets: secretSource(clock),
  queues,
  content: contentSource(clock),
  envelopes: envelopeStore(clock),
  repeats: repeatStore(clock),
  newId: randomUUID,
}

export const handler = httpHandler(routesOf(ports), {
  log: logTo(clock, (line) => process.stdout.write(`${line}\n`), env.logLevel),
  trustProxy: () => env.trustProxy,
})
