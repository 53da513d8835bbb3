/** A lead as the API shows it: folded from its log, with its enrolments. */
import { statusOf } from '../../domain/diversion.ts'
import type { Enrolment } from '../../domain/enrolment.ts'
import { nextDue } from '../../domain/enrolment-next.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { leadView } from '../../domain/lead-view.ts'
import { type RouteStop, stopsOf } from '../../domain/route.ts'
import { scoreLead } from '../../domain/scoring.ts'
import { entryWords } from '../../domain/scoring-words.ts'
import { isKnown } from '../shared/lead-facts.ts'
import type { Collection } from '../shared/ports.ts'
import { Problem } from '../shared/problem.ts'
import { collectionAt } from './look-back.ts'
import type { ApiPorts } from './ports.ts'

const iso = (ms: number): string => new Date(ms).toISOString()

/** An enrolment of the API. */
export const enrolmentView = (enrolment: Enrolment, stops: readonly RouteStop[], now: number) => {
  const status = statusOf(enrolment, stops, Math.floor(now / 1000))
  const due = status === 'active' || status === 'held' ? nextDue(enrolment, stops) : undefined
  return {
    enrolmentId: enrolment.enrolmentId,
    sequence: enrolment.sequence,
    version: enrolment.version,
    status: status === 'moved' ? 'exited' : status,
    step: enrolment.step ?? null,
    due: due === undefined ? null : iso(due * 1000),
    exitReason: enrolment.exit?.reason ?? null,
  }
}

const enrolmentsView = (ports: ApiPorts, { enrolments }: Collection, now: number) =>
  Promise.all(
    enrolments.map(async ({ enrolment }) => {
      const { sequence } = await ports.content.sequence(enrolment.sequence, enrolment.version)
      return enrolmentView(enrolment, stopsOf(sequence), now)
    }),
  )

/** Everything held of a lead. */
export interface Found {
  readonly leadId: string
  /** The instant that it is seen at. */
  readonly now: number
  /** When it is not the present one. */
  readonly isPast: boolean
  readonly events: readonly LeadEvent[]
  readonly collection: Collection
  readonly state: LeadState
}

/** The lead, now or at an instant that is past; undefined when it is unknown then, or erased. */
export const findLead = async (ports: ApiPorts, leadId: string, at?: number): Promise<Found | undefined> => {
  const stored = await ports.leads.collection(leadId)
  const collection = at === undefined ? stored : collectionAt(stored, at)
  const { events } = collection
  if (!isKnown(events)) return undefined
  const now = at ?? ports.clock.now()
  const state = foldLead(events, await ports.content.live(), now)
  return { leadId, now, isPast: at !== undefined, events, collection, state }
}

/** The lead, or 404. */
export const knownLead = async (ports: ApiPorts, leadId: string, at?: number): Promise<Found> => {
  const found = await findLead(ports, leadId, at)
  if (found !== undefined) return found
  throw new Problem(404, `There is no such lead${at === undefined ? '' : ` at ${iso(at)}`}.`)
}

/** The shape of `GET /v1/leads/{leadId}`. A suppression counts from its own item on, before the log has it. */
export const leadBody = async (ports: ApiPorts, { leadId, now, collection, state }: Found) => ({
  ...leadView(leadId, state),
  suppressed: state.suppressed === false ? (collection.suppression?.reason ?? false) : state.suppressed,
  enrolments: await enrolmentsView(ports, collection, now),
})

/** The shape of `GET /v1/leads/{leadId}/score`. What a rule drew from the lead as a whole is as old as the lead. */
export const scoreBody = async (ports: ApiPorts, { state, now }: Found) => {
  const content = await ports.content.live()
  const epoch = await ports.epochs.current()
  const { total, fit, engagement, entries, needed } = scoreLead(state, content, now)
  return {
    total,
    fit,
    engagement,
    entries: entries.map(({ at, ...entry }) => ({
      ...entry,
      name: entryWords(entry.rule, content.scoring, state.profile),
      at: iso(at || state.createdAt),
    })),
    needed,
    epoch: epoch?.number ?? null,
  }
}
