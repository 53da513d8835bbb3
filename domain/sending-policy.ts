/** Whether a mail may go out now: asked once more right before every send, of fresh reads. */
import { nextOpening, type SendWindow } from './calendar-window.ts'
import type { DeferReason, Enrolment, NotSentReason } from './enrolment.ts'
import type { Settings } from './settings.ts'
import type { Sending } from './settings-sending.ts'

/** What a worker has read of the lead; `LeadHead` fits. */
export interface Recipient {
  readonly suppressed: string | false
  readonly deliverable: boolean
  readonly isTest: boolean
  readonly stage: string
  /** The topics that may be mailed about. */
  readonly topics: readonly string[]
  /** Until when (ms) the lead wants no mail. */
  readonly pausedUntil?: number | undefined
  /** The lead asked for fewer mails. */
  readonly fewer?: boolean | undefined
}

/** The next mail that another enrolment of the same lead has planned. */
export interface Rival {
  readonly priority: number
  /** Seconds since 1970. */
  readonly due: number
}

export interface SendQuestion {
  readonly lead: Recipient
  readonly topic: string
  /** A `send` step, or a `notify` to our own people. */
  readonly step: { readonly kind: 'send' | 'notify'; readonly immediately?: boolean }
  /** Seconds at which mails were accepted, or may have been, over all enrolments of the lead: `mailsOf`. */
  readonly mails: readonly number[]
  /** The sequence's own priority, and what other sequences want to send. */
  readonly priority?: number
  readonly rivals?: readonly Rival[]
  readonly settings: Settings
  /** Seconds since 1970. */
  readonly now: number
  /** The lead's own time zone: `zoneOf`. */
  readonly zone: string
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

/** When every mail of the lead went out, or may have: proofs still open count, so that a gap is never too short. */
export function mailsOf(enrolments: readonly Pick<Enrolment, 'records' | 'lastAt'>[]): readonly number[] {
  const times = enrolments.flatMap(({ records, lastAt }) => {
    const sent = Object.values(records).filter(({ is }) => is === 'sent' || is === 'uncertain')
    const at = sent.map((record) => record.at)
    return lastAt === undefined || at.includes(lastAt) ? at : [...at, lastAt]
  })
  return times.sort((a, b) => a - b)
}

/** The hours, days and holidays of the settings as a window in which mail may go out. */
export function windowOf({ quietHours, days, holidays }: Sending): SendWindow {
  return { from: quietHours?.to ?? 0, to: quietHours?.from ?? 0, days, holidays }
}

/** The zone in which quiet hours are reckoned for a lead. */
export const quietZone = ({ quietHours }: Sending, leadZone: string): string =>
  quietHours === undefined || quietHours.zone === 'lead' ? leadZone : quietHours.zone

function refusal({ lead, topic, settings }: SendQuestion): SendAnswer | undefined {
  if (lead.suppressed !== false) return exit(lead.suppressed === 'erased' ? 'erased' : 'suppressed')
  if (lead.isTest) return exit('test-lead')
  if (!lead.deliverable) return exit('undeliverable')
  if (!lead.topics.includes(topic)) return exit('no-consent')
  const isOver = settings.stages.some(({ id, exits }) => exits && id === lead.stage)
  return isOver ? exit('exited', `stage-${lead.stage}`) : undefined
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

/**
 * When a rival of higher priority is out of the way: one that is due within the hour, or should have been sent since
 * yesterday. One that has waited longer is held up by something else and holds nobody back.
 */
function rivalGone(question: SendQuestion): number {
  const { rivals = [], priority = 0, now } = question
  const ahead = rivals.filter(
    (rival) => rival.priority > priority && rival.due > now - 86_400 && rival.due <= now + 3600,
  )
  return Math.max(now, ...ahead.map((rival) => Math.max(rival.due, now) + gapOf(question)))
}

const pauseEnds = ({ lead, now }: SendQuestion): number =>
  Math.max(now, Math.ceil((lead.pausedUntil ?? 0) / 1000))

/** What holds a mail back longest, besides the hours; the earlier in the list, the more it says. */
function longest(question: SendQuestion): { until: number; reason: DeferReason } {
  const holds: readonly { until: number; reason: DeferReason }[] = [
    { until: pauseEnds(question), reason: 'paused' },
    { until: gapEnds(question), reason: 'min-gap' },
    { until: capFrees(question), reason: 'frequency-cap' },
    { until: rivalGone(question), reason: 'priority' },
  ]
  return holds.reduce((most, hold) => (hold.until > most.until ? hold : most))
}

function waiting(question: SendQuestion): SendAnswer {
  const { now, settings, step, zone } = question
  const { sending } = settings
  if (step.immediately) {
    const until = gapEnds(question)
    return until > now ? { is: 'defer', until, reason: 'min-gap' } : ok
  }
  const hold = longest(question)
  const until = nextOpening(quietZone(sending, zone), windowOf(sending), hold.until)
  if (until <= now) return ok
  return { is: 'defer', until, reason: hold.until > now ? hold.reason : 'quiet-hours' }
}

/**
 * May this mail go out now? What ends the enrolment is asked first, then what makes it wait. What was asked for
 * (`immediately`) waits for no hours, days or cap, but two mails always lie the minimum gap apart (the arbiter's
 * promise).
 */
export function maySend(question: SendQuestion): SendAnswer {
  if (question.step.kind === 'notify') return notifyAnswer(question)
  return refusal(question) ?? waiting(question)
}
