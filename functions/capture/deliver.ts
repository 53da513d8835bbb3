/** A verified delivery of a provider, taken apart: one message per lead, so that a bad one stops none of the others. */
import { unzip, zippedOf } from '../shared/envelopes.ts'
import { losslessJson } from '../shared/lossless-json.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { submissionIdOf } from '../shared/submission-id.ts'
import type { CapturePorts, DeliveryMessage } from './ports.ts'
import { providerOf } from './providers/known.ts'
import type { Found } from './providers/provider.ts'

type Ports = Pick<CapturePorts, 'clock' | 'queues' | 'envelopes' | 'desk' | 'log'>

const split = (message: DeliveryMessage, bytes: Buffer): readonly Found[] => {
  try {
    return providerOf(message.source).split(losslessJson(bytes.toString('utf8')), message.receivedAt)
  } catch {
    return [{ is: 'odd', sourceLeadId: '', reason: 'malformed', detail: 'the delivery cannot be read' }]
  }
}

const readOf = (source: string, lead: Extract<Found, { is: 'lead' }>): CaptureMessage => ({
  v: 1,
  kind: 'read',
  source,
  sourceLeadId: lead.sourceLeadId,
  hints: lead.hints,
  at: lead.at,
  tries: 0,
})

const parkOdd = (
  ports: Ports,
  message: DeliveryMessage,
  odd: Extract<Found, { is: 'odd' }>,
  index: number,
): Promise<void> =>
  ports.desk.park({
    id: odd.sourceLeadId
      ? `${submissionIdOf(message.source, odd.sourceLeadId)}-${odd.reason}`
      : `${message.envelopeId}-${index}`,
    source: message.source,
    sourceLeadId: odd.sourceLeadId,
    reason: odd.reason,
    detail: odd.detail,
    at: ports.clock.now(),
    replay: { queue: 'capture', message },
  })

/** The raw delivery is kept 30 days; what it names is read one by one. */
export const deliver = async (ports: Ports, message: DeliveryMessage): Promise<void> => {
  const zipped = await zippedOf(ports.envelopes, message)
  const chunks = message.chunks ?? (await ports.envelopes.put(message.envelopeId, zipped))
  const found = split(message, await unzip(zipped))
  const { body: _inline, ...rest } = message
  const reads = found.flatMap((one) => (one.is === 'lead' ? [readOf(message.source, one)] : []))
  await ports.queues.sendAll('capture', reads)
  for (const [index, one] of found.entries())
    if (one.is === 'odd') await parkOdd(ports, { ...rest, chunks }, one, index)
  ports.log.info('delivery.split', { source: message.source, leads: reads.length, found: found.length })
}
