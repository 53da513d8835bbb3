/** A provider's delivery: verified, made durable by one write, acknowledged. Everything else is done later. */
import { enclose } from '../shared/envelopes.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { Problem } from '../shared/problem.ts'
import { fingerprint } from './digest.ts'
import type { IngestPorts } from './ports.ts'
import type { WebhookSource } from './sources/source.ts'

/** contracts: surface, head: provider webhooks take 6 MB. */
const maxBytes = 6 * 1024 * 1024

type Ports = Pick<IngestPorts, 'clock' | 'secrets' | 'queues' | 'envelopes'>

const parseable = (source: WebhookSource, body: Uint8Array): void => {
  try {
    source.parse(body)
  } catch {
    throw new Problem(400, 'The signature is right, but the body is not JSON.')
  }
}

/** Verify first, on the bytes as they came; the acknowledgement waits for the queue and for nothing else. */
export const receiveDelivery = async (
  ports: Ports,
  source: WebhookSource,
  request: Request,
): Promise<Reply> => {
  if (request.body.length > maxBytes) throw new Problem(413, 'A delivery has at most 6 MB.')
  if (!(await source.verify(request, ports.secrets)))
    throw new Problem(401, 'The signature is missing or does not belong to this body.')
  parseable(source, request.body)
  const envelopeId = `${source.source}-${fingerprint(request.body)}`
  const enclosed = await enclose(ports.envelopes, envelopeId, request.body)
  const message: CaptureMessage = {
    v: 1,
    kind: 'delivery',
    source: source.source,
    receivedAt: ports.clock.now(),
    ...enclosed,
  }
  await ports.queues.send('capture', message)
  return { status: 200, headers: { 'content-type': 'text/plain; charset=utf-8' }, body: 'ok' }
}
