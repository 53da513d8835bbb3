/** Starts sequences: the item first, then the execution, whose name and input come from the item alone. */
import { addDuration } from '../../domain/calendar.ts'
import type { Facts } from '../../domain/condition.ts'
import type { Content } from '../../domain/content.ts'
import { statusOf } from '../../domain/diversion.ts'
import { durationOf } from '../../domain/duration.ts'
import { type Enrolment, enrolmentIdOf } from '../../domain/enrolment.ts'
import { factsOf, holds } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/lead.ts'
import { zoneOf } from '../../domain/lead-zone.ts'
import { planFirst } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { mailsOf } from '../../domain/sending-policy.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { tookAtStart } from '../../domain/split.ts'
import type { EnrolMessage } from '../shared/messages.ts'
import { planContext } from '../shared/plan-context.ts'
import type { ContentSource, Enrolments, Executions, StoredEnrolment } from '../shared/ports.ts'

export interface EnrolPorts {
  readonly content: ContentSource
  readonly enrolments: Enrolments
  readonly executions: Executions
}

/** A lead as it is when a sequence may start. `now` in milliseconds. */
export interface Entrant {
  readonly leadId: string
  readonly state: LeadState
  readonly enrolments: readonly StoredEnrolment[]
  readonly content: Content
  readonly now: number
}

const isTriggered = (sequence: Sequence, message: EnrolMessage): boolean => {
  if (message.cause === 'next') return sequence.id === message.sequence
  return sequence.enrol.when.some((trigger) =>
    trigger.kind === 'form'
      ? message.cause === 'captured' && trigger.form === message.form
      : trigger.kind === 'stage' && message.cause === 'stage' && trigger.stages.includes(message.stage ?? ''),
  )
}

/** Whether the last run lies far enough back. */
const mayRunAgain = (again: string, last: Enrolment, zone: string, now: number): boolean => {
  if (again === 'never') return false
  return again === 'always' || now >= addDuration(zone, last.createdAt, durationOf(again))
}

const isEligible = (
  entrant: Entrant,
  sequence: Sequence,
  facts: Facts,
  mine: readonly Enrolment[],
): boolean => {
  const { state, content, now } = entrant
  if (state.suppressed !== false || state.isTest || !state.deliverable) return false
  if (state.permissions[sequence.topic] === undefined) return false
  if (sequence.enrol.onlyIf !== undefined && !holds(sequence.enrol.onlyIf, facts, now)) return false
  const seconds = Math.floor(now / 1000)
  const last = mine.at(-1)
  if (last === undefined) return true
  const status = statusOf(last, stopsOf(sequence), seconds)
  if (status === 'active' || status === 'held') return false
  return mayRunAgain(sequence.enrol.again, last, zoneOf(state, content.settings), seconds)
}

const newEnrolment = (entrant: Entrant, sequence: Sequence, run: number): Enrolment => {
  const { leadId, state, content, enrolments } = entrant
  const now = Math.floor(entrant.now / 1000)
  const lastAt = mailsOf(enrolments.map(({ enrolment }) => enrolment)).at(-1)
  const took = tookAtStart(sequence, leadId)
  const zone = zoneOf(state, content.settings)
  const known = { leadId, took, fields: state.profile }
  return {
    enrolmentId: enrolmentIdOf(leadId, sequence.id, run),
    leadId,
    sequence: sequence.id,
    version: sequence.version,
    run,
    createdAt: now,
    n: -1,
    due: planFirst(sequence, planContext(content.settings, zone, now, known, lastAt)),
    took,
    records: {},
  }
}

/** Starts the execution of an item that has not been entered yet; again is harmless. */
const start = async (ports: EnrolPorts, { enrolment }: StoredEnrolment): Promise<void> => {
  if (enrolment.n >= 0 || enrolment.exit !== undefined) return
  const { machineArn } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const { enrolmentId, leadId, due } = enrolment
  await ports.executions.start(machineArn, enrolmentId, { enrolmentId, leadId, due, n: 0 })
}

/** Enrols the lead in whatever the message triggers; the same message twice enrols once. */
export const enrolTriggered = async (
  ports: EnrolPorts,
  entrant: Entrant,
  message: EnrolMessage,
): Promise<void> => {
  const facts = factsOf(entrant.state)
  for (const sequence of Object.values(entrant.content.sequences)) {
    if (!isTriggered(sequence, message)) continue
    const mine = entrant.enrolments.filter(({ enrolment }) => enrolment.sequence === sequence.id)
    const known = mine.find(({ by }) => by === message.eventId)
    if (known !== undefined) {
      await start(ports, known)
      continue
    }
    const runs = mine.map(({ enrolment }) => enrolment).sort((a, b) => a.run - b.run)
    if (!isEligible(entrant, sequence, facts, runs)) continue
    const enrolment = newEnrolment(entrant, sequence, (runs.at(-1)?.run ?? 0) + 1)
    await start(ports, await ports.enrolments.create(enrolment, message.eventId))
  }
}
