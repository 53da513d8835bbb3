/** One lead's run through one version of a sequence: the item that arbitrates it. */

/** Seconds since 1970 at which each step falls due, by step id. */
export type Due = Readonly<Record<string, number>>

/** Why a planned message was not sent. Closed list: every planned message ends in exactly one record. */
export const notSentReasons = [
  'overtaken',
  'branched',
  'exited',
  'suppressed',
  'no-consent',
  'undeliverable',
  'test-lead',
  'condition',
  'refused',
  'erased',
  'moved-on',
  'holdout',
  'nothing-new',
  'sunset',
  'added-later',
] as const
export type NotSentReason = (typeof notSentReasons)[number]

/** Why a mail is put off. Closed list. */
export const deferReasons = [
  'min-gap',
  'frequency-cap',
  'quiet-hours',
  'priority',
  'paused',
  'fatigue',
  'stopped',
  'refused',
  'fault',
] as const
export type DeferReason = (typeof deferReasons)[number]

/** The last time that a mail was held back: until when (seconds), and why. */
export interface Held {
  readonly at: number
  readonly until: number
  readonly reason: DeferReason
}

/**
 * The one terminal record of a planned message; `uncertain` is the open proof that reconcile will settle. `carried`
 * stands in a run that a move started, for what its former run settled.
 */
export type StepRecord =
  | {
      readonly is: 'sent'
      readonly at: number
      /** The hash of the template; and its id, where it is not the step's own. */
      readonly template?: string
      readonly name?: string
    }
  | { readonly is: 'carried'; readonly at: number }
  | { readonly is: 'not-sent'; readonly at: number; readonly reason: NotSentReason }
  | { readonly is: 'parked'; readonly at: number }
  | {
      readonly is: 'uncertain'
      readonly at: number
      readonly n: number
      readonly attempt: number
      /** As on `sent`: what may have been sent. */
      readonly name?: string
    }

/** What is to be told to the execution's task: the error's name and the cause that it merges into its input. */
export interface Divert {
  /** `Tendril.Defer`, `Tendril.Replan`, `Tendril.Branch.<path>` … */
  readonly name: string
  readonly due: Due
  /** The path that a branch's divert leads to; needed only when that path has no stop of its own. */
  readonly took?: { readonly branch: string; readonly path: string }
  /** How many pending plans it replaced: tells the newest plan's hop from one still under way to an older one. */
  readonly turn?: number
}

/** The arbiter's part of an enrolment (contracts: the table of the arbiter). Instants are in seconds. */
export interface Arbiter {
  /** The highest hop claimed; -1 before the first. */
  readonly n: number
  readonly step?: string
  readonly token?: string
  /** A send that has begun and is neither proven nor released. */
  readonly intent?: { readonly attempt: number; readonly token: string }
  /** An answer written before it was given, to be repeated to a redelivery of the same hop. */
  readonly answer?: Divert
  /** A diversion that the execution has not followed yet. */
  readonly pend?: Divert
  /** Set once, for good: why it ended. */
  readonly exit?: {
    readonly reason: string
    readonly at: number
    /** Where it was moved to: a version of its sequence, run + 1. */
    readonly to?: string
  }
  /** When the last mail of this enrolment was accepted, or may have been. */
  readonly lastAt?: number
  readonly due: Due
  /** The path taken at each branch; a branch that is not named took its default. */
  readonly took: Readonly<Record<string, string>>
  readonly records: Readonly<Record<string, StepRecord>>
  /** By step: why it was held back last. */
  readonly held?: Readonly<Record<string, Held>>
}

/** The whole item. */
export interface Enrolment extends Arbiter {
  readonly enrolmentId: string
  readonly leadId: string
  readonly sequence: string
  readonly version: string
  readonly run: number
  /** When the lead entered, in whichever run. */
  readonly createdAt: number
  /** When this run began, if a move began it. */
  readonly began?: number
  /** It ends by its version, whatever is published: an edit took out the step that it waited for, and said so. */
  readonly pinned?: true
  /** What this run is for, where the sequence runs once for each value of a property. */
  readonly key?: string
}

/** The message that the execution puts on the send queue when it enters a state. */
export interface Hop {
  readonly op: 'send' | 'hold'
  readonly token: string
  readonly enrolmentId: string
  readonly leadId: string
  readonly step: string
  readonly n: number
  /** The name of the divert that led here; it lives for one hop. */
  readonly via?: string
}

/** One planned stop of a sequence in file order: an email, a notification or a listening end. */
export interface Stop {
  readonly id: string
  /** The branch paths it lies in, outermost first. */
  readonly on: readonly { readonly branch: string; readonly path: string; readonly isDefault: boolean }[]
  /** The execution succeeds only by the worker's word here. */
  readonly last: boolean
  /** No message comes of it, so no record is its: a decision, an act, a listening end, the start of another sequence. */
  readonly silent?: boolean
  /** The forks that it lies in or right in front of: their paths can be taken from here. */
  readonly open?: readonly string[]
  /** The forks whose paths meet again here: the last stop from which one can be taken. */
  readonly meets?: readonly string[]
}

/** `<leadId>-<sequence>-<run>`: also the execution's name (≤ 80 characters) and safe as an SES tag. */
export const enrolmentIdOf = (leadId: string, sequence: string, run: number): string =>
  `${leadId}-${sequence}-${run}`
