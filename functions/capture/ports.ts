/** What the use cases of capture need from outside. */
import type { Form } from '../../domain/form.ts'
import type { Settings } from '../../domain/settings.ts'
import type { Envelopes } from '../shared/envelopes.ts'
import type { Log } from '../shared/log.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import type { Clock, Desk, EventLog, Queues, Schedules, Secrets } from '../shared/ports.ts'

/** The published files that say what a submission means. */
export interface CaptureContent {
  readonly forms: Readonly<Record<string, Form>>
  readonly settings: Settings
}

/** Who an address or a provider's id belongs to. */
export interface Directory {
  pointer(source: string, sourceLeadId: string): Promise<string | undefined>
  /** True when there was none. */
  putPointer(source: string, sourceLeadId: string, leadId: string): Promise<boolean>
  alias(kind: 'email' | 'phone', hash: string): Promise<string | undefined>
}

export interface CapturePorts {
  readonly clock: Clock
  readonly log: Log
  readonly secrets: Secrets
  readonly queues: Queues
  readonly content: { live(): Promise<CaptureContent> }
  readonly envelopes: Envelopes
  readonly desk: Pick<Desk, 'park' | 'unpark' | 'alert'>
  readonly schedules: Schedules
  readonly directory: Directory
  readonly events: EventLog
  /** Rebuilds the lead's cached state from its log, with everything that follows from it; `fresh` are new events. */
  readonly refold: (leadId: string, fresh: readonly string[]) => Promise<unknown>
  readonly fetch: (url: string, init: RequestInit) => Promise<Response>
  /** Where the providers' interfaces are, without a trailing slash. */
  readonly urls: { readonly meta: string; readonly linkedin: string }
}

export type DeliveryMessage = Extract<CaptureMessage, { kind: 'delivery' }>
export type ReadMessage = Extract<CaptureMessage, { kind: 'read' }>
