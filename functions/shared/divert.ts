/** Diverts the running enrolments of a lead, at once: goals, exits, the events that a step listens for, dates that move. */

import { type Decision, REPLAN } from '../../domain/arbiter-act.ts'
import { diverted, exited } from '../../domain/arbiter-divert.ts'
import type { Facts } from '../../domain/condition.ts'
import { type Diversion, diversionOf, noticeOf, statusOf } from '../../domain/diversion.ts'
import type { Enrolment, NotSentReason } from '../../domain/enrolment.ts'
import type { Place } from '../../domain/lead-zone.ts'
import { type PlanContext, planBranch } from '../../domain/planning.ts'
import { replanOf } from '../../domain/replan.ts'
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

interface Plan {
  readonly now: number
  readonly place: Place
  readonly settings: Settings
  readonly fields: Facts['fields']
}

const contextOf = ({ leadId, took }: Enrolment, { settings, place, now, fields }: Plan): PlanContext =>
  planContext(settings, place, now, { leadId, took, fields })

const decisionOf = (sequence: Sequence, enrolment: Enrolment, diversion: Diversion, plan: Plan): Decision => {
  const ctx = { now: plan.now, route: stopsOf(sequence) }
  if (diversion.kind === 'exit')
    return exited(enrolment, diversion.reason, ctx, { notSent: diversion.notSent, name: diversion.name })
  const context = contextOf(enrolment, plan)
  const { due, took } = planBranch(sequence, diversion.path, plan.now, enrolment.due, context)
  return diverted(enrolment, { name: `Tendril.Branch.${diversion.path}`, due, took }, ctx)
}

/** A date that is waited for has moved, and the plan with it. */
const replanned = (sequence: Sequence, enrolment: Enrolment, plan: Plan): Decision | undefined => {
  const due = replanOf(sequence, enrolment, contextOf(enrolment, plan))
  return due && diverted(enrolment, { name: REPLAN, due }, { now: plan.now, route: stopsOf(sequence) })
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
      const plan = { now, place, settings, fields: facts.fields }
      return diversion
        ? decisionOf(sequence, enrolment, diversion, plan)
        : replanned(sequence, enrolment, plan)
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
