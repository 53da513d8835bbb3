/** A sequence as the compiler checked it: what the planner, the arbiter and the workers go by. */
import type { Condition, Range } from './condition.ts'

/** A point in the week and day to wait for, in the lead's zone: "tue-thu 09:30". */
export interface Slot {
  /** ISO weekdays, 1 = Monday … 7 = Sunday, ascending. */
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly minute: number
}

/** A date of the lead to wait for, such as the end of a contract. */
export interface DateWait {
  /** The profile field that holds it, as rules name it. */
  readonly field: string
  /** ISO 8601 duration before or after it. */
  readonly shift?: { readonly by: string; readonly to: 'before' | 'after' }
  /** How long to wait when the field holds no date. */
  readonly otherwise: string
}

/** A wait: first a calendar duration (ISO 8601, `P2D`) or until a date, then on to the next slot. */
export interface Wait {
  readonly for?: string
  readonly date?: DateWait
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
  /** A sender of the settings. */
  readonly from?: string
  /** Asked right before it is sent; the mail is left out when it does not hold. */
  readonly onlyIf?: Condition
  /** Another template for each value of a field, by the value's slug ("Food & Drink" → `food-drink`). */
  readonly variants?: { readonly field: string; readonly templates: Readonly<Record<string, string>> }
  /** Templates of which the first that the lead never received is sent; `template` is the first of them. */
  readonly stream?: readonly string[]
}

/** Something for a person to do, mailed to them. */
export interface TaskNote {
  readonly title: string
  readonly note?: string
  /** ISO 8601 duration in which it is to be done. */
  readonly within?: string
}

export interface NotifyStep {
  readonly kind: 'notify'
  readonly id: string
  readonly template: string
  /** `owner-or-team`, a sender id or an email address. */
  readonly to: string
  readonly team?: string
  readonly name?: string
  readonly task?: TaskNote
}

/** What is done without a mail. Its events bear ids made of the enrolment and the step: done twice, it counts once. */
export type Action =
  | {
      readonly do: 'score'
      readonly part: 'fit' | 'engagement'
      readonly points: number
      readonly reason: string
    }
  | { readonly do: 'tag'; readonly add: readonly string[]; readonly remove: readonly string[] }
  | { readonly do: 'set'; readonly fields: Readonly<Record<string, string>> }
  | { readonly do: 'stage'; readonly to: string; readonly reason: string }
  | {
      readonly do: 'webhook'
      /** `https://…`, or `secret:NAME`. */
      readonly url: string
      /** The name of the secret that signs it; left out: `WEBHOOK_SIGNING_SECRET`. */
      readonly secret?: string
      /** The `type` of the message. */
      readonly event: string
      /** Texts in it are Liquid. */
      readonly body: unknown
    }

export interface ActStep {
  readonly kind: 'act'
  readonly id: string
  readonly name?: string
  readonly action: Action
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

/** Each lead takes one path for good, by a hash of the lead, the sequence and the split. */
export interface SplitStep {
  readonly kind: 'split'
  readonly id: string
  readonly name?: string
  /** Shares in hundredths of a percent; they add up to 10,000. The last path is the default one of the map. */
  readonly paths: readonly (Path & { readonly share: number })[]
  /** From so many sends on, new leads take the path that is clearly better. */
  readonly winner?: { readonly by: 'click-rate'; readonly after: number }
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

export type Step =
  | SendStep
  | NotifyStep
  | ActStep
  | WaitStep
  | BranchStep
  | WaitForStep
  | SplitStep
  | EndStep
  | NextStep

/** What makes a lead enter. Any of them does. */
export type Trigger =
  | { readonly kind: 'form'; readonly form: string }
  | { readonly kind: 'ad-form'; readonly source: string; readonly formId: string }
  | { readonly kind: 'stage'; readonly stages: readonly string[] }
  /** A signal; with `atLeast`, that many of them within an ISO 8601 duration. */
  | {
      readonly kind: 'event'
      readonly event: EventMatch
      readonly atLeast?: number
      readonly within?: string
    }
  /** The moment at which a score enters a range, or the temperature becomes this. */
  | { readonly kind: 'score'; readonly score: 'fit' | 'engagement' | 'total'; readonly is: Range }
  | { readonly kind: 'temperature'; readonly temperature: string }
  /** A date of the lead, shifted. */
  | { readonly kind: 'date'; readonly field: string; readonly shift?: DateWait['shift'] }
  /** Only by `POST /v1/leads/{leadId}/enrolments`. */
  | { readonly kind: 'api' }

export interface NotifyAction {
  readonly to: string
  readonly team?: string
  readonly template: string
}

export interface Exit {
  readonly when: Condition
  readonly notify?: NotifyAction
}

/** On to another step, out of the sequence, or to the end by the old version. */
export type Removal = { readonly map: string } | 'exit' | 'pin'

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
    /** The property of the event that a run is for: once for each value (`again` then counts per value). */
    readonly key?: string
  }
  /** The share of leads (hundredths of a percent) that get nothing, to compare with. */
  readonly holdout?: number
  /** Leads under way end by the version they began with; left out: they follow an edit at their next step. */
  readonly pinned?: true
  /** Steps that were taken out, and what becomes of leads that wait for them. */
  readonly removed?: Readonly<Record<string, Removal>>
  readonly goal?: { readonly when: Condition; readonly within?: string }
  readonly exits: readonly Exit[]
  readonly steps: readonly Step[]
}
