/** What the use cases of ingest need from outside. */
import type { Form } from '../../domain/form.ts'
import type { Envelopes } from '../shared/envelopes.ts'
import type { Clock, Queues, Secrets } from '../shared/ports.ts'
import type { Repeats } from '../shared/repeats.ts'

export interface IngestPorts {
  readonly clock: Clock
  readonly secrets: Secrets
  readonly queues: Queues
  readonly content: { live(): Promise<{ readonly forms: Readonly<Record<string, Form>> }> }
  readonly envelopes: Pick<Envelopes, 'put'>
  readonly repeats: Repeats
  /** A fresh id. */
  readonly newId: () => string
}
