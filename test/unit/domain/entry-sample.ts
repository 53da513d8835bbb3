/** Sequences and entrants for tests of who enters what. */
import type { Entrant, Run } from '../../../domain/entry.ts'
import { type Entering, entriesDue } from '../../../domain/entry-due.ts'
import type { EventOf, LeadEvent } from '../../../domain/event.ts'
import { foldLead } from '../../../domain/lead.ts'
import type { Sequence, Trigger } from '../../../domain/sequence.ts'
import { captured, start, submission } from './lead-sample.ts'
import { rules, scoring, settings } from './settings-sample.ts'

export const sequenceOf = (id: string, enrol: Partial<Sequence['enrol']>): Sequence => ({
  id,
  version: '1',
  name: id,
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never', ...enrol },
  exits: [],
  steps: [{ kind: 'end', id: 'end', outcome: 'finished' }],
})

/** A lead that may be mailed about guides. */
export const permitted = (over: Partial<EventOf<'captured'>> = {}): LeadEvent =>
  captured({ grants: [{ topics: ['guides'], basis: 'consent' }], ...over })

/** The same with profile fields. */
export const known = (fields: Record<string, string[]>, over: Partial<EventOf<'captured'>> = {}): LeadEvent =>
  permitted({ submission: submission({ fields }), ...over })

export const runOf = (
  sequence: string,
  over: Partial<Run> & { createdAt?: number; key?: string } = {},
): Run => {
  const { createdAt = start / 1000, key, by = 'before', isOver = true } = over
  return { enrolment: { sequence, run: 1, createdAt, ...(key !== undefined && { key }) }, by, isOver }
}

export const entrantOf = (
  events: readonly LeadEvent[],
  now = start,
  over: Partial<Entrant> = {},
): Entrant => ({ state: foldLead(events, rules, now), runs: [], settings, now, ...over })

/** What a lead enters, by one sequence per trigger list; `fresh` are ids. */
export const due = (
  events: readonly LeadEvent[],
  sequences: readonly Sequence[],
  now = start,
  over: Partial<Entering> = {},
) =>
  entriesDue(
    { ...entrantOf(events, now), events, scoring, fresh: [], ...over },
    Object.fromEntries(sequences.map((sequence) => [sequence.id, sequence])),
  ).map(({ sequence, eventId }) => `${sequence} by ${eventId}`)

export const on = (when: Trigger, more: Partial<Sequence['enrol']> = {}): Sequence =>
  sequenceOf('one', { when: [when], ...more })
