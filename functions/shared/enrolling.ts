/** Starts a sequence for a lead: the item first, then the execution, whose name and input come from the item alone. */

import { leave } from '../../domain/arbiter-divert.ts'
import type { Content } from '../../domain/content.ts'
import { statusOf } from '../../domain/diversion.ts'
import { type Enrolment, enrolmentIdOf } from '../../domain/enrolment.ts'
import { type Entrant, type EntryRefusal, keyOf, type Run, refusalOf } from '../../domain/entry.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { placeOf } from '../../domain/lead-zone.ts'
import { planFirst } from '../../domain/planning.ts'
import { stopsOf } from '../../domain/route.ts'
import { followerOf } from '../../domain/runs.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { isHeldOut, tookAtStart } from '../../domain/split.ts'
import { armsFor } from './experiments.ts'
import { lastMailOf } from './last-mail.ts'
import { type FoldPorts, isKnown } from './lead-facts.ts'
import { planContext } from './plan-context.ts'
import type { ContentSource, Enrolments, Executions, Experiments, Leads, StoredEnrolment } from './ports.ts'
import { startRun } from './start-run.ts'
import { versioned } from './versioned.ts'

export interface EnrolPorts {
  readonly content: ContentSource
  readonly enrolments: Enrolments
  readonly executions: Executions
  readonly experiments: Experiments
}

/** A lead as it is when a sequence may start. `now` in milliseconds. */
export interface Candidate {
  readonly leadId: string
  readonly state: LeadState
  readonly events: readonly LeadEvent[]
  readonly enrolments: readonly StoredEnrolment[]
  readonly content: Content
  readonly now: number
}

/** The lead as it is now; undefined when nobody captured it. A suppression counts from its own item on. */
export const candidateOf = async (
  ports: FoldPorts & { readonly leads: Pick<Leads, 'collection'> },
  leadId: string,
): Promise<Candidate | undefined> => {
  const { events, enrolments, suppression } = await ports.leads.collection(leadId)
  if (!isKnown(events)) return undefined
  const content = await ports.content.live()
  const now = ports.clock.now()
  const folded = foldLead(events, content, now)
  const state =
    suppression && folded.suppressed === false ? { ...folded, suppressed: 'manual' as const } : folded
  return { leadId, state, events, enrolments, content, now }
}

export type Enrolled =
  | { readonly is: 'enrolled'; readonly stored: StoredEnrolment }
  | { readonly is: 'refused'; readonly reason: EntryRefusal }

/** The lead's runs, each judged by the version that it pinned. */
export const runsOf = async (
  content: ContentSource,
  enrolments: readonly StoredEnrolment[],
  now: number,
): Promise<readonly Run[]> => {
  const all = enrolments.map(({ enrolment }) => enrolment)
  return (await versioned(content, enrolments)).map(({ stored, enrolment, sequence }) => {
    const status = statusOf(enrolment, stopsOf(sequence), Math.floor(now / 1000))
    // A run that moved is over once the run that goes on is there: in between nobody enters anew.
    const isGoingOn = status === 'moved' && followerOf(enrolment, all) === undefined
    return { enrolment, by: stored.by, isOver: status !== 'active' && status !== 'held' && !isGoingOn }
  })
}

/** The lead's last run of the sequence. */
const lastRunOf = ({ enrolments }: Candidate, sequence: Sequence): Enrolment | undefined =>
  enrolments
    .map(({ enrolment }) => enrolment)
    .filter((one) => one.sequence === sequence.id)
    .reduce<Enrolment | undefined>((last, one) => (last && last.run > one.run ? last : one), undefined)

const newEnrolment = async (
  { experiments }: Pick<EnrolPorts, 'experiments'>,
  candidate: Candidate,
  sequence: Sequence,
  key: string | undefined,
): Promise<Enrolment> => {
  const { leadId, state, content, enrolments } = candidate
  const now = Math.floor(candidate.now / 1000)
  const last = lastRunOf(candidate, sequence)
  const run = (last?.run ?? 0) + 1
  const lastAt = lastMailOf(
    enrolments.map(({ enrolment }) => enrolment),
    content,
  )
  const took = tookAtStart(sequence, leadId, await armsFor({ experiments }, sequence, last?.took))
  const planned = { leadId, took, fields: state.profile }
  const place = placeOf(state, content.settings)
  const enrolment: Enrolment = {
    enrolmentId: enrolmentIdOf(leadId, sequence.id, run),
    leadId,
    sequence: sequence.id,
    version: sequence.version,
    run,
    createdAt: now,
    n: -1,
    due: planFirst(sequence, planContext(content.settings, place, now, planned, lastAt)),
    took,
    records: {},
    ...(key !== undefined && { key }),
  }
  return isHeldOut(sequence, leadId) ? heldOut(enrolment, sequence) : enrolment
}

/** Nothing is sent to it: each of its messages is on record as held out, to compare with those of the others. */
const heldOut = (enrolment: Enrolment, sequence: Sequence): Enrolment => ({
  ...enrolment,
  ...leave(enrolment, 'holdout', { now: enrolment.createdAt, route: stopsOf(sequence) }),
})

/** The run's item. One that was begun at the same moment for another value of the key takes only its number. */
const create = async (ports: EnrolPorts, enrolment: Enrolment, by: string): Promise<StoredEnrolment> => {
  const stored = await ports.enrolments.create(enrolment, by)
  if (stored.by === by || stored.enrolment.key === enrolment.key) return stored
  const run = enrolment.run + 1
  const enrolmentId = enrolmentIdOf(enrolment.leadId, enrolment.sequence, run)
  return create(ports, { ...enrolment, enrolmentId, run }, by)
}

const entrantOf = async (ports: EnrolPorts, candidate: Candidate): Promise<Entrant> => {
  const { state, enrolments, content, now } = candidate
  return { state, runs: await runsOf(ports.content, enrolments, now), settings: content.settings, now }
}

/** Enrols the lead if it may enter, by `mayEnter`. By the same event it enters once; again only finishes what a crash cut off. */
export const enrolLead = async (
  ports: EnrolPorts,
  candidate: Candidate,
  sequence: Sequence,
  eventId: string,
  mayEnter = refusalOf,
): Promise<Enrolled> => {
  const known = candidate.enrolments.find(
    ({ enrolment, by }) => enrolment.sequence === sequence.id && by === eventId,
  )
  if (known !== undefined) {
    await startRun(ports, known)
    return { is: 'enrolled', stored: known }
  }
  const key = keyOf(sequence, candidate.events, eventId)
  const reason = mayEnter(await entrantOf(ports, candidate), sequence, key)
  if (reason !== undefined) return { is: 'refused', reason }
  const stored = await create(ports, await newEnrolment(ports, candidate, sequence, key), eventId)
  await startRun(ports, stored)
  // Somebody else may have begun that run at the same moment, for another reason.
  return stored.by === eventId ? { is: 'enrolled', stored } : { is: 'refused', reason: 'running' }
}
