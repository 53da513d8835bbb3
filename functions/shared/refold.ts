/**
 * Brings everything beside a lead's log up to date after something was appended or time has passed: stage, head,
 * timer, running enrolments. Repeating it does no harm, so a crash anywhere is healed by the next delivery.
 */

import { isDeepStrictEqual } from 'node:util'
import { endsRun } from '../../domain/entry.ts'
import { entriesDue } from '../../domain/entry-due.ts'
import { factsOf } from '../../domain/facts.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { cachedHead, type LeadHead } from '../../domain/lead-view.ts'
import { placeOf } from '../../domain/lead-zone.ts'
import { stageEventId } from '../../domain/stage.ts'
import { promotion } from '../../domain/stage-promotion.ts'
import { type DivertPorts, divertEnrolments, exitEnrolments } from './divert.ts'
import { runsOf } from './enrolling.ts'
import { type FoldPorts, isKnown } from './lead-facts.ts'
import type { EnrolMessage, TimerMessage } from './messages.ts'
import type { Collection, Leads, Schedules, StoredEnrolment } from './ports.ts'
import { versioned } from './versioned.ts'

export interface RefoldPorts extends FoldPorts, DivertPorts {
  readonly leads: Leads
  readonly schedules: Schedules
}

/** Promotions in a row that one fold may bring: subscriber to sales in one go, and a few to spare. */
const maxPromotions = 6
/** Other writers at once on one lead. */
const maxTries = 12

/** A schedule cannot lie in the past; a minute is Scheduler's grain. */
const soonest = 60_000

/** What a lead folded to, and what it was folded from. */
interface Folded {
  readonly state: LeadState
  readonly collection: Collection
}

/** Folds, appending the stage changes that the rules ask for until nothing more moves. */
const settleStage = async (ports: RefoldPorts, leadId: string): Promise<Folded | undefined> => {
  const content = await ports.content.live()
  for (let round = 0; round < maxPromotions; round++) {
    const collection = await ports.leads.collection(leadId)
    if (!isKnown(collection.events)) return undefined
    const now = ports.clock.now()
    const state = foldLead(collection.events, content, now)
    const move = promotion(state, content, now)
    if (move === undefined) return { state, collection }
    await ports.events.append(leadId, {
      type: 'stage.changed',
      id: stageEventId(state),
      at: now,
      from: state.stage,
      to: move.to,
      reason: move.reason,
      ...(move.qualification !== undefined && { qualification: move.qualification }),
      actor: 'rules',
      total: state.score.total,
    })
  }
  throw new Error(`The lead ${leadId} was moved ${maxPromotions} times in one go: look at the promote rules.`)
}

/**
 * Whether the head need not be written again. A score moves with every signal and with time, and whoever shows one
 * folds the log: it alone is not worth a write.
 */
const isCurrent = (stored: LeadHead | undefined, head: LeadHead): boolean => {
  if (stored === undefined) return false
  const { fit, engagement, total, nextChangeAt, ...lasting } = head
  const same = {
    ...lasting,
    fit: stored.fit,
    engagement: stored.engagement,
    total: stored.total,
    nextChangeAt: stored.nextChangeAt,
  }
  return isDeepStrictEqual({ nextChangeAt: undefined, ...stored }, same)
}

/**
 * Has the lead enter the sequences that it enters now. A lead that nobody has seen before has nothing but news: what
 * it did before it gave its name counts from then on.
 */
const enter = async (
  ports: RefoldPorts,
  leadId: string,
  { state, collection }: Folded,
  fresh: readonly string[],
): Promise<void> => {
  const content = await ports.content.live()
  const now = ports.clock.now()
  const { events, enrolments, head } = collection
  const entries = entriesDue(
    {
      state,
      events,
      runs: await runsOf(ports.content, enrolments, now),
      settings: content.settings,
      scoring: content.scoring,
      fresh: head === undefined ? events.map(({ id }) => id) : fresh,
      now,
    },
    content.sequences,
  )
  for (const { sequence, eventId } of entries) {
    const message: EnrolMessage = { v: 1, leadId, eventId, cause: 'trigger', sequence }
    await ports.queues.send('enrol', message)
  }
}

/** The one replaceable timer of the lead: set by every fold, for the one before may have died on its way here. */
const setTimer = async (ports: RefoldPorts, leadId: string, { nextChangeAt }: LeadState): Promise<void> => {
  if (nextChangeAt === undefined) return
  const message: TimerMessage = { v: 1, leadId }
  const at = Math.max(nextChangeAt, ports.clock.now() + soonest)
  await ports.schedules.set(`lead-${leadId}`, at, 'timers', message)
}

/** Writes what differs; false when somebody else wrote first. */
const writeCache = async (
  ports: RefoldPorts,
  leadId: string,
  { state, collection }: Folded,
): Promise<boolean> => {
  const stored = collection.head
  const head = cachedHead(state)
  if (!isCurrent(stored?.state, head) && !(await ports.leads.saveHead(leadId, head, stored?.rev ?? 0)))
    return false
  if (state.suppressed !== false && collection.suppression === undefined)
    await ports.leads.suppress(leadId, { reason: state.suppressed, at: ports.clock.now() })
  return true
}

/** The runs that the lead's stage ends. */
const endedByStage = async (
  { content }: RefoldPorts,
  state: LeadState,
  enrolments: readonly StoredEnrolment[],
): Promise<readonly StoredEnrolment[]> => {
  const { settings } = await content.live()
  const runs = await versioned(content, enrolments)
  return runs
    .filter(({ enrolment, sequence }) => endsRun(state, enrolment.createdAt, sequence.enrol, settings))
    .map(({ stored }) => stored)
}

const divert = async (ports: RefoldPorts, { state, collection }: Folded): Promise<void> => {
  const content = await ports.content.live()
  const { enrolments, handoffs } = collection
  if (enrolments.length === 0) return
  const told = new Set(handoffs.map(({ handoffId }) => handoffId))
  if (state.suppressed !== false) return exitEnrolments(ports, enrolments, state.suppressed, 'suppressed')
  await divertEnrolments(ports, enrolments, factsOf(state), placeOf(state, content.settings), told)
  await exitEnrolments(ports, await endedByStage(ports, state, enrolments), `stage-${state.stage}`, 'exited')
}

/**
 * Refolds one lead; answers its state, or undefined when nobody captured it (unknown or erased). `fresh` are the ids of
 * events that were appended just now: they may start sequences.
 */
export const refold = async (
  ports: RefoldPorts,
  leadId: string,
  fresh: readonly string[] = [],
): Promise<LeadState | undefined> => {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const folded = await settleStage(ports, leadId)
    if (folded === undefined) return undefined
    await enter(ports, leadId, folded, fresh)
    if (!(await writeCache(ports, leadId, folded))) continue
    await setTimer(ports, leadId, folded.state)
    await divert(ports, folded)
    return folded.state
  }
  throw new Error(`The lead ${leadId} was written by others ${maxTries} times in a row.`)
}
