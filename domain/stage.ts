/** Stages: where a lead is, and where it may go. */
import type { EventOf, LeadEvent } from './event.ts'
import type { Qualification } from './scoring-model.ts'
import type { Settings } from './settings.ts'

/** Back to nurture, and out: both lie beside the ladder. */
const aside = new Set(['recycled', 'disqualified'])

/** The place on the ladder; stages beside it have -1. */
export const orderOf = (stage: string, settings: Settings): number =>
  aside.has(stage) ? -1 : settings.stages.findIndex(({ id }) => id === stage)

const exists = (stage: string, settings: Settings): boolean => settings.stages.some(({ id }) => id === stage)

function isCustomer(stage: string, settings: Settings): boolean {
  const customer = orderOf('customer', settings)
  return customer >= 0 && orderOf(stage, settings) >= customer
}

/** By the rules, nobody moves back, leaves `disqualified`, or stops being a customer. */
function mayRuleMove(from: string, to: string, settings: Settings): boolean {
  if (from === 'disqualified') return false
  if (aside.has(to)) return !isCustomer(from, settings)
  return from === 'recycled' || orderOf(to, settings) > orderOf(from, settings)
}

/** A person may also move a lead back, but a customer stays one, and who was disqualified starts again from the left. */
function mayPersonMove(from: string, to: string, settings: Settings): boolean {
  if (from === 'disqualified')
    return to === 'recycled' || orderOf(to, settings) <= orderOf(settings.defaults.stage, settings)
  if (isCustomer(from, settings)) return aside.has(to) || isCustomer(to, settings)
  return true
}

/**
 * Whether a move is legal: by the rules (and by time), or by the word of a person (`manual`, feedback). A stage that
 * says what comes `next` has the last word for both; the others go by their order.
 */
export function canMove(
  from: string,
  to: string,
  settings: Settings,
  by: 'rules' | 'person' = 'rules',
): boolean {
  if (from === to || !exists(from, settings) || !exists(to, settings)) return false
  const next = settings.stages.find(({ id }) => id === from)?.next
  if (next) return next.includes(to)
  return by === 'rules' ? mayRuleMove(from, to, settings) : mayPersonMove(from, to, settings)
}

/** Whether a move goes back or aside: the judgement after which engagement must be earned anew. */
const isSetback = (from: string, to: string, settings: Settings): boolean =>
  aside.has(to) || (!aside.has(from) && orderOf(to, settings) < orderOf(from, settings))

export interface StageState {
  readonly stage: string
  /** When it was reached. */
  readonly stageSince: number
  /** How many changes there were. */
  readonly stageChanges: number
  readonly qualification?: Qualification
  /** The last rejection by sales, or move back or aside. */
  readonly judgedAt?: number
  /** Stage by instant, ascending. */
  readonly stages: readonly { readonly at: number; readonly stage: string }[]
}

type Change = EventOf<'stage.changed'>

const standard: Readonly<Record<string, Qualification>> = { mql: 'marketing', sql: 'sales' }

/** How a lead qualified by reaching a stage, when nothing else was said. */
export const qualificationOf = (stage: string): Qualification | undefined => standard[stage]

const numbered = /^stage-(\d+)$/

/** Changes by their number, whatever the clocks of their writers said: none counts as earlier than the one before. */
function inSequence(changes: readonly Change[]): readonly Change[] {
  const numberOf = ({ id }: Change): number => Number(numbered.exec(id)?.[1] ?? 0)
  const counted = changes.filter(({ id }) => numbered.test(id)).sort((a, b) => numberOf(a) - numberOf(b))
  let at = Number.NEGATIVE_INFINITY
  const known = new Map<string, number>()
  for (const change of counted) {
    at = Math.max(at, change.at)
    known.set(change.id, at)
  }
  const timed = changes.map((change) => ({ ...change, at: known.get(change.id) ?? change.at }))
  return timed.sort((a, b) => a.at - b.at || numberOf(a) - numberOf(b) || (a.id < b.id ? -1 : 1))
}

/** Folds the stage changes of a sorted log; `start` is where the lead was before the first. */
export function stageOf(
  sorted: readonly LeadEvent[],
  start: { readonly stage: string; readonly at: number },
  settings: Settings,
): StageState {
  const changes = inSequence(sorted.filter((event): event is Change => event.type === 'stage.changed'))
  const last = changes.at(-1)
  const qualified = changes.findLast((c) => c.qualification ?? qualificationOf(c.to))
  const qualification = qualified && (qualified.qualification ?? qualificationOf(qualified.to))
  const judged = sorted.findLast(
    (event) =>
      (event.type === 'feedback' && event.action === 'reject') ||
      (event.type === 'stage.changed' && isSetback(event.from, event.to, settings)),
  )
  return {
    stage: last?.to ?? start.stage,
    stageSince: last?.at ?? start.at,
    stageChanges: changes.length,
    ...(qualification ? { qualification } : {}),
    ...(judged ? { judgedAt: judged.at } : {}),
    stages: [{ at: start.at, stage: start.stage }, ...changes.map(({ at, to }) => ({ at, stage: to }))],
  }
}

/**
 * The id of the next stage change: two that were decided on the same state collide, so a lead is promoted once.
 * Padded, because events of one instant are ordered by id.
 */
export const stageEventId = (state: { readonly stageChanges: number }): string =>
  `stage-${String(state.stageChanges + 1).padStart(4, '0')}`
