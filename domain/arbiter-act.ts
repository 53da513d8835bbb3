/** What the arbiter is asked and what it answers. */
import type { Arbiter, DeferReason, Divert, Due, Hop, NotSentReason, StepRecord, Stop } from './enrolment.ts'
import { notSentReasons } from './enrolment.ts'

export const EXIT = 'Tendril.Exit'
export const DEFER = 'Tendril.Defer'
export const REPLAN = 'Tendril.Replan'
export const BRANCH = 'Tendril.Branch.'
export const MOVE = 'Tendril.Move'
/** Leads the first state of a run that a move began to the Hold of the stop that is named. */
export const AT = 'Tendril.At.'

export type Act =
  /** SendTaskFailure(token, name, JSON.stringify(cause)), then delete the message. */
  | { readonly kind: 'answer'; readonly name: string; readonly cause: Readonly<Record<string, unknown>> }
  /** SendTaskSuccess(token), then delete the message. */
  | { readonly kind: 'succeed' }
  /** Nothing more: the task keeps waiting; delete the message. */
  | { readonly kind: 'listen' }
  /** One strongly consistent read, then SES once, then `settle`. */
  | { readonly kind: 'attempt'; readonly attempt: number }
  /** Late or unknown: delete the message. */
  | { readonly kind: 'drop' }

/** A send that may or may not have been accepted; step, n and attempt are on its email tags. */
export interface Uncertain {
  readonly step: string
  readonly n: number
  readonly attempt: number
}

/** To be carried out in this order. */
export interface Decision {
  /** Hand each to reconcile, delayed by 900 s; it may be handed over twice. */
  readonly uncertain: readonly Uncertain[]
  /** Write by one compare-and-set against the item that was read; when it fails, read and ask again. */
  readonly next?: Arbiter
  /** For a message its own token is meant, for a signal the item's. A dead token is no fault. */
  readonly act: Act
}

export interface Context {
  /** Seconds since 1970. */
  readonly now: number
  readonly route: readonly Stop[]
}

/** What became of an attempt. */
export type Outcome =
  /** SES accepted. `name` is the template's id, where it is not the step's own. */
  | { readonly is: 'sent'; readonly template?: string; readonly name?: string }
  /** SES may have accepted. */
  | { readonly is: 'uncertain'; readonly name?: string }
  /** Not now: gap, quiet hours, cap, pause, or a definite refusal that will pass. The whole due map; why, until when. */
  | { readonly is: 'refuse-now'; readonly due: Due; readonly until: number; readonly reason: DeferReason }
  /** The enrolment is over: suppressed, consent withdrawn, stage … */
  | { readonly is: 'exit'; readonly reason: string; readonly notSent?: NotSentReason }
  /** This one mail is not to be sent. */
  | { readonly is: 'skip'; readonly reason: NotSentReason }

/** What the proofs say 900 s later; `none-and-healthy` allows one more attempt. */
export type Finding = 'proof' | 'none' | 'none-and-healthy'

/** A row's result: the item as it is to be, and what to do. */
export interface Move {
  readonly item: Arbiter
  readonly act: Act
}

export const LISTEN: Act = { kind: 'listen' }
export const DROP: Act = { kind: 'drop' }

export const exitAct = (reason: string, name: string = EXIT): Act => ({
  kind: 'answer',
  name,
  cause: { reason },
})

/** The word for a run that is over; one that goes on in another is said to have moved. */
export const overAct = ({ reason, to }: NonNullable<Arbiter['exit']>, name: string = EXIT): Act =>
  exitAct(reason, to === undefined ? name : MOVE)

/** `via` lives for one hop: it comes back in the next message and says that the divert was followed. */
export const viaOf = (divert: Divert): string =>
  divert.turn === undefined ? divert.name : `${divert.name}.${divert.turn}`

/**
 * Only the claim of a hop can follow a divert: what is pending after it is newer. Where a run goes on that a move
 * began, any hop but its first does: that one's state is left by no other way.
 */
export const follows = (divert: Divert, item: Arbiter, hop: Hop): boolean =>
  hop.n > item.n && (hop.via === viaOf(divert) || (hop.n > 0 && divert.name.startsWith(AT)))

/**
 * Tells a divert. A catcher knows only the error's name, so a new plan that meets an unsent email goes by the
 * name of Defer, whose catcher leads to that email's own Hold.
 */
export const divertAct = (divert: Divert, unsent: boolean): Act => ({
  kind: 'answer',
  name: divert.name === REPLAN && unsent ? DEFER : divert.name,
  cause: { due: divert.due, via: viaOf(divert) },
})

export const decide = (was: Arbiter, move: Move, uncertain: readonly Uncertain[] = []): Decision =>
  move.item === was ? { uncertain, act: move.act } : { uncertain, next: move.item, act: move.act }

/** Records if absent: only an open proof gives way. */
export const record = (item: Arbiter, step: string, entry: StepRecord): Arbiter =>
  (item.records[step]?.is ?? 'uncertain') === 'uncertain'
    ? { ...item, records: { ...item.records, [step]: entry } }
    : item

/** The reason on the record of a message that an exit took away. */
export const notSentOf = (reason: string): NotSentReason =>
  notSentReasons.find((known) => known === reason) ?? 'exited'

/** An open intent that nobody works on any more becomes an open proof. */
export const orphan = (item: Arbiter, now: number): { item: Arbiter; uncertain: readonly Uncertain[] } => {
  const { intent, ...closed } = item
  if (intent === undefined || item.step === undefined) return { item, uncertain: [] }
  const { step, n } = item
  const { attempt } = intent
  const entry = { is: 'uncertain', at: now, n, attempt } as const
  return { item: record({ ...closed, lastAt: now }, step, entry), uncertain: [{ step, n, attempt }] }
}
