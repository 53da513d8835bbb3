/** Which sequences a lead enters now by what it did, by its score, its temperature or a date. */
import { type Entrant, keyOf, refusalOf, staleAfter } from './entry.ts'
import { isStateTrigger, type Moment, momentsOf, type Scene, sceneOf } from './entry-moment.ts'
import type { LeadEvent } from './event.ts'
import { isMatch } from './facts.ts'
import type { ScoringRules } from './scoring-model.ts'
import { durationMs } from './scoring-text.ts'
import type { Sequence, Trigger } from './sequence.ts'
import { type Signal, verdictName } from './signal.ts'

/** A state that began longer ago starts nothing: it is no news, or a sequence that was made only now. */
const freshFor = 7 * 86_400_000

export interface Entry {
  readonly sequence: string
  /** What pulled the trigger: an event's id or a moment's. */
  readonly eventId: string
}

export interface Entering extends Entrant {
  /** The lead's log. */
  readonly events: readonly LeadEvent[]
  readonly scoring: ScoringRules
  /** Ids of events that nobody has looked at yet: only these start sequences. */
  readonly fresh: readonly string[]
}

type EventTrigger = Extract<Trigger, { kind: 'event' }>

/** The fresh events; with a verdict on a signal that signal is news too. */
function freshIds({ events, fresh }: Entering): ReadonlySet<string> {
  const ids = new Set(fresh)
  for (const event of events)
    if (ids.has(event.id) && event.type === 'signal' && event.name === verdictName)
      ids.add(event.properties['signal'] ?? '')
  return ids
}

/** Whether enough such signals lie within the stretch that ends with this one. */
function isEnough({ event, atLeast = 1, within }: EventTrigger, signal: Signal, counted: readonly Signal[]) {
  const since = within === undefined ? Number.NEGATIVE_INFINITY : signal.at - (durationMs(within) ?? 0)
  const found = counted.filter((one) => one.at > since && one.at <= signal.at && isMatch(event, one))
  return found.length >= atLeast
}

function bySignals(trigger: EventTrigger, news: readonly Signal[], { state, now }: Entering): Moment[] {
  return news
    .filter((signal) => isMatch(trigger.event, signal) && signal.at > now - staleAfter)
    .filter((signal) => isEnough(trigger, signal, state.counted))
    .map(({ id, at }) => ({ eventId: id, at }))
}

/** A date that had passed before the lead was there is none of its own. */
const isFresh = ({ at }: Moment, { kind }: Trigger, { state }: Entering, { now }: Scene): boolean =>
  at <= now && now < at + freshFor && (kind !== 'date' || at >= state.createdAt)

interface Look {
  readonly lead: Entering
  readonly news: readonly Signal[]
  scene(): Scene
}

const momentsFor = (trigger: Trigger, { lead, news, scene }: Look): readonly Moment[] => {
  if (trigger.kind === 'event') return bySignals(trigger, news, lead)
  if (!isStateTrigger(trigger)) return []
  return momentsOf(trigger, scene()).filter((moment) => isFresh(moment, trigger, lead, scene()))
}

/** One entry, or one for each key: of several moments at once the earliest counts. */
function entriesOf(sequence: Sequence, look: Look): readonly Entry[] {
  const { lead } = look
  // Most leads may not enter most sequences: that is asked before anything is reckoned through time.
  if (sequence.enrol.key === undefined && refusalOf(lead, sequence) !== undefined) return []
  const mine = lead.runs.filter(({ enrolment }) => enrolment.sequence === sequence.id)
  const known = new Set(mine.map(({ by }) => by))
  const moments = sequence.enrol.when.flatMap((trigger) => momentsFor(trigger, look))
  const byKey = new Map<string | undefined, Moment>()
  for (const moment of moments.sort((a, b) => a.at - b.at)) {
    const key = keyOf(sequence, lead.events, moment.eventId)
    if (known.has(moment.eventId) || byKey.has(key)) continue
    if (refusalOf(lead, sequence, key) === undefined) byKey.set(key, moment)
  }
  return [...byKey.values()].map(({ eventId }) => ({ sequence: sequence.id, eventId }))
}

/**
 * The sequences that the lead enters now, but for those that start at a form or a stage: these follow from the events
 * themselves. Only where it may enter, and never twice by one event or moment.
 */
export function entriesDue(lead: Entering, sequences: Readonly<Record<string, Sequence>>): readonly Entry[] {
  const ids = freshIds(lead)
  let scene: Scene | undefined
  const look: Look = {
    lead,
    news: lead.state.counted.filter(({ id }) => ids.has(id)),
    scene: () => {
      scene ??= sceneOf(lead.state, lead.events, lead, lead.now)
      return scene
    },
  }
  return Object.values(sequences).flatMap((sequence) => entriesOf(sequence, look))
}
