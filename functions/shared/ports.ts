/** What the use cases need from outside. Each port has one driver in functions/shared/aws; tests may give their own. */
import type { Content } from '../../domain/content.ts'
import type { Enrolment } from '../../domain/enrolment.ts'
import type { LeadEvent, Person } from '../../domain/event.ts'
import type { ArmCount } from '../../domain/experiment.ts'
import type { Stopped, StopSwitch } from '../../domain/guard.ts'
import type { LeadHead } from '../../domain/lead-view.ts'
import type { NotifyAction, Sequence } from '../../domain/sequence.ts'
import type { QueueName } from './queue-names.ts'

/** Milliseconds since 1970. */
export interface Clock {
  now(): number
}

/** The cache of a lead beside its log: written when it changes, rebuilt from the log at any time. */
export interface LeadRecord<State> {
  readonly state: State
  /** Grows with every write: the condition of the next one. */
  readonly rev: number
}

/** Where a hand-off stands. */
export interface Handoff {
  readonly handoffId: string
  readonly leadId: string
  readonly owner: string
  readonly team: string
  readonly status: 'offered' | 'accepted' | 'rejected' | 'snoozed' | 'reassigned' | 'escalated' | 'closed'
  readonly reason: string
  readonly at: number
  readonly dueAt?: number
  /** Intent before effect: the mail to the rep. */
  readonly mail: 'none' | 'intent' | 'sent' | 'parked'
  readonly attempt: number
  /** When the last mail was begun. */
  readonly mailAt?: number
  readonly rejectReason?: string
  /** Only on a notice: mailed once in the same way, but no hand-off, and in none of their lists. */
  readonly notify?: NotifyAction
  readonly rev: number
}

/** The suppression of an address: a hash is all that outlives erasure. */
export interface Suppression {
  readonly reason: string
  readonly at: number
}

/** What a mail may show of a lead, and whether it may be sent: folded from the log when it is needed. */
export interface Profile {
  readonly leadId: string
  readonly person: Person
  readonly fields: Readonly<Record<string, readonly string[]>>
  /** Topics that the lead permitted. */
  readonly topics: readonly string[]
  readonly isTest: boolean
  readonly deliverable: boolean
  /** The form it came through last. */
  readonly form?: string
  /** IANA zone. */
  readonly zone: string
  /** Two capital letters. */
  readonly country?: string
}

/** Everything of a lead, by one strongly consistent read; the head is read no later than the log. */
export interface Collection {
  /** Oldest first. */
  readonly events: readonly LeadEvent[]
  readonly head: LeadRecord<LeadHead> | undefined
  readonly suppression: Suppression | undefined
  readonly enrolments: readonly StoredEnrolment[]
  /** Notices among them. */
  readonly handoffs: readonly Handoff[]
}

/** Leads in the order of an index; `place` is where the next page starts. */
export type LeadList = readonly { readonly leadId: string; readonly place: string }[]

export interface Leads {
  collection(leadId: string): Promise<Collection>
  /** Compare-and-set; 0 = not there yet. */
  saveHead(leadId: string, head: LeadHead, rev: number): Promise<boolean>
  /** Once, and for good. */
  suppress(leadId: string, suppression: Suppression): Promise<void>
  pointer(source: string, sourceLeadId: string): Promise<string | undefined>
  /** The leads that any source knows by this id. */
  pointers(sourceLeadId: string): Promise<readonly string[]>
  putPointer(source: string, sourceLeadId: string, leadId: string): Promise<boolean>
  alias(kind: 'email' | 'phone', hash: string): Promise<string | undefined>
  putAlias(kind: 'email' | 'phone', hash: string, leadId: string): Promise<boolean>
  byStage(stage: string, limit: number, before?: string): Promise<LeadList>
  byOwner(owner: string, limit: number, before?: string): Promise<LeadList>
  /** Puts the item if absent; on conflict answers the stored one. */
  createHandoff(handoff: Handoff): Promise<Handoff>
  handoff(leadId: string, handoffId: string): Promise<Handoff | undefined>
  replaceHandoff(handoff: Handoff): Promise<boolean>
  handoffs(filter: { owner?: string; statuses: readonly string[] }): Promise<readonly Handoff[]>
  /** The next number of a counter, from 1. */
  count(name: string): Promise<number>
}

export interface StoredEnrolment {
  readonly enrolment: Enrolment
  readonly rev: number
  /** The event that enrolled the lead. */
  readonly by: string
}

export interface Page<T> {
  readonly items: readonly T[]
  readonly cursor: string | null
}

export interface EventLog {
  /** All events of the lead, oldest first, strongly consistent. */
  events(leadId: string): Promise<readonly LeadEvent[]>
  /** Appends once per event id; the log is never changed. */
  append(leadId: string, event: LeadEvent): Promise<'new' | 'duplicate'>
}

export interface Enrolments {
  get(enrolmentId: string): Promise<StoredEnrolment | undefined>
  /** Puts the item if absent; on conflict answers the stored one. */
  create(enrolment: Enrolment, by: string): Promise<StoredEnrolment>
  /** Compare-and-set: `rev` is the one that was read; false when somebody else wrote first or the item is gone. */
  replace(next: StoredEnrolment): Promise<boolean>
}

/** A proof that SES took a message over, from its own Send event. */
export interface Proof {
  readonly sentAt: number
  readonly messageId: string
  readonly deliveredAt?: number
}

export interface Proofs {
  put(key: ProofKey, proof: Partial<Proof>): Promise<void>
  get(key: ProofKey): Promise<Proof | undefined>
  ofLead(leadId: string): Promise<readonly (ProofKey & Partial<Proof>)[]>
  /** Notes that the event channel reported a send of this minute. */
  markChannel(sentAt: number): Promise<void>
  /** True when the channel reported other sends within a few minutes of `at`. */
  channelHealthy(at: number): Promise<boolean>
}

export interface ProofKey {
  readonly leadId: string
  /** The enrolment's or the hand-off's id. */
  readonly of: string
  readonly n: number
  readonly attempt: number
}

export interface Queues {
  /** `delaySeconds` ≤ 900. */
  send(queue: QueueName, message: object, delaySeconds?: number): Promise<void>
  sendAll(queue: QueueName, messages: readonly object[]): Promise<void>
}

export interface Mail {
  readonly from: string
  readonly to: string
  readonly replyTo?: string
  readonly subject: string
  readonly html: string
  readonly text: string
  readonly headers: readonly { readonly name: string; readonly value: string }[]
  /** Names and values of `[A-Za-z0-9_-]` only. */
  readonly tags: Readonly<Record<string, string>>
}

/** A send is never repeated by the port: `unclear` is settled by proof. */
export type SendOutcome =
  | { readonly is: 'accepted'; readonly messageId: string }
  | { readonly is: 'refused'; readonly permanent: boolean; readonly detail: string }
  | { readonly is: 'unclear'; readonly detail: string }

export interface Mailer {
  send(mail: Mail): Promise<SendOutcome>
}

export interface Executions {
  /** Starts once per name and input; a repetition is no error. */
  start(machineArn: string, name: string, input: object): Promise<void>
  /** A dead token is fine: the next claim sees what was written. */
  succeed(token: string): Promise<void>
  fail(token: string, name: string, cause: object): Promise<void>
}

/** What was published, and who is on the way by it. */
export interface Releases {
  /** Whether this content was ever live. */
  wasPublished(hash: string): Promise<boolean>
  /** The enrolments whose executions run, on whatever version of a machine: any of them names it. */
  underWay(
    versionArn: string,
    cursor?: string,
  ): Promise<{ readonly enrolments: readonly Enrolment[]; readonly cursor?: string }>
}

export interface Schedules {
  /** One replaceable one-shot per name. */
  set(name: string, at: number, queue: QueueName, message: object): Promise<void>
}

export interface ContentSource {
  /** What is live now. */
  live(): Promise<Content>
  /** The version that an enrolment pinned. */
  sequence(id: string, version: string): Promise<{ readonly sequence: Sequence; readonly machineArn: string }>
}

/** What every lead is judged by since a publication: a new set of scoring rules is a new epoch. */
export interface Epoch {
  readonly number: number
  /** Of the scoring rules. */
  readonly hash: string
  /** When it began, in milliseconds. */
  readonly at: number
  /** Of the triggers that time alone can pull: a lead's timer is set by them. */
  readonly triggers: string
  /** Grows with every write. */
  readonly rev: number
}

export interface Epochs {
  current(): Promise<Epoch | undefined>
  /** Compare-and-set: `rev` is one more than that of the one it follows, 1 for the first. */
  begin(epoch: Epoch): Promise<boolean>
}

export interface Parked {
  readonly id: string
  readonly source: string
  readonly sourceLeadId: string
  readonly reason: string
  readonly detail: string
  readonly at: number
  readonly nextAttemptAt?: number
  /** What to put back on which queue when it is replayed. */
  readonly replay: { readonly queue: QueueName; readonly message: object }
}

export interface Alert {
  readonly kind: string
  readonly text: string
  readonly at: number
}

export interface Desk {
  park(item: Parked): Promise<void>
  unpark(id: string): Promise<void>
  parked(): Promise<readonly Parked[]>
  alert(alert: Alert): Promise<void>
  alerts(): Promise<readonly Alert[]>
}

/** The stop switch of each sequence and of all sending. */
export interface Stops {
  /** What this process knows: at most ten seconds old. */
  get(): Promise<StopSwitch>
  /** As it is stored. */
  read(): Promise<StopSwitch>
  put(stop: Stopped): Promise<void>
  /** Lets a scope go on, and notes when. */
  clear(scope: string, at: number): Promise<void>
}

export interface Quota {
  /** Mails of the whole account in the last 24 hours, at most a minute old; undefined when it cannot be known. */
  sentLastDay(): Promise<number | undefined>
}

/** What became of the arms of splits that look for a winner. */
export interface Experiments {
  /** Adds one lead to an arm; answers all arms as they are then. */
  count(sequence: string, split: string, path: string, what: 'sends' | 'clicks'): Promise<readonly ArmCount[]>
  /** The winning path by split. */
  winners(sequence: string): Promise<Readonly<Record<string, string>>>
  /** Once, and for good: true when there was no winner before. */
  declare(sequence: string, split: string, path: string): Promise<boolean>
}

export interface Secrets {
  /** Undefined when the secret is not set. */
  get(name: string): Promise<string | undefined>
}
