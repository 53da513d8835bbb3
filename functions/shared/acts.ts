/**
 * What a sequence does without a mail. Its events bear ids made of the run and the step, and whether they are in
 * the log is asked before they are written: a message that comes again changes nothing.
 */
import type { Enrolment } from '../../domain/enrolment.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, sortEvents } from '../../domain/lead.ts'
import { entryOf } from '../../domain/runs.ts'
import type { Action, ActStep } from '../../domain/sequence.ts'
import { canMove, stageEventId } from '../../domain/stage.ts'
import { type FoldPorts, isKnown } from './lead-facts.ts'
import type { TimerMessage, WebhookMessage } from './messages.ts'
import type { Leads, Queues, StoredEnrolment } from './ports.ts'

export interface ActsPorts extends FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
  readonly queues: Pick<Queues, 'send'>
}

type Do<Kind extends Action['do']> = Extract<Action, { do: Kind }>

/** One act of one enrolment. */
interface Act {
  readonly enrolment: Enrolment
  readonly step: ActStep
  /** `<enrolment>-<step>`: the id of its event, or the beginning of the ids of its events. */
  readonly id: string
  readonly actor: string
  readonly at: number
}

/** Other writers at once on the stage of one lead. */
const maxTries = 8

/**
 * The run in whose name acts are done: of the runs of one entrance, which moves have strung together, the first. So
 * what one of them did is not done again by the next.
 */
export const firstRunOf = (enrolment: Enrolment, stored: readonly StoredEnrolment[]): string => {
  const all = stored.map((one) => one.enrolment)
  const [first = enrolment] = entryOf(enrolment, all)
  return first.enrolmentId
}

/** The id of a webhook step's message, and of its outcomes in the log with `-delivered` or `-failed` behind it. */
export const webhookId = (run: string, step: string): string => `${run}-${step}`

const taggedBy = ({ id, step, enrolment, at }: Act, { add, remove }: Do<'tag'>): readonly LeadEvent[] => {
  const told = (name: string) => (tag: string) =>
    ({
      type: 'signal',
      id: `${id}.${tag}`,
      at,
      name,
      properties: { tag },
      verdict: 'unknown',
      enrolmentId: enrolment.enrolmentId,
      step: step.id,
    }) as const
  return [...add.map(told('tag.added')), ...remove.map(told('tag.removed'))]
}

/** The events of an act that says all by itself. */
const eventsOf = (act: Act, action: Do<'score' | 'tag' | 'set'>): readonly LeadEvent[] => {
  const { id, at, actor } = act
  switch (action.do) {
    case 'tag':
      return taggedBy(act, action)
    case 'score': {
      const { part, points, reason } = action
      return [{ type: 'scored', id, at, part, points, reason, actor }]
    }
    case 'set': {
      const fields = Object.fromEntries(Object.entries(action.fields).map(([key, value]) => [key, [value]]))
      return [{ type: 'fields.set', id, at, fields, actor }]
    }
  }
}

/** What a stage act came to before: it is done once, whatever it came to. */
const isDecided = (events: readonly LeadEvent[], { actor, id }: Act): boolean =>
  sortEvents(events).some(
    (event) => event.id === `${id}-unmoved` || (event.type === 'stage.changed' && event.actor === actor),
  )

/** A move that the settings do not allow is left out, as one to where the lead is; the log says so. */
const unmoved = ({ id, at, enrolment, step }: Act, from: string, to: string): LeadEvent => ({
  type: 'signal',
  id: `${id}-unmoved`,
  at,
  name: from === to ? 'stage.kept' : 'stage.refused',
  properties: { from, to },
  verdict: 'unknown',
  enrolmentId: enrolment.enrolmentId,
  step: step.id,
})

/** Moves the lead once, where the rules allow it; a change that lost its number to another is made again on that. */
const moveStage = async (ports: ActsPorts, act: Act, { to, reason }: Do<'stage'>): Promise<void> => {
  const { enrolment, actor, at } = act
  const content = await ports.content.live()
  for (let tries = 0; tries < maxTries; tries++) {
    const events = await ports.events.events(enrolment.leadId)
    if (!isKnown(events) || isDecided(events, act)) return
    const state = foldLead(events, content, at)
    const { stage: from } = state
    if (state.isTest) return
    const change: LeadEvent = canMove(from, to, content.settings)
      ? {
          type: 'stage.changed',
          id: stageEventId(state),
          at,
          from,
          to,
          reason,
          actor,
          total: state.score.total,
        }
      : unmoved(act, from, to)
    await ports.events.append(enrolment.leadId, change)
  }
  throw new Error(`The stage of ${enrolment.leadId} was changed by others ${maxTries} times in a row.`)
}

const callOut = async (ports: ActsPorts, { enrolment, step, id, at }: Act, known: ReadonlySet<string>) => {
  if (known.has(`${id}-delivered`) || known.has(`${id}-failed`)) return
  const { leadId, enrolmentId } = enrolment
  const message: WebhookMessage = { v: 1, kind: 'step', leadId, enrolmentId, step: step.id, tries: 0, at }
  await ports.queues.send('webhooks', message)
}

/** Does it, and answers the ids of the events that other sequences may start at. */
const perform = async (
  ports: ActsPorts,
  act: Act,
  known: ReadonlySet<string>,
): Promise<readonly string[]> => {
  const { action } = act.step
  if (action.do === 'webhook') await callOut(ports, act, known)
  else if (action.do === 'stage') await moveStage(ports, act, action)
  if (action.do === 'webhook' || action.do === 'stage') return []
  const events = eventsOf(act, action)
  for (const event of events) if (!known.has(event.id)) await ports.events.append(act.enrolment.leadId, event)
  return action.do === 'tag' ? events.map(({ id }) => id) : []
}

/** Acts follow each other in the log in the order in which they were done, even within one millisecond. */
const nextInstant = (events: readonly LeadEvent[], run: string, now: number): number =>
  Math.max(now, ...events.filter(({ id }) => id.startsWith(`${run}-`)).map(({ at }) => at + 1))

/**
 * Does these acts for an enrolment, in their order, and has the lead folded again: its stage and where it goes from
 * here may follow from them. That is asked for each time, in case a crash came before it.
 */
export const doActs = async (
  ports: ActsPorts,
  enrolment: Enrolment,
  steps: readonly ActStep[],
): Promise<void> => {
  if (steps.length === 0) return
  const { leadId } = enrolment
  const { events, enrolments } = await ports.leads.collection(leadId)
  if (!isKnown(events)) return
  const run = firstRunOf(enrolment, enrolments)
  const known = new Set(events.map(({ id }) => id))
  const at = nextInstant(events, run, ports.clock.now())
  const fresh: string[] = []
  for (const [index, step] of steps.entries()) {
    const [id, actor] = [`${run}-${step.id}`, `sequence:${run}/${step.id}`]
    fresh.push(...(await perform(ports, { enrolment, step, id, actor, at: at + index }, known)))
  }
  const message: TimerMessage = { v: 1, leadId, ...(fresh.length > 0 && { fresh }) }
  if (steps.some(({ action }) => action.do !== 'webhook')) await ports.queues.send('timers', message)
}
