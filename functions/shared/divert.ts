/** Diverts the running enrolments of a lead, at once: goals, exits and the events that a step listens for. */

import type { Decision } from '../../domain/arbiter-act.ts'
import { diverted, exited } from '../../domain/arbiter-divert.ts'
import type { Facts } from '../../domain/condition.ts'
import { type Diversion, diversionOf, noticeOf, statusOf } from '../../domain/diversion.ts'
import type { Enrolment, NotSentReason } from '../../domain/enrolment.ts'
import type { Place } from '../../domain/lead-zone.ts'
import { planBranch } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import type { Sequence } from '../../domain/sequence.ts'
import type { Settings } from '../../domain/settings.ts'
import { type ActPorts, answer, decideAndWrite } from './act.ts'
import type { HandoffMessage } from './messages.ts'
import { planContext } from './plan-context.ts'
import type { Clock, ContentSource, StoredEnrolment } from './ports.ts'

export interface DivertPorts extends ActPorts {
  readonly clock: Clock
  readonly content: ContentSource
}

const seconds = (at: number): number => Math.floor(at / 1000)

const decisionOf = (
  sequence: Sequence,
  enrolment: Enrolment,
  diversion: Diversion,
  plan: {
    readonly now: number
    readonly place: Place
    readonly settings: Settings
    readonly fields: Facts['fields']
  },
): Decision => {
  const ctx = { now: plan.now, route: stopsOf(sequence) }
  if (diversion.kind === 'exit')
    return exited(enrolment, diversion.reason, ctx, { notSent: diversion.notSent, name: diversion.name })
  const { leadId, took: taken, due: current } = enrolment
  const known = { leadId, took: taken, fields: plan.fields }
  const context = planContext(plan.settings, plan.place, plan.now, known)
  const { due, took } = planBranch(sequence, diversion.path, plan.now, current, context)
  return diverted(enrolment, { name: `Tendril.Branch.${diversion.path}`, due, took }, ctx)
}

const divertOne = async (
  ports: DivertPorts,
  stored: StoredEnrolment,
  facts: Facts,
  place: Place,
): Promise<Enrolment> => {
  const { enrolmentId } = stored.enrolment
  const { sequence } = await ports.content.sequence(stored.enrolment.sequence, stored.enrolment.version)
  const { settings } = await ports.content.live()
  const now = seconds(ports.clock.now())
  const done = await decideAndWrite(
    ports,
    enrolmentId,
    (enrolment) => {
      if (enrolment === undefined || isOver(enrolment, sequence, now)) return undefined
      const diversion = diversionOf(sequence, enrolment, facts, now)
      return (
        diversion &&
        decisionOf(sequence, enrolment, diversion, { now, place, settings, fields: facts.fields })
      )
    },
    stored,
  )
  if (done !== undefined) await answer(ports, done.stored?.enrolment.token, done.decision.act)
  return done?.stored?.enrolment ?? stored.enrolment
}

/** Owes the notification of the exit that was taken until it is known to have been dealt with. */
const oweNotice = async (
  ports: DivertPorts,
  enrolment: Enrolment,
  told: ReadonlySet<string>,
): Promise<void> => {
  const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const notify = noticeOf(sequence, enrolment)
  const { leadId, enrolmentId } = enrolment
  if (notify === undefined || told.has(`notice-${enrolmentId}`)) return
  const message: HandoffMessage = { v: 1, kind: 'notice', leadId, enrolmentId, notify }
  await ports.queues.send('handoff', message)
}

const isOver = (enrolment: Enrolment, sequence: Sequence, now: number): boolean => {
  const status = statusOf(enrolment, stopsOf(sequence), now)
  return status !== 'active' && status !== 'held'
}

/** Applies what the lead's state means to each of its enrolments; `told` are the notices that exist already. */
export const divertEnrolments = async (
  ports: DivertPorts,
  enrolments: readonly StoredEnrolment[],
  facts: Facts,
  place: Place,
  told: ReadonlySet<string>,
): Promise<void> => {
  for (const stored of enrolments) {
    const enrolment = await divertOne(ports, stored, facts, place)
    await oweNotice(ports, enrolment, told)
  }
}

/** Ends every running enrolment of a lead for one reason: a suppression, an erasure, a stage that ends them all. */
export const exitEnrolments = async (
  ports: DivertPorts,
  enrolments: readonly StoredEnrolment[],
  reason: string,
  notSent: NotSentReason,
): Promise<void> => {
  for (const { enrolment: seen } of enrolments) {
    const { sequence } = await ports.content.sequence(seen.sequence, seen.version)
    const now = seconds(ports.clock.now())
    const done = await decideAndWrite(ports, seen.enrolmentId, (enrolment) =>
      enrolment === undefined || isOver(enrolment, sequence, now)
        ? undefined
        : exited(enrolment, reason, { now, route: stopsOf(sequence) }, { notSent }),
    )
    if (done !== undefined) await answer(ports, done.stored?.enrolment.token, done.decision.act)
  }
}
