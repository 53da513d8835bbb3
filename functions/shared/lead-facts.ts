/** A lead folded from its log, and what conditions may ask about it. */

import type { Facts } from '../../domain/condition.ts'
import type { Content } from '../../domain/content.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { factsOf } from '../../domain/facts.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { type Place, placeOf } from '../../domain/lead-zone.ts'
import type { Clock, ContentSource, EventLog, Profile } from './ports.ts'

export interface FoldPorts {
  readonly clock: Clock
  readonly content: ContentSource
  readonly events: EventLog
}

/** What a mail needs of a lead. */
export const profileOfState = (leadId: string, state: LeadState, content: Content): Profile => {
  const form = state.signals.findLast(({ name }) => name === 'form.submitted')?.properties['form']
  return {
    leadId,
    person: state.person,
    fields: state.fields,
    topics: Object.keys(state.permissions),
    isTest: state.isTest,
    deliverable: state.deliverable,
    ...(form !== undefined && { form }),
    ...placeOf(state, content.settings),
  }
}

/** Signals may come before the submission that makes somebody a lead. */
export const isKnown = (events: readonly LeadEvent[]): boolean =>
  events.some(({ type }) => type === 'captured')

/** Folds a lead as it is now; undefined when nothing is known of it. */
export const foldedLead = async (ports: FoldPorts, leadId: string): Promise<LeadState | undefined> => {
  const events = await ports.events.events(leadId)
  if (!isKnown(events)) return undefined
  return foldLead(events, await ports.content.live(), ports.clock.now())
}

/** Facts and place of a lead that is known to exist. */
export const leadFacts = async (
  ports: FoldPorts,
  leadId: string,
): Promise<{ facts: Facts; place: Place }> => {
  const state = await foldedLead(ports, leadId)
  if (state === undefined) throw new Error(`The lead ${leadId} has no log.`)
  return { facts: factsOf(state), place: placeOf(state, (await ports.content.live()).settings) }
}
