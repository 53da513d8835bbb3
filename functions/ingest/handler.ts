/** Everything that comes in from outside: verified, made durable by one write, acknowledged. */
import { randomUUID } from 'node:crypto'
import { contentSource } from '../shared/aws/content.ts'
import { envelopeStore } from '../shared/aws/envelopes.ts'
import { queues } from '../shared/aws/queues.ts'
import { repeatStore } from '../shared/aws/repeats.ts'
import { secretSource } from '../shared/aws/secrets.ts'
import { clock, log } from '../shared/clock-and-log.ts'
import { env } from '../shared/env.ts'
import { httpHandler } from '../shared/http.ts'
import type { IngestPorts } from './ports.ts'
import { routesOf } from './routes.ts'

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
  log,
  trustProxy: () => env.trustProxy,
})
