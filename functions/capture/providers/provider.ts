/** What every provider's file offers; capture knows a provider by this alone. */
import type { SubmissionDraft } from '../../../domain/submission.ts'
import type { CapturePorts, ReadMessage } from '../ports.ts'

/** One thing that a delivery tells. */
export type Found =
  | {
      readonly is: 'lead'
      readonly sourceLeadId: string
      readonly at: number
      readonly hints: Readonly<Record<string, string>>
    }
  /** Not to be lost, and not to be processed: a person looks at it. */
  | {
      readonly is: 'odd'
      readonly sourceLeadId: string
      readonly reason: string
      readonly detail: string
    }

/** The outcome of reading one lead. Details name codes and traces, never a person. */
export type ReadOutcome =
  | { readonly is: 'lead'; readonly draft: SubmissionDraft }
  /** It may work later, not before `notBefore`. */
  | {
      readonly is: 'later'
      readonly reason: string
      readonly detail: string
      readonly notBefore?: number
    }
  /** It will not work until somebody does something; `alert` says what. */
  | {
      readonly is: 'stuck'
      readonly reason: string
      readonly detail: string
      readonly alert?: string
    }

export type ReadPorts = Pick<CapturePorts, 'clock' | 'log' | 'secrets' | 'fetch' | 'urls'>

export interface Provider {
  /** The leads and oddities of a delivery; what is neither is ignored (contracts: external §0.7). */
  split(delivery: unknown, receivedAt: number): readonly Found[]
  read(ports: ReadPorts, message: ReadMessage): Promise<ReadOutcome>
}
