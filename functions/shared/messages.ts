/** What travels on the queues. Every message carries its version, and ids only where it can. */
import type { Submission } from '../../domain/event.ts'
import type { NotifyAction } from '../../domain/sequence.ts'

/** On `capture`. */
export type CaptureMessage =
  /** A verified delivery of a provider, as it came: gzip + base64 inline, or in chunks in the ops table. */
  | {
      readonly v: 1
      readonly kind: 'delivery'
      readonly source: string
      readonly envelopeId: string
      readonly receivedAt: number
      readonly body?: string
      readonly chunks?: number
    }
  /** One submission, normalised at the edge (forms, API). */
  | { readonly v: 1; readonly kind: 'submission'; readonly submission: Submission }
  /** One lead to be read from its provider. `tries` counts the reads so far. */
  | {
      readonly v: 1
      readonly kind: 'read'
      readonly source: string
      readonly sourceLeadId: string
      readonly hints: Readonly<Record<string, string>>
      readonly at: number
      readonly tries: number
    }

/** On `signals`: a behaviour signal; or what SES reports as it is, by EventBridge, by SNS or as a receipt event. */
export interface SignalMessage {
  readonly v: 1
  readonly kind: 'signal'
  readonly id: string
  readonly leadId?: string
  readonly email?: string
  readonly type: string
  readonly at: number
  readonly properties: Readonly<Record<string, string>>
}

/** On `enrol`: something happened to a lead that may start a sequence or end one. */
export interface EnrolMessage {
  readonly v: 1
  readonly leadId: string
  /** The event that caused it: an enrolment remembers it, so that a repeated message enrols once. */
  readonly eventId: string
  /**
   * Why: a captured submission, a stage change, a suppression, the end of another sequence, or a trigger of
   * `sequence` (a signal, a score, a temperature, a date).
   */
  readonly cause: 'captured' | 'stage' | 'suppressed' | 'next' | 'trigger'
  /** Of `next` and `trigger`. */
  readonly sequence?: string
}

/** On `handoff`: what our own people are to be told about a lead. */
export type HandoffMessage =
  /** One promotion to sales. */
  | {
      readonly v: 1
      readonly kind?: 'promotion'
      readonly leadId: string
      /** The stage change that promoted the lead: the hand-off's id is made of it. */
      readonly eventId: string
    }
  /** A notification that an exit asked for: mailed once per enrolment. */
  | {
      readonly v: 1
      readonly kind: 'notice'
      readonly leadId: string
      readonly enrolmentId: string
      readonly notify: NotifyAction
    }

/** On `webhooks`: one message to another system; what it says is read when it is sent. */
export type WebhookMessage =
  /** A `webhook` step. */
  | {
      readonly v: 1
      readonly kind: 'step'
      readonly leadId: string
      readonly enrolmentId: string
      readonly step: string
      /** How often it was tried so far, and since when (ms). */
      readonly tries: number
      readonly at: number
    }
  /** An event of the log that the CRM is told: stage changes. */
  | {
      readonly v: 1
      readonly kind: 'event'
      readonly leadId: string
      readonly eventId: string
      readonly tries: number
      readonly at: number
    }

/** On `timers`: the instant has come at which time alone could change the lead, or the rules it is judged by changed. */
export interface TimerMessage {
  readonly v: 1
  readonly leadId: string
  /** Ids of events that were appended just now: they may start sequences. */
  readonly fresh?: readonly string[]
}

/** On `timers`: all leads are to be judged anew, from before a place on. */
export interface SweepMessage {
  readonly v: 1
  readonly kind: 'sweep'
  /** The revision of the epoch that asked for it: a newer one makes it moot. */
  readonly rev: number
  readonly before?: string
}

/** On `reconcile`: an unclear send, to be judged by proof after 900 s. */
export type ReconcileMessage =
  | {
      readonly v: 1
      readonly kind: 'message'
      readonly leadId: string
      readonly enrolmentId: string
      readonly step: string
      readonly n: number
      readonly attempt: number
    }
  | {
      readonly v: 1
      readonly kind: 'handoff'
      readonly leadId: string
      readonly handoffId: string
      readonly attempt: number
    }
