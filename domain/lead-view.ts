/** A lead as others see it: the head stored beside the log, and the shape of the API. */
import type { LeadState } from './lead.ts'
import type { Score, ScoreParts } from './scoring.ts'
import type { Qualification, Temperature } from './scoring-model.ts'
import type { SuppressionReason } from './suppression.ts'

/** What workers read before they act: at most 1 KB, written again whenever the log grows or the timer fires. */
export interface LeadHead extends ScoreParts {
  readonly stage: string
  readonly stageChanges: number
  readonly qualification?: Qualification
  readonly temperature: Temperature
  readonly suppressed: SuppressionReason | false
  readonly deliverable: boolean
  readonly isTest: boolean
  readonly owner?: string
  readonly createdAt: number
  readonly email?: string
  /** The topics that may be mailed about. */
  readonly topics: readonly string[]
  /** Until when (ms) the lead wants no mail; and whether fewer. */
  readonly pausedUntil?: number
  readonly fewer: boolean
  readonly nextChangeAt?: number
}

export const cachedHead = (state: LeadState): LeadHead => ({
  ...state.score,
  stage: state.stage,
  stageChanges: state.stageChanges,
  ...(state.qualification ? { qualification: state.qualification } : {}),
  temperature: state.temperature,
  suppressed: state.suppressed,
  deliverable: state.deliverable,
  isTest: state.isTest,
  ...(state.owner === undefined ? {} : { owner: state.owner }),
  createdAt: state.createdAt,
  ...(state.person.email === undefined ? {} : { email: state.person.email }),
  topics: Object.keys(state.permissions),
  ...(state.pausedUntil === undefined ? {} : { pausedUntil: state.pausedUntil }),
  fewer: state.fewer,
  ...(state.nextChangeAt === undefined ? {} : { nextChangeAt: state.nextChangeAt }),
})

const iso = (ms: number): string => new Date(ms).toISOString()

/** The lead of `GET /v1/leads/{leadId}` (contracts: surface §2), but for its enrolments. */
export const leadView = (leadId: string, state: LeadState) => ({
  leadId,
  email: state.person.email ?? null,
  emailOriginal: state.person.emailOriginal ?? null,
  phone: state.person.phone ?? null,
  name: state.person.name ?? null,
  firstName: state.person.firstName ?? null,
  lastName: state.person.lastName ?? null,
  fields: state.fields,
  hidden: state.hidden,
  consents: state.consents,
  consent: {
    basis: state.consent.basis ?? null,
    textId: state.consent.textId ?? null,
    at: state.consent.at === undefined ? null : iso(state.consent.at),
    hasIp: state.consent.hasIp,
    hasUserAgent: state.consent.hasUserAgent,
  },
  attribution: state.attribution,
  sources: state.sources.map(({ source, sourceLeadId, formId, at }) => ({
    source,
    sourceLeadId: sourceLeadId ?? null,
    formId: formId ?? null,
    at: iso(at),
  })),
  stage: state.stage,
  qualification: state.qualification ?? null,
  temperature: state.temperature,
  score: state.score,
  suppressed: state.suppressed,
  deliverable: state.deliverable,
  isTest: state.isTest,
  owner: state.owner ?? null,
  createdAt: iso(state.createdAt),
})

/** The proof of a score, as `GET /v1/leads/{leadId}/score` shows it. */
export const scoreView = ({ total, fit, engagement, entries, needed }: Score) => ({
  total,
  fit,
  engagement,
  entries: entries.map(({ rule, points, decayed, eventId, at }) => ({
    rule,
    points,
    decayed,
    eventId: eventId === '' ? null : eventId,
    at: iso(at),
  })),
  needed,
})
