/** Everything that comes in from outside: verified, made durable by one write, acknowledged. */
import { randomUUID } from 'node:crypto'
import { repeatStore } from '../shared/aws/repeats.ts'
import { httpHandler } from '../shared/http.ts'
import { wire } from '../shared/wire.ts'
import { hostedForm } from './hosted-form.ts'
import type { IngestPorts } from './ports.ts'
import { postForm } from './post-form.ts'
import { postSignals } from './post-signals.ts'
import { postSubmissions } from './post-submissions.ts'
import { receiveDelivery } from './receive-delivery.ts'
import { linkedin } from './sources/linkedin.ts'
import { meta } from './sources/meta.ts'

const wired = wire()

const ports: IngestPorts = { ...wired, repeats: repeatStore(wired.clock), newId: randomUUID }

/** The routes that functions/topology.ts gives to this function. */
export const handler = httpHandler(
  {
    'GET /webhooks/meta': (request) => meta.handshake(request, ports.secrets),
    'POST /webhooks/meta': (request) => receiveDelivery(ports, meta, request),
    'GET /webhooks/linkedin': (request) => linkedin.handshake(request, ports.secrets),
    'POST /webhooks/linkedin': (request) => receiveDelivery(ports, linkedin, request),
    'GET /forms/{formId}': (request) => hostedForm(ports, request),
    'POST /forms/{formId}': (request) => postForm(ports, request),
    'POST /v1/submissions': (request) => postSubmissions(ports, request),
    'POST /v1/signals': (request) => postSignals(ports, request),
  },
  { log: wired.log, trustProxy: () => wired.env.trustProxy },
)
