/** A sequence as the compiler checked it: what the planner, the arbiter and the workers go by. */
import type { Condition } from './condition.ts'

/** A point in the week and day to wait for, in the lead's zone: "tue-thu 09:30". */
export interface Slot {
  /** ISO weekdays, 1 = Monday … 7 = Sunday, ascending. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly minute: number
}

/** A wait: first a calendar duration (ISO 8601, `P2D`), then on to the next slot. */
export interface Wait {
  readonly for?: string
  readonly until?: Slot
}

/** An event of the lead that a step listens for or a condition asks about. */
export interface EventMatch {
  /** The signal's name: `email.clicked`, `form.submitted`, `webinar.attended` … */
  readonly name: string
  /** Only for `email.*`: the ids of the steps whose message it must concern. */
  readonly steps?: readonly string[]
  /** Properties that must match; `*` stands for any run of characters. */
  readonly where?: Readonly<Record<string, string>>
}

export interface SendStep {
  readonly kind: 'send'
  readonly id: string
  readonly template: string
  /** Asked for: quiet hours, days and the frequency cap do not hold it back. */
  readonly immediately: boolean
  /** Replaces the template's own subject. */
  readonly subject?: string
  /** Shown in the state's name instead of the template's. */
  readonly name?: string
}

export interface NotifyStep {
  readonly kind: 'notify'
  readonly id: string
  readonly template: string
  /** `owner-or-team`, a sender id or an email address. */
  readonly to: string
  readonly team?: string
  readonly name?: string
}

export interface WaitStep {
  readonly kind: 'wait'
  readonly wait: Wait
}

export interface Path {
  /** Unique in the sequence; the divert's name is `Tendril.Branch.<path id>`. */
  readonly id: string
  readonly name: string
  readonly steps: readonly Step[]
}

export interface BranchStep {
  readonly kind: 'branch'
  readonly id: string
  /** First match wins; the last one is the default and has no condition. */
  readonly paths: readonly (Path & { readonly if?: Condition })[]
}

export interface WaitForStep {
  readonly kind: 'wait_for'
  readonly id: string
  readonly event: EventMatch
  /** ISO 8601 duration after which the default path (`no`) is taken. */
  readonly timeout: string
  readonly yes: Path
  readonly no: Path
}

/** The end of the sequence; a wait before it keeps listening. */
export interface EndStep {
  readonly kind: 'end'
  readonly id: string
  readonly outcome: string
}

/** The end, and the start of another sequence. */
export interface NextStep {
  readonly kind: 'next'
  readonly id: string
  readonly sequence: string
}

export type Step = SendStep | NotifyStep | WaitStep | BranchStep | WaitForStep | EndStep | NextStep

/** What makes a lead enter. Any of them does. */
export type Trigger =
  | { readonly kind: 'form'; readonly form: string }
  | { readonly kind: 'stage'; readonly stages: readonly string[] }

export interface NotifyAction {
  readonly to: string
  readonly team?: string
  readonly template: string
}

export interface Exit {
  readonly when: Condition
  readonly notify?: NotifyAction
}

export interface Sequence {
  readonly id: string
  /** Content hash of everything below: an enrolment pins it. */
  readonly version: string
  readonly name: string
  /** Who looks after it: a note for people. */
  readonly owner?: string
  readonly topic: string
  /** When two sequences want to mail the same lead, the higher number goes first. */
  readonly priority: number
  readonly from?: string
  readonly enrol: {
    readonly when: readonly Trigger[]
    readonly onlyIf?: Condition
    /** `never`, `always`, or an ISO 8601 duration since the last enrolment. */
    readonly again: string
  }
  readonly goal?: { readonly when: Condition; readonly within?: string }
  readonly exits: readonly Exit[]
  readonly steps: readonly Step[]
}
