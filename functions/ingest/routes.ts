/** What answers each route of ingest. */
import type { Routes } from '../shared/http.ts'
import { hostedForm } from './hosted-form.ts'
import type { IngestPorts } from './ports.ts'
import { postForm } from './post-form.ts'
import { postSignals } from './post-signals.ts'
import { postSubmissions } from './post-submissions.ts'
import { receiveDelivery } from './receive-delivery.ts'
import { linkedin } from './sources/linkedin.ts'
import { meta } from './sources/meta.ts'

/** The routes that functions/topology.ts gives to this function. */
export const routesOf = (ports: IngestPorts): Routes => ({
  'GET /webhooks/meta': (request) => meta.handshake(request, ports.secrets),
  'POST /webhooks/meta': (request) => receiveDelivery(ports, meta, request),
  'GET /webhooks/linkedin': (request) => linkedin.handshake(request, ports.secrets),
  'POST /webhooks/linkedin': (request) => receiveDelivery(ports, linkedin, request),
  'GET /forms/{formId}': (request) => hostedForm(ports, request),
  'POST /forms/{formId}': (request) => postForm(ports, request),
  'POST /v1/submissions': (request) => postSubmissions(ports, request),
  'POST /v1/signals': (request) => postSignals(ports, request),
})
