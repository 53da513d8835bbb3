/**
 * The stop switch and the blast guard: what stops a sequence, or all sending, before many people are mailed by
 * mistake. A stop holds mails back and loses none; a person lifts it.
 */
import type { Enrolment, StepRecord } from './enrolment.ts'
import type { Sending } from './settings-sending.ts'

/** What stops everything, beside the ids of sequences. */
export const everything = 'all'

export interface Stopped {
  /** A sequence's id, or `all`. */
  readonly scope: string
  readonly reason: string
  /** Milliseconds. */
  readonly at: number
}

/** What is stopped, and when (ms) a person last let a scope go on: what was seen by then stops nothing again. */
export interface StopSwitch {
  readonly stopped: readonly Stopped[]
  readonly resumed: Readonly<Record<string, number>>
}

export const nothingStopped: StopSwitch = { stopped: [], resumed: {} }

/** What holds this sequence: the stop that began last, as it will be lifted last. */
export const stopOf = ({ stopped }: StopSwitch, sequence: string): Stopped | undefined =>
  stopped
    .filter(({ scope }) => scope === everything || scope === sequence)
    .reduce<Stopped | undefined>((last, one) => (last && last.at >= one.at ? last : one), undefined)

const soonest = 900
const latest = 7200

/**
 * When a mail that met a stop asks again, in seconds: after as long as the stop has lasted by now, but no sooner
 * than a quarter of an hour and no later than two hours. A stop of weeks then costs little for each waiting lead.
 */
export const askAgainAt = (stop: Pick<Stopped, 'at'>, now: number): number =>
  now + Math.min(latest, Math.max(soonest, now - Math.floor(stop.at / 1000)))

const day = 86_400

/** No lead gets more than this, in seconds; where the settings say nothing, twice the cap's number in a day, at least six. */
export function mostPerLead({ guard, cap }: Sending): { readonly max: number; readonly per: number } {
  if (guard?.perLead) return { max: guard.perLead.max, per: Math.ceil(guard.perLead.per / 1000) }
  return { max: Math.max(6, 2 * (cap?.max ?? 0)), per: day }
}

/** Sending stops above the forecast and a fifth. */
const margin = 1.2

/** So many mails of the whole account in 24 hours are a fifth more than expected; undefined without a forecast. */
export function mostPerDay({ guard }: Sending): number | undefined {
  if (!guard?.forecast) return undefined
  const { max, per } = guard.forecast
  return (margin * max * day * 1000) / per
}

const wasMailed = (record: StepRecord | undefined): record is StepRecord =>
  record?.is === 'sent' || record?.is === 'uncertain'

/**
 * When this very step was mailed to the lead by other runs of its sequence in the last 24 hours. Runs for another key
 * (another order) are about something else; and what the lead did itself after that mail (`asked`, the instant of
 * what began this run) may bring the same mail again. Seconds.
 */
export function repeatsOf(
  runs: readonly Enrolment[],
  me: Pick<Enrolment, 'enrolmentId' | 'sequence' | 'key'>,
  step: string,
  now: number,
  asked?: number,
): readonly number[] {
  return runs.flatMap((run) => {
    const isOther = run.enrolmentId !== me.enrolmentId && run.sequence === me.sequence && run.key === me.key
    const record = isOther ? run.records[step] : undefined
    if (!wasMailed(record) || record.at <= now - day) return []
    return asked !== undefined && asked > record.at ? [] : [record.at]
  })
}

/** What is about to happen, in seconds. */
export interface GuardQuestion {
  readonly sending: Sending
  readonly sequence: string
  readonly mails: readonly number[]
  readonly repeats: readonly number[]
  /** How many mails the account sent in the last 24 hours, if that is to be asked and is known. */
  readonly sentLastDay?: number | undefined
  readonly resumed: StopSwitch['resumed']
  readonly now: number
}

/** What the guard stops, and why in words for people. */
export interface Trip {
  readonly scope: string
  readonly why: string
}

const resumedAt = ({ resumed, sequence }: GuardQuestion): number =>
  Math.floor(Math.max(resumed[sequence] ?? 0, resumed[everything] ?? 0) / 1000)

/** The same mail again, though nobody asked for it. */
export function repeatTrip(question: GuardQuestion): Trip | undefined {
  const { repeats, sequence } = question
  const after = resumedAt(question)
  if (!repeats.some((at) => at > after)) return undefined
  return {
    scope: sequence,
    why: 'leads enter it again and would get the same mail a second time within 24 hours',
  }
}

const hoursOf = (seconds: number): string => `${Math.round((seconds / 3600) * 10) / 10} hours`

function leadTrip(question: GuardQuestion): Trip | undefined {
  const { sending, mails, now, sequence } = question
  const { max, per } = mostPerLead(sending)
  const from = Math.max(now - per, resumedAt(question))
  if (mails.filter((at) => at > from).length < max) return undefined
  return { scope: sequence, why: `one lead would get more than ${max} mails in ${hoursOf(per)}` }
}

function fleetTrip({ sending, sentLastDay, resumed, now }: GuardQuestion): Trip | undefined {
  const most = mostPerDay(sending)
  if (most === undefined || sentLastDay === undefined || sentLastDay <= most) return undefined
  if ((resumed[everything] ?? 0) / 1000 > now - day) return undefined
  return {
    scope: everything,
    why: `${sentLastDay} mails went out in 24 hours, a fifth more than the ${Math.round(most / margin)} of the forecast`,
  }
}

/** What is to be stopped rather than that this mail goes out; undefined when all is well. */
export const tripOf = (question: GuardQuestion): Trip | undefined =>
  repeatTrip(question) ?? leadTrip(question) ?? fleetTrip(question)
