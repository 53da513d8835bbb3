/** Who may enter a sequence, and which sequences a lead enters now. */
import { addDuration } from './calendar.ts'
import type { Condition } from './condition.ts'
import { durationOf } from './duration.ts'
import type { Enrolment } from './enrolment.ts'
import type { EventOf, LeadEvent } from './event.ts'
import { factsOf, holds } from './facts.ts'
import type { LeadState } from './lead.ts'
import { zoneOf } from './lead-zone.ts'
import type { Sequence, Trigger } from './sequence.ts'
import type { Settings } from './settings.ts'

/** Why a lead may not enter a sequence. Closed list, in the order in which it is asked. */
export const entryRefusals = [
  'suppressed',
  'test-lead',
  'undeliverable',
  'stage',
  'no-consent',
  'condition',
  'running',
  'again',
] as const
export type EntryRefusal = (typeof entryRefusals)[number]

/** A run of a lead through a sequence, of whichever version. */
export interface Run {
  readonly enrolment: Pick<Enrolment, 'sequence' | 'run' | 'createdAt' | 'key'>
  /** The event that enrolled the lead. */
  readonly by: string
  readonly isOver: boolean
}

/** A lead before a sequence. `now` in milliseconds. */
export interface Entrant {
  readonly state: LeadState
  /** Its runs of all sequences. */
  readonly runs: readonly Run[]
  readonly settings: Settings
  readonly now: number
}

/** Stages that a condition lets through by name; what lies behind `not` names nobody. */
function namedStages(condition: Condition): readonly string[] {
  if ('all' in condition) return condition.all.flatMap(namedStages)
  if ('any' in condition) return condition.any.flatMap(namedStages)
  return 'stage' in condition ? condition.stage : []
}

const endsAll = (stage: string, { stages }: Pick<Settings, 'stages'>): boolean =>
  stages.some(({ id, exits }) => exits && id === stage)

/** Whether a sequence asks for leads of this stage by its name. */
function asksFor(stage: string, { when, onlyIf }: Sequence['enrol']): boolean {
  const asked = when.flatMap((trigger) => (trigger.kind === 'stage' ? trigger.stages : []))
  return [...asked, ...(onlyIf ? namedStages(onlyIf) : [])].includes(stage)
}

/** A stage that ends all sequences is closed to new ones too, but for those that ask for it by name. */
const isClosed = ({ state, settings }: Entrant, { enrol }: Sequence): boolean =>
  endsAll(state.stage, settings) && !asksFor(state.stage, enrol)

/**
 * Whether a stage that ends all sequences ends a run that began at `began` (seconds): what began in that stage and
 * asks for it, such as a programme for customers, goes on. `stageSince` in milliseconds.
 */
export function endsRun(
  { stage, stageSince }: Pick<LeadState, 'stage' | 'stageSince'>,
  began: number,
  enrol: Sequence['enrol'],
  settings: Pick<Settings, 'stages'>,
): boolean {
  const isOwn = began >= Math.floor(stageSince / 1000) && asksFor(stage, enrol)
  return endsAll(stage, settings) && !isOwn
}

function refusalByRuns(
  { state, runs, settings, now }: Entrant,
  { id, enrol }: Sequence,
  key: string | undefined,
): EntryRefusal | undefined {
  const mine = runs.filter(({ enrolment }) => enrolment.sequence === id && enrolment.key === key)
  if (mine.some(({ isOver }) => !isOver)) return 'running'
  if (mine.length === 0 || enrol.again === 'always') return undefined
  if (enrol.again === 'never') return 'again'
  const last = Math.max(...mine.map(({ enrolment }) => enrolment.createdAt))
  const from = addDuration(zoneOf(state, settings), last, durationOf(enrol.again))
  return now / 1000 < from ? 'again' : undefined
}

/**
 * Why the lead may not enter the sequence now, or undefined when it may. `key` is the value that the run would be for,
 * where the sequence runs once for each value of a property: running and re-entry are then judged for each.
 */
export function refusalOf(entrant: Entrant, sequence: Sequence, key?: string): EntryRefusal | undefined {
  const { state, now } = entrant
  const { enrol, topic } = sequence
  if (state.suppressed !== false) return 'suppressed'
  if (state.isTest) return 'test-lead'
  if (!state.deliverable) return 'undeliverable'
  if (isClosed(entrant, sequence)) return 'stage'
  if (state.permissions[topic] === undefined) return 'no-consent'
  if (enrol.onlyIf && !holds(enrol.onlyIf, factsOf(state), now)) return 'condition'
  return refusalByRuns(entrant, sequence, key)
}

/** The same for a lead that another sequence hands on: who is meant, and how often, is for that one to say. */
export function refusalOnNext(entrant: Entrant, sequence: Sequence, key?: string): EntryRefusal | undefined {
  const { when } = sequence.enrol
  return refusalOf(entrant, { ...sequence, enrol: { when, again: 'always' } }, key)
}

const refusalText: Readonly<Record<EntryRefusal, string>> = {
  suppressed: 'the lead is not to be mailed any more',
  'test-lead': 'a test lead is never mailed',
  undeliverable: 'the address cannot be mailed',
  stage: 'the stage it is in ends all sequences, and this one does not ask for that stage',
  'no-consent': 'it gave no permission for the topic of the sequence',
  condition: 'the condition of the sequence (only_if) does not hold',
  running: 'it is in this sequence already',
  again: 'it was in this sequence before, and may not enter it again, or not yet',
}

/** The refusal in words. */
export const refusalWords = (refusal: EntryRefusal): string => refusalText[refusal]

/** What the run is for: the value of the sequence's key in the event, as a signal's property or a field of a form. */
export function keyOf(
  { enrol }: Sequence,
  events: readonly LeadEvent[],
  eventId: string,
): string | undefined {
  if (enrol.key === undefined) return undefined
  const event = events.find(({ id }) => id === eventId)
  if (event?.type === 'signal') return own(event.properties, enrol.key)
  if (event?.type !== 'captured') return undefined
  const { fields, hidden } = event.submission
  return own(fields, enrol.key)?.[0] ?? own(hidden, enrol.key)
}

const own = <Value>(record: Readonly<Record<string, Value>>, key: string): Value | undefined =>
  Object.hasOwn(record, key) ? record[key] : undefined

/** Events older than this start nothing: they come with an import, or are told very late. */
export const staleAfter = 30 * 86_400_000

const isAdForm = (trigger: Extract<Trigger, { kind: 'ad-form' }>, event: EventOf<'captured'>): boolean =>
  event.submission.source === trigger.source && event.submission.formId === trigger.formId

/** Whether a submission or a stage change is what the sequence starts at. */
export function isTriggered({ enrol }: Sequence, event: LeadEvent, now: number): boolean {
  if (event.at <= now - staleAfter) return false
  return enrol.when.some((trigger) => {
    if (trigger.kind === 'form') return event.type === 'captured' && event.form === trigger.form
    if (trigger.kind === 'ad-form') return event.type === 'captured' && isAdForm(trigger, event)
    return trigger.kind === 'stage' && event.type === 'stage.changed' && trigger.stages.includes(event.to)
  })
}
