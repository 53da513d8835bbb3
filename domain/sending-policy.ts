/** Whether a mail may go out now: asked once more right before every send, of fresh reads. */
import { nextOpening, type SendWindow } from './calendar-window.ts'
import type { DeferReason, Enrolment, NotSentReason } from './enrolment.ts'
import { endsRun } from './entry.ts'
import { type Rival, type Run, rivalsGone, type Standing } from './rivals.ts'
import { stopsOf } from './route.ts'
import type { Sequence } from './sequence.ts'
import type { Settings } from './settings.ts'
import type { Sending } from './settings-sending.ts'
import { fatigueEnds, isSunset } from './silence.ts'

/** What a worker has read of the lead; `LeadHead` fits. */
export interface Recipient {
  readonly suppressed: string | false
  readonly deliverable: boolean
  readonly isTest: boolean
  readonly stage: string
  /** When it was reached (ms): what began in it may go on in it. */
  readonly stageSince?: number | undefined
  /** The topics that may be mailed about. */
  readonly topics: readonly string[]
  /** Until when (ms) the lead wants no mail. */
  readonly pausedUntil?: number | undefined
  /** The lead asked for fewer mails. */
  readonly fewer?: boolean | undefined
}

export interface SendQuestion {
  readonly lead: Recipient
  readonly topic: string
  /** A `send` step, or a `notify` to our own people. */
  readonly step: { readonly kind: 'send' | 'notify'; readonly immediately?: boolean }
  /** Seconds at which mails were accepted, or may have been, over all enrolments of the lead: `mailsOf`. */
  readonly mails: readonly number[]
  /** Where this enrolment stands among those of the lead, and what the others want to send. */
  readonly self?: Standing
  readonly rivals?: readonly Rival[]
  /** Whom the sequence asks for. */
  readonly enrol?: Sequence['enrol']
  /** Seconds: the lead's last sign of life, or when it came; left out: silence slows and ends nothing. */
  readonly since?: number
  readonly settings: Settings
  /** Seconds since 1970. */
  readonly now: number
  /** The lead's own time zone and country: `zoneOf`, `countryOf`. */
  readonly zone: string
  readonly country?: string | undefined
}

export type SendAnswer =
  | { readonly is: 'ok' }
  /** The enrolment ends; `record` is what the planned mail ends in. */
  | { readonly is: 'exit'; readonly reason: string; readonly record: NotSentReason }
  | { readonly is: 'defer'; readonly until: number; readonly reason: DeferReason }
  /** Only this mail is left out. */
  | { readonly is: 'skip'; readonly reason: NotSentReason }

const ok: SendAnswer = { is: 'ok' }
const exit = (record: NotSentReason, reason: string = record): SendAnswer => ({ is: 'exit', reason, record })

/** What an enrolment says of mails to the lead: the notes to our own people, which its sequence sends too, are none. */
export function withoutNotices({ enrolment, sequence }: Run): Pick<Enrolment, 'records' | 'lastAt'> {
  const { records, lastAt } = enrolment
  const notices = new Set(stopsOf(sequence).flatMap(({ id, kind }) => (kind === 'notify' ? [id] : [])))
  if (notices.size === 0) return enrolment
  const isLast = Object.entries(records).some(([id, { at }]) => notices.has(id) && at === lastAt)
  return {
    records: Object.fromEntries(Object.entries(records).filter(([id]) => !notices.has(id))),
    ...(lastAt === undefined || isLast ? {} : { lastAt }),
  }
}

/** When every mail of the lead went out, or may have: proofs still open count, so that a gap is never too short. */
export function mailsOf(enrolments: readonly Pick<Enrolment, 'records' | 'lastAt'>[]): readonly number[] {
  const times = enrolments.flatMap(({ records, lastAt }) => {
    const sent = Object.values(records).filter(({ is }) => is === 'sent' || is === 'uncertain')
    const at = sent.map((record) => record.at)
    return lastAt === undefined || at.includes(lastAt) ? at : [...at, lastAt]
  })
  return times.sort((a, b) => a - b)
}

/** The hours, days and holidays of the settings as a window in which mail may go out to somebody in this country. */
export function windowOf({ quietHours, days, holidays, holidaysIn }: Sending, country?: string): SendWindow {
  const own = country === undefined ? undefined : holidaysIn?.[country]
  return {
    from: quietHours?.to ?? 0,
    to: quietHours?.from ?? 0,
    days,
    holidays: own === undefined ? holidays : [...holidays, ...own],
  }
}

/** The zone in which quiet hours are reckoned for a lead. */
export const quietZone = ({ quietHours }: Sending, leadZone: string): string =>
  quietHours === undefined || quietHours.zone === 'lead' ? leadZone : quietHours.zone

function refusal(question: SendQuestion): SendAnswer | undefined {
  const { lead, topic } = question
  if (lead.suppressed !== false) return exit(lead.suppressed === 'erased' ? 'erased' : 'suppressed')
  if (lead.isTest) return exit('test-lead')
  if (!lead.deliverable) return exit('undeliverable')
  if (!lead.topics.includes(topic)) return exit('no-consent')
  if (isEnded(question)) return exit('exited', `stage-${lead.stage}`)
  return isGivenUp(question) ? exit('sunset') : undefined
}

function isEnded({ lead, settings, self, enrol = { when: [], again: 'never' } }: SendQuestion): boolean {
  const { stage, stageSince = Number.POSITIVE_INFINITY } = lead
  return endsRun({ stage, stageSince }, self?.since ?? 0, enrol, settings)
}

/** Not what the lead has just asked for. */
function isGivenUp({ step, settings, mails, since, now }: SendQuestion): boolean {
  if (step.immediately || since === undefined) return false
  return isSunset(settings.sending.sunset, { mails, since }, now)
}

/** Our own people may be told whatever the lead's consent is, but not about somebody who is gone or never was. */
function notifyAnswer({ lead }: SendQuestion): SendAnswer {
  if (lead.suppressed === 'erased') return exit('erased')
  return lead.isTest ? { is: 'skip', reason: 'test-lead' } : ok
}

/** "Fewer mails" is one in the cap's stretch, or one a week where there is no cap. */
function capOf({ lead, settings }: SendQuestion): { max: number; per: number } | undefined {
  const { cap } = settings.sending
  if (!lead.fewer) return cap && { max: cap.max, per: Math.ceil(cap.per / 1000) }
  return { max: 1, per: cap ? Math.ceil(cap.per / 1000) : 7 * 86_400 }
}

/** When the cap leaves room again: the mail that fills the stretch must have left it. */
function capFrees(question: SendQuestion): number {
  const { mails, now } = question
  const cap = capOf(question)
  if (!cap) return now
  const recent = mails.filter((at) => at > now - cap.per).sort((a, b) => a - b)
  const blocking = recent[recent.length - cap.max]
  return blocking === undefined ? now : blocking + cap.per
}

const gapOf = ({ settings }: SendQuestion): number => Math.ceil(settings.sending.minGap / 1000)

const gapEnds = (question: SendQuestion): number =>
  Math.max(question.now, ...question.mails.map((at) => at + gapOf(question)))

const pauseEnds = ({ lead, now }: SendQuestion): number =>
  Math.max(now, Math.ceil((lead.pausedUntil ?? 0) / 1000))

/** Slower to those who do not react; `mails` of the rule are in order, those of a question may not be. */
function slowed({ mails, since, settings, now }: SendQuestion): number {
  if (since === undefined) return now
  const sorted = [...mails].sort((a, b) => a - b)
  return Math.max(now, fatigueEnds(settings.sending.fatigue, { mails: sorted, since }) ?? now)
}

function rivalGone(question: SendQuestion): number {
  const { self, rivals = [], now } = question
  return self === undefined ? now : rivalsGone(self, rivals, now, gapOf(question))
}

/** What holds a mail back longest, besides the hours; the earlier in the list, the more it says. */
function longest(question: SendQuestion): { until: number; reason: DeferReason } {
  const holds: readonly { until: number; reason: DeferReason }[] = [
    { until: pauseEnds(question), reason: 'paused' },
    { until: gapEnds(question), reason: 'min-gap' },
    { until: capFrees(question), reason: 'frequency-cap' },
    { until: slowed(question), reason: 'fatigue' },
    { until: rivalGone(question), reason: 'priority' },
  ]
  return holds.reduce((most, hold) => (hold.until > most.until ? hold : most))
}

/** What the lead asked for waits for the gap, and for the cap where the settings count it among the others. */
function askedFor(question: SendQuestion): SendAnswer {
  const { now, settings } = question
  const gap = gapEnds(question)
  const counted = settings.sending.cap?.transactional === 'counted'
  const room = counted ? capFrees(question) : now
  if (Math.max(gap, room) <= now) return ok
  return gap >= room
    ? { is: 'defer', until: gap, reason: 'min-gap' }
    : { is: 'defer', until: room, reason: 'frequency-cap' }
}

function waiting(question: SendQuestion): SendAnswer {
  const { now, settings, step, zone, country } = question
  const { sending } = settings
  if (step.immediately) return askedFor(question)
  const hold = longest(question)
  const until = nextOpening(quietZone(sending, zone), windowOf(sending, country), hold.until)
  if (until <= now) return ok
  return { is: 'defer', until, reason: hold.until > now ? hold.reason : 'quiet-hours' }
}

/**
 * May this mail go out now? What ends the enrolment is asked first, then what makes it wait. What was asked for
 * (`immediately`) waits for no hours, days, priority or silence, and for the cap only where the settings say so; but
 * two mails always lie the minimum gap apart (the arbiter's promise).
 */
export function maySend(question: SendQuestion): SendAnswer {
  if (question.step.kind === 'notify') return notifyAnswer(question)
  return refusal(question) ?? waiting(question)
}
