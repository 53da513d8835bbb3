/** What the use cases of ingest need from outside. */
import type { Content } from '../../domain/content.ts'
import type { Envelopes } from '../shared/envelopes.ts'
import type { Clock, Queues, Secrets } from '../shared/ports.ts'
import type { Repeats } from '../shared/repeats.ts'

/** The published files that ingest goes by. */
export type Site = Pick<Content, 'forms' | 'pages' | 'settings'>

export interface IngestPorts {
  readonly clock: Clock
  readonly secrets: Secrets
  readonly queues: Queues
  readonly content: { live(): Promise<Site> }
  readonly envelopes: Pick<Envelopes, 'put'>
  readonly repeats: Repeats
  /** A fresh id. */
  readonly newId: () => string
}
