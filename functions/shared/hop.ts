/** What a worker does with a message of an execution: decide branches, ask the arbiter, act. */

import { arrive } from '../../domain/arbiter.ts'
import { diverted } from '../../domain/arbiter-divert.ts'
import type { Condition, Facts } from '../../domain/condition.ts'
import type { Enrolment, Hop } from '../../domain/enrolment.ts'
import { holds } from '../../domain/facts.ts'
import { planBranch } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { type Decision, decisionsAt, nextSequenceAfter } from '../../domain/route-ask.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { armOf } from '../../domain/split.ts'
import { type ActPorts, answer, decideAndWrite } from './act.ts'
import { type AttemptPorts, attempt } from './attempt.ts'
import { leadFacts } from './lead-facts.ts'
import type { EnrolMessage } from './messages.ts'
import { planContext } from './plan-context.ts'

export type HopPorts = ActPorts & AttemptPorts

const pathFor = (
  step: Decision,
  { sequence, leadId }: Enrolment,
  facts: Facts,
  now: number,
): { id: string; isDefault: boolean } => {
  const matches = (condition: Condition | undefined): boolean =>
    condition === undefined || holds(condition, facts, now)
  const id =
    step.kind === 'split'
      ? armOf(step, sequence, leadId)
      : (step.paths.find((path) => matches(path.if))?.id ?? '')
  return { id, isDefault: id === step.paths.at(-1)?.id }
}

/** The first branch before this stop whose path is not the default one. */
const divertFor = async (ports: HopPorts, sequence: Sequence, enrolment: Enrolment, hop: Hop) => {
  const now = ports.clock.now()
  if (enrolment.exit !== undefined || enrolment.pend !== undefined || hop.n <= enrolment.n) return undefined
  const branches = decisionsAt(sequence, hop, enrolment, now / 1000)
  if (branches.length === 0) return undefined
  const { facts, place } = await leadFacts(ports, enrolment.leadId)
  for (const branch of branches) {
    const path = pathFor(branch, enrolment, facts, now)
    if (path.isDefault) continue
    const { settings } = await ports.content.live()
    const at = Math.floor(now / 1000)
    const { leadId, took, due } = enrolment
    const ctx = planContext(settings, place, at, { leadId, took, fields: facts.fields })
    const plan = planBranch(sequence, path.id, at, due, ctx)
    return { name: `Tendril.Branch.${path.id}`, due: plan.due, took: plan.took }
  }
  return undefined
}

/**
 * The start of another sequence is owed before the hop is claimed: it has no proof that could settle it later, and
 * enrolling twice for one event enrols once.
 */
const goOn = async (ports: HopPorts, sequence: Sequence, enrolment: Enrolment, hop: Hop): Promise<void> => {
  const next = nextSequenceAfter(sequence, hop.step)
  const isStale = enrolment.exit !== undefined || enrolment.pend !== undefined || hop.n < enrolment.n
  if (next === undefined || hop.op === 'hold' || isStale) return
  const message: EnrolMessage = {
    v: 1,
    leadId: hop.leadId,
    eventId: `${hop.enrolmentId}-${hop.n}`,
    cause: 'next',
    sequence: next,
  }
  await ports.queues.send('enrol', message)
}

/** Processes one message of the send queue. Whatever it throws, the message may come again. */
export const processHop = async (ports: HopPorts, hop: Hop): Promise<void> => {
  const first = await ports.enrolments.get(hop.enrolmentId)
  const sequence =
    first && (await ports.content.sequence(first.enrolment.sequence, first.enrolment.version)).sequence
  const route = sequence ? stopsOf(sequence) : []
  if (first && sequence) await goOn(ports, sequence, first.enrolment, hop)
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route })
  const divert = first && sequence && (await divertFor(ports, sequence, first.enrolment, hop))
  const told =
    divert &&
    (await decideAndWrite(ports, hop.enrolmentId, (item) => diverted(item, divert, context()), first))
  const known = told?.stored ?? first
  const done = await decideAndWrite(ports, hop.enrolmentId, (item) => arrive(item, hop, context()), known)
  if (done === undefined) return
  const { act } = done.decision
  if (act.kind !== 'attempt' || done.stored === undefined || sequence === undefined)
    return answer(ports, hop.token, act)
  await attempt(ports, { hop, stored: done.stored, sequence, attempt: act.attempt })
}
