/** A lead: the fold of its events. What is stored beside the log is a cache of this. */
import { type Attribution, attributionOf, type SourceEntry, sourcesOf } from './attribution.ts'
import { type ConsentProof, consentProof, type Permissions, permissionsOf } from './consent.ts'
import { type Preferences, preferencesOf } from './consent-preferences.ts'
import { nextEntry } from './entry-next.ts'
import type { EventOf, LeadEvent, Person } from './event.ts'
import type { Form } from './form.ts'
import { type Profile, profileOf } from './lead-profile.ts'
import { deliverable } from './person.ts'
import { partsAt, type ScoreParts } from './scoring.ts'
import type { Adjustment } from './scoring-engagement.ts'
import type { ScoringRules, Temperature } from './scoring-model.ts'
import type { Sequence } from './sequence.ts'
import type { Settings } from './settings.ts'
import { type Signal, signalsOf } from './signal.ts'
import { orderOf, type StageState, stageOf } from './stage.ts'
import { nextChange } from './stage-next.ts'
import { caseOf } from './stage-promotion.ts'
import { type SuppressionReason, suppressedBy } from './suppression.ts'
import { bandsAt, temperatureOf } from './temperature.ts'

export interface LeadRules {
  readonly scoring: ScoringRules
  readonly settings: Settings
  /** Only for the stage that a form starts a lead in. */
  readonly forms?: Readonly<Record<string, Form>>
  /** Only for the next instant at which time alone makes the lead enter one. */
  readonly sequences?: Readonly<Record<string, Sequence>>
}

/** Everything that is known of a lead at an instant. Instants in milliseconds. */
export interface LeadState extends StageState, Preferences {
  readonly person: Person
  readonly fields: Readonly<Record<string, readonly string[]>>
  readonly hidden: Readonly<Record<string, string>>
  readonly consents: Readonly<Record<string, boolean>>
  readonly consent: ConsentProof
  readonly permissions: Permissions
  readonly attribution: Attribution
  readonly sources: readonly SourceEntry[]
  readonly locale?: string
  readonly temperature: Temperature
  readonly score: ScoreParts
  readonly suppressed: SuppressionReason | false
  /** Has an address that can be mailed and has not bounced. */
  readonly deliverable: boolean
  readonly isTest: boolean
  readonly owner?: string
  readonly createdAt: number
  /** All signals, oldest first; `counted` without those that the scoring ignores (made by machines). */
  readonly signals: readonly Signal[]
  readonly counted: readonly Signal[]
  readonly adjustments: readonly Adjustment[]
  /** Fields as rules name them, and the events they came from. */
  readonly profile: Profile['profile']
  readonly origins: Profile['origins']
  /** The next instant at which time alone could change stage or temperature, or start a sequence. */
  readonly nextChangeAt?: number
}

const byTime = (a: LeadEvent, b: LeadEvent): number => a.at - b.at || (a.id < b.id ? -1 : a.id > b.id ? 1 : 0)

/** Of two events with one id the earlier counts; of two different ones at one instant, the one that sorts first. */
function isEarlier(a: LeadEvent, b: LeadEvent): boolean {
  return a.at !== b.at ? a.at < b.at : JSON.stringify(a) < JSON.stringify(b)
}

/** The log in its one order, each event once: whatever the order and number of deliveries. */
export function sortEvents(events: readonly LeadEvent[]): readonly LeadEvent[] {
  const byId = new Map<string, LeadEvent>()
  for (const event of events) {
    const before = byId.get(event.id)
    if (!before || isEarlier(event, before)) byId.set(event.id, event)
  }
  return [...byId.values()].sort(byTime)
}

/** The log as it was at an instant, for looking back. */
export const eventsUntil = (events: readonly LeadEvent[], at: number): readonly LeadEvent[] =>
  events.filter((event) => event.at <= at)

/** The furthest stage that any of the lead's forms starts somebody in. */
function startOf(sorted: readonly LeadEvent[], rules: LeadRules, createdAt: number) {
  const { forms = {}, settings } = rules
  const stages = sorted.flatMap((event) => {
    if (event.type !== 'captured') return []
    const form = event.form !== undefined && Object.hasOwn(forms, event.form) ? forms[event.form] : undefined
    return [form?.stage ?? settings.defaults.stage]
  })
  const ranked = stages.sort((a, b) => orderOf(b, settings) - orderOf(a, settings))
  return { stage: ranked[0] ?? settings.defaults.stage, at: createdAt }
}

const isScored = (event: LeadEvent): event is EventOf<'scored'> => event.type === 'scored'

function ownerOf(sorted: readonly LeadEvent[]): string | undefined {
  const handed = sorted.findLast((event) => event.type === 'handed-off')
  return handed?.type === 'handed-off' ? handed.owner : undefined
}

/** What the log says whatever the time is. */
function lasting(sorted: readonly LeadEvent[], rules: LeadRules) {
  const profile = profileOf(sorted)
  const suppressed = suppressedBy(sorted)
  const owner = ownerOf(sorted)
  const { email } = profile.person
  return {
    ...profile,
    ...stageOf(sorted, startOf(sorted, rules, profile.createdAt), rules.settings),
    consent: consentProof(sorted),
    permissions: permissionsOf(sorted),
    ...preferencesOf(sorted),
    attribution: attributionOf(sorted),
    sources: sourcesOf(sorted),
    suppressed,
    deliverable: email !== undefined && deliverable(email) && suppressed !== 'bounced',
    ...(owner === undefined ? {} : { owner }),
    signals: signalsOf(sorted),
    adjustments: sorted.filter(isScored),
  }
}

const earliest = (...instants: readonly (number | undefined)[]): number | undefined => {
  const known = instants.filter((at) => at !== undefined)
  return known.length === 0 ? undefined : Math.min(...known)
}

/**
 * Folds a log, in any order and with duplicates, into the lead at `now`. All events given count, those stamped a
 * little later than `now` too (clocks differ); to look back, give it `eventsUntil`.
 */
export function foldLead(events: readonly LeadEvent[], rules: LeadRules, now: number): LeadState {
  const log = lasting(sortEvents(events), rules)
  const whole = caseOf({ ...log, temperature: 'cold' }, rules.scoring, now)
  const bands = bandsAt(whole.all, now)
  const next = earliest(nextChange(whole, bands, rules.settings, now), nextEntry(log, whole.all, rules, now))
  return {
    ...log,
    counted: whole.all.counted,
    temperature: temperatureOf(whole.all, bands),
    score: partsAt(whole.all, now),
    ...(next === undefined ? {} : { nextChangeAt: next }),
  }
}
