/** What telling other systems needs from outside. */
import type { FoldPorts } from '../shared/lead-facts.ts'
import type { Log } from '../shared/log.ts'
import type { Desk, Leads, Queues, Schedules, Secrets } from '../shared/ports.ts'

/** One request, signed and ready. */
export interface Call {
  readonly url: string
  readonly headers: Readonly<Record<string, string>>
  readonly body: string
}

export type Answer =
  /** 2xx. */
  | { readonly is: 'taken'; readonly status: number }
  /** It will not be taken another time either. */
  | { readonly is: 'refused'; readonly detail: string }
  /** `notBefore` in milliseconds, when the receiver said so. */
  | { readonly is: 'later'; readonly detail: string; readonly notBefore?: number }

export interface WebhookPorts extends FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
  readonly secrets: Secrets
  readonly queues: Pick<Queues, 'send'>
  readonly schedules: Schedules
  readonly desk: Pick<Desk, 'park' | 'unpark' | 'alert'>
  readonly log: Log
  /** Once, within seconds, to public hosts only. Never throws. */
  readonly post: (call: Call) => Promise<Answer>
}
