/** What a worker does with a message of an execution: acts and branches, the arbiter's word, the email, acts again. */

import { arrive } from '../../domain/arbiter.ts'
import { follows } from '../../domain/arbiter-act.ts'
import { decided } from '../../domain/arbiter-decide.ts'
import type { Enrolment, Hop } from '../../domain/enrolment.ts'
import { stopsOf } from '../../domain/route.ts'
import { nextSequenceAfter } from '../../domain/route-ask.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { type ActPorts, answer, decideAndWrite } from './act.ts'
import { type ActsPorts, doActs } from './acts.ts'
import { type AttemptPorts, attempt } from './attempt.ts'
import { actsDue } from './hop-acts.ts'
import { comeTo, type Visit } from './hop-before.ts'
import type { EnrolMessage } from './messages.ts'
import { carryOn, follow } from './move.ts'
import type { StoredEnrolment } from './ports.ts'

export type HopPorts = ActPorts & AttemptPorts & ActsPorts

/** A message of an enrolment that is over, or goes elsewhere, or has gone on. */
const isStale = (enrolment: Enrolment, hop: Hop): boolean => {
  const { exit, pend, n } = enrolment
  return exit !== undefined || (pend !== undefined && !follows(pend, enrolment, hop)) || hop.n < n
}

/**
 * The start of another sequence is owed before the hop is claimed: it has no proof that could settle it later, and
 * enrolling twice for one event enrols once.
 */
const goOn = async (ports: HopPorts, { sequence, stored, hop }: Visit): Promise<void> => {
  const next = nextSequenceAfter(sequence, hop.step)
  if (next === undefined || hop.op === 'hold' || isStale(stored.enrolment, hop)) return
  const message: EnrolMessage = {
    v: 1,
    leadId: hop.leadId,
    eventId: `${hop.enrolmentId}-${hop.n}`,
    cause: 'next',
    sequence: next,
  }
  await ports.queues.send('enrol', message)
}

const routeOf = (sequence: Sequence | undefined) => (sequence ? stopsOf(sequence) : [])

/** What comes before the claim; the item as it is then. */
const before = async (ports: HopPorts, visit: Visit): Promise<StoredEnrolment> => {
  const divert = await comeTo(ports, visit)
  if (divert === undefined) {
    await goOn(ports, visit)
    return visit.stored
  }
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: routeOf(visit.sequence) })
  const told = await decideAndWrite(
    ports,
    visit.hop.enrolmentId,
    (item) => decided(item, visit.hop, divert, context()),
    visit.stored,
  )
  return told?.stored ?? visit.stored
}

/** Claims the hop and does what the arbiter says; the item as it is then. */
const claim = async (
  ports: HopPorts,
  hop: Hop,
  sequence: Sequence | undefined,
  known: StoredEnrolment | undefined,
): Promise<StoredEnrolment | undefined> => {
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: routeOf(sequence) })
  const done = await decideAndWrite(ports, hop.enrolmentId, (item) => arrive(item, hop, context()), known)
  if (done === undefined) return undefined
  const { act } = done.decision
  await carryOn(ports, hop, done.stored)
  if (act.kind === 'attempt' && done.stored !== undefined && sequence !== undefined)
    return attempt(ports, { hop, stored: done.stored, sequence, attempt: act.attempt })
  await answer(ports, hop.token, act)
  return done.stored
}

/** Processes one message of the send queue. Whatever it throws, the message may come again. */
export const processHop = async (ports: HopPorts, hop: Hop): Promise<void> => {
  const read = await ports.enrolments.get(hop.enrolmentId)
  if (read === undefined) {
    await claim(ports, hop, undefined, undefined)
    return
  }
  const pinned = await ports.content.sequence(read.enrolment.sequence, read.enrolment.version)
  const { stored, sequence } = await follow(ports, hop, { stored: read, sequence: pinned.sequence })
  const known = await before(ports, { hop, stored, sequence })
  const after = await claim(ports, hop, sequence, known)
  if (after !== undefined) await doActs(ports, after.enrolment, actsDue(sequence, after.enrolment, hop))
}
