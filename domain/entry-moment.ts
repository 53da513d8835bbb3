/**
 * Moments at which a lead enters a state that sequences start at: a score in a range, a temperature, a date. Each has
 * an id that stays the same while the state lasts, so that it starts a sequence once.
 */
import { leadDates } from './entry-date.ts'
import type { LeadEvent } from './event.ts'
import { type LeadState, sortEvents } from './lead.ts'
import { profileOf } from './lead-profile.ts'
import { zoneOf } from './lead-zone.ts'
import { fitPoints, type Standing } from './scoring.ts'
import type { ScoringRules } from './scoring-model.ts'
import { inRange } from './scoring-text.ts'
import type { Trigger } from './sequence.ts'
import type { Settings } from './settings.ts'
import { sinceWhen } from './since.ts'
import { caseOf } from './stage-promotion.ts'
import { bandsAt, temperatureOf, temperatureSince } from './temperature.ts'

/** A trigger that no event of its own pulls. */
export type StateTrigger = Extract<Trigger, { kind: 'score' | 'temperature' | 'date' }>

export const isStateTrigger = (trigger: Trigger): trigger is StateTrigger =>
  trigger.kind === 'score' || trigger.kind === 'temperature' || trigger.kind === 'date'

export interface Moment {
  /** `score-total-1795168800000`, `temperature-cold-…`, `date-contract.end-2027-03-31` */
  readonly eventId: string
  /** Milliseconds. */
  readonly at: number
}

/** A lead laid out for the question, once for all triggers. */
export interface Scene {
  readonly state: LeadState
  readonly standing: Standing
  readonly zone: string
  /** The latest instant that anything in the log bears: clocks differ, and a moment must not move with ours. */
  readonly now: number
  /** Fit from each instant on at which the log told of it, ascending. */
  fits(): readonly FitStep[]
}

export interface FitStep {
  readonly at: number
  readonly fit: number
}

const tellsOfFit = (event: LeadEvent): boolean =>
  event.type === 'captured' ||
  event.type === 'fields.set' ||
  (event.type === 'scored' && event.part === 'fit') ||
  (event.type === 'signal' && event.name.startsWith('tag.'))

/** Fit as it was: told by the events until then, judged by the rules of today. */
function fitSteps(events: readonly LeadEvent[], scoring: ScoringRules): readonly FitStep[] {
  const telling = sortEvents(events).filter(tellsOfFit)
  return [...new Set(telling.map(({ at }) => at))].map((at) => {
    const told = telling.filter((event) => event.at <= at)
    const adjustments = told.filter((event) => event.type === 'scored')
    return { at, fit: fitPoints({ profile: profileOf(told).profile, adjustments }, scoring) }
  })
}

/** Lays out a folded lead. `events` are its log. */
export function sceneOf(
  state: LeadState,
  events: readonly LeadEvent[],
  rules: { readonly scoring: ScoringRules; readonly settings: Settings },
  now: number,
): Scene {
  const then = Math.max(now, ...state.signals.map(({ at }) => at))
  let steps: readonly FitStep[] | undefined
  return {
    state,
    standing: caseOf(state, rules.scoring, then).all,
    zone: zoneOf(state, rules.settings),
    now: then,
    fits: () => {
      steps ??= fitSteps(events, rules.scoring)
      return steps
    },
  }
}

/**
 * Since when the score has been in the range. A range that it began in was never entered: before it existed, a lead
 * had no points.
 */
function scoreMoment(
  { score, is }: Extract<Trigger, { kind: 'score' }>,
  { standing, now, fits }: Scene,
): Moment | undefined {
  const steps = score === 'engagement' ? [] : fits()
  const isIn = (at: number, before = false): boolean => {
    const fit = steps.findLast((step) => (before ? step.at < at : step.at <= at))?.fit ?? 0
    const engagement = score === 'fit' ? 0 : standing.curve.at(at, before)
    return inRange(fit + engagement, is)
  }
  const instants = [...(score === 'fit' ? [] : standing.curve.instants), ...steps.map(({ at }) => at)]
  const since = sinceWhen(isIn, instants, now)
  const isFirst = since !== undefined && instants.every((at) => at >= since)
  if (since === undefined || (isFirst && inRange(0, is))) return undefined
  return { eventId: `score-${score}-${since}`, at: since }
}

function temperatureMoment(
  { temperature }: Extract<Trigger, { kind: 'temperature' }>,
  { standing, now }: Scene,
): Moment | undefined {
  if (temperatureOf(standing, bandsAt(standing, now)) !== temperature) return undefined
  const since = temperatureSince(standing, now)
  return since === undefined ? undefined : { eventId: `temperature-${temperature}-${since}`, at: since }
}

/** What a trigger of state has to say of the lead now. */
export function momentsOf(trigger: StateTrigger, scene: Scene): readonly Moment[] {
  if (trigger.kind === 'date')
    return leadDates(trigger, scene.state.profile, scene.zone).map(({ date, at }) => ({
      eventId: `date-${trigger.field}-${date}`,
      at,
    }))
  const moment = trigger.kind === 'score' ? scoreMoment(trigger, scene) : temperatureMoment(trigger, scene)
  return moment ? [moment] : []
}
