/** Whether a mail may go out now, by what was read after its claim: the policy, the stop switch, the blast guard. */
import type { Outcome } from '../../domain/arbiter-act.ts'
import type { DeferReason, Enrolment, Hop } from '../../domain/enrolment.ts'
import {
  askAgainAt,
  type GuardQuestion,
  mostPerDay,
  repeatsOf,
  repeatTrip,
  stopOf,
  tripOf,
} from '../../domain/guard.ts'
import type { LeadState } from '../../domain/lead.ts'
import { planFrom } from '../../domain/planning.ts'
import { type Run, rivalsOf, standingOf } from '../../domain/rivals.ts'
import { mailsOf, maySend, withoutNotices } from '../../domain/sending-policy.ts'
import type { NotifyStep, SendStep, Sequence } from '../../domain/sequence.ts'
import { isActivity } from '../../domain/signal.ts'
import { lastSignOfLife } from '../../domain/silence.ts'
import type { Log } from './log.ts'
import { planContext } from './plan-context.ts'
import type { Clock, Collection, ContentSource, Profile, Quota, StoredEnrolment } from './ports.ts'
import { type StopPorts, stopByGuard } from './stop-sending.ts'
import { versioned } from './versioned.ts'

export interface PermitPorts extends StopPorts {
  readonly clock: Clock
  readonly content: ContentSource
  readonly quota: Quota
  readonly log: Log
}

/** A mail that is about to go out, and its lead as it is after the claim. `now` in seconds. */
export interface Asking {
  readonly hop: Hop
  readonly stored: StoredEnrolment
  readonly sequence: Sequence
  readonly attempt: number
  readonly profile: Profile
  readonly state: LeadState
  readonly collection: Collection
  readonly now: number
}

/** A repeated attempt does not count the one it repeats. */
const asItCounts = (enrolment: Enrolment, { stored, hop, attempt }: Asking): Enrolment => {
  if (attempt === 1 || enrolment.enrolmentId !== stored.enrolment.enrolmentId) return enrolment
  const { lastAt: _lastAt, ...rest } = enrolment
  const { [hop.step]: _, ...records } = enrolment.records
  return { ...rest, records }
}

/** When mails of all runs went out. */
const mailsBefore = (runs: readonly Run[], asking: Asking): readonly number[] =>
  mailsOf(runs.map((run) => withoutNotices({ ...run, enrolment: asItCounts(run.enrolment, asking) })))

/** The plan with this mail at `from` or as soon after as it may go out, as the outcome that says so. */
export const dueAt = async (
  ports: Pick<PermitPorts, 'content'>,
  asking: Asking,
  from: number,
  reason: DeferReason,
): Promise<Outcome> => {
  const { settings } = await ports.content.live()
  const { enrolment } = asking.stored
  const mails = mailsBefore(await versioned(ports.content, asking.collection.enrolments), asking)
  const { leadId, took } = enrolment
  const planned = { leadId, took, fields: asking.state.profile }
  const ctx = planContext(settings, asking.profile, asking.now, planned, mails.at(-1))
  const due = planFrom(asking.sequence, asking.hop.step, from, enrolment.due, ctx)
  return { is: 'refuse-now', due, until: due[asking.hop.step] ?? from, reason }
}

/** Seconds at which the lead did what began this run; undefined when something else began it. */
const askedAt = ({ stored, collection, state }: Asking): number | undefined => {
  const begun = collection.events.find(({ id }) => id === stored.by)
  const isOwn =
    begun?.type === 'captured' ||
    state.signals.some((signal) => signal.id === stored.by && isActivity(signal))
  return begun !== undefined && isOwn ? begun.at / 1000 : undefined
}

const guardQuestion = async (
  ports: PermitPorts,
  asking: Asking,
  mails: readonly number[],
  resumed: GuardQuestion['resumed'],
): Promise<GuardQuestion> => {
  const { sending } = (await ports.content.live()).settings
  const runs = asking.collection.enrolments.map(({ enrolment }) => enrolment)
  const { enrolment } = asking.stored
  return {
    sending,
    sequence: asking.sequence.id,
    mails,
    repeats: repeatsOf(runs, enrolment, asking.hop.step, asking.now, askedAt(asking)),
    sentLastDay: mostPerDay(sending) === undefined ? undefined : await ports.quota.sentLastDay(),
    resumed,
    now: asking.now,
  }
}

/**
 * Until when a stop holds this mail back: one that is there, or one that the guard finds due now. A mail that waits
 * for something else anyway (`waits`) is only looked at for the repetition that its wait would hide.
 */
const stoppedUntil = async (
  ports: PermitPorts,
  asking: Asking,
  mail: { readonly isNotice: boolean; readonly waits: boolean; readonly mails: readonly number[] },
): Promise<number | undefined> => {
  const { now, sequence, hop } = asking
  const known = await ports.stops.get()
  const stop = stopOf(known, sequence.id)
  if (stop !== undefined) return mail.waits ? undefined : askAgainAt(stop, now)
  if (mail.isNotice) return undefined
  const question = await guardQuestion(ports, asking, mail.mails, known.resumed)
  const trip = mail.waits ? repeatTrip(question) : tripOf(question)
  if (trip === undefined) return undefined
  const at = ports.clock.now()
  const { enrolmentId } = hop
  ports.log.error('sending.stopped', new Error(trip.why), { enrolmentId, step: hop.step, scope: trip.scope })
  await stopByGuard(ports, trip, `${hop.step} of ${enrolmentId}`, at)
  return askAgainAt({ at }, now)
}

/** Undefined: this mail may go out. */
export const permit = async (
  ports: PermitPorts,
  asking: Asking,
  step: SendStep | NotifyStep,
): Promise<Outcome | undefined> => {
  const { settings } = await ports.content.live()
  const { state, profile, stored, sequence, now } = asking
  const runs = await versioned(ports.content, asking.collection.enrolments)
  const mails = mailsBefore(runs, asking)
  const verdict = maySend({
    lead: {
      ...state,
      suppressed: asking.collection.suppression?.reason ?? state.suppressed,
      topics: profile.topics,
    },
    topic: sequence.topic,
    step: step.kind === 'send' ? { kind: 'send', immediately: step.immediately } : { kind: 'notify' },
    mails,
    self: standingOf({ enrolment: stored.enrolment, sequence }),
    enrol: sequence.enrol,
    rivals: rivalsOf(runs, stored.enrolment.enrolmentId, profile.topics, now),
    since: lastSignOfLife(state),
    settings,
    now,
    zone: profile.zone,
    country: profile.country,
  })
  if (verdict.is === 'exit') return { is: 'exit', reason: verdict.reason, notSent: verdict.record }
  if (verdict.is === 'skip') return { is: 'skip', reason: verdict.reason }
  const stopped = await stoppedUntil(ports, asking, {
    isNotice: step.kind === 'notify',
    waits: verdict.is === 'defer',
    mails,
  })
  if (stopped !== undefined) return dueAt(ports, asking, stopped, 'stopped')
  return verdict.is === 'defer' ? dueAt(ports, asking, verdict.until, verdict.reason) : undefined
}
