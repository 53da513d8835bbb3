/** What a signal does to an enrolment: it redirects it (pend) or ends it (exit). The act is for the item's token. */
import {
  type Act,
  type Context,
  type Decision,
  DROP,
  decide,
  divertAct,
  LISTEN,
  notSentOf,
  overAct,
  REPLAN,
} from './arbiter-act.ts'
import { abandon, applies, settled } from './arbiter-path.ts'
import type { Arbiter, Divert, NotSentReason } from './enrolment.ts'

/**
 * A redirection. A branch (or a move) replaces a pending new plan, never the other way round; what else is
 * pending stays. Nothing after an exit, past the branch's rejoin or after the last email.
 */
export const diverted = (item: Arbiter | undefined, divert: Divert, ctx: Context): Decision => {
  const moot = item === undefined || item.exit !== undefined || !applies(item, divert, ctx.route, item.step)
  if (moot) return { uncertain: [], act: DROP }
  const { pend } = item
  const stays = pend !== undefined && pend.name !== REPLAN && applies(item, pend, ctx.route, item.step)
  const next = stays ? item : { ...item, pend: turned(divert, pend) }
  return decide(item, { item: next, act: tell(next, next.pend ?? divert) })
}

/** The hop that follows the plan it replaces may be under way: it must not pass for this one's. */
const turned = (divert: Divert, pend: Divert | undefined): Divert =>
  divert.name === REPLAN && pend?.name === REPLAN ? { ...divert, turn: (pend.turn ?? 0) + 1 } : divert

/** While an intent is open its worker passes the word on: it knows whether the email went out. */
const tell = (item: Arbiter, pend: Divert): Act => {
  if (item.intent !== undefined || item.token === undefined) return LISTEN
  const deferred = item.answer !== undefined && item.step !== undefined && !settled(item, item.step)
  return divertAct(pend, deferred)
}

/** The end, once and for good. `notSent` goes on the records; `name` may be `Tendril.SalesReady`. */
export const exited = (
  item: Arbiter | undefined,
  reason: string,
  ctx: Context,
  options: { readonly notSent?: NotSentReason; readonly name?: string } = {},
): Decision => {
  if (item === undefined) return { uncertain: [], act: DROP }
  const next = leave(item, reason, ctx, options.notSent)
  const over = next.exit ?? { reason, at: ctx.now }
  const act = item.token === undefined ? LISTEN : overAct(over, options.name)
  return decide(item, { item: next, act })
}

/** Writes the exit and settles what it takes away, but for a send under way. */
export const leave = (
  item: Arbiter,
  reason: string,
  ctx: Context,
  notSent: NotSentReason = notSentOf(reason),
): Arbiter => {
  if (item.exit !== undefined) return item
  const { pend, answer, ...kept } = abandon(item, ctx, notSent)
  return { ...kept, exit: { reason, at: ctx.now } }
}
