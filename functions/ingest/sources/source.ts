/** What every provider's file offers; ingest knows a provider by this alone. */
import type { Reply, Request } from '../../shared/http.ts'
import type { Secrets } from '../../shared/ports.ts'

export interface WebhookSource {
  /** The source word that its leads carry. */
  readonly source: string
  /** Answers the provider's question whether this endpoint is ours. */
  handshake(request: Request, secrets: Secrets): Promise<Reply>
  /** Whether the raw bytes carry the provider's signature. */
  verify(request: Request, secrets: Secrets): Promise<boolean>
  /** Throws when the bytes are not what the provider sends at all. */
  parse(body: Uint8Array): unknown
}
