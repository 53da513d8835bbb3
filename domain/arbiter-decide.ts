/** What a message decides before its email is claimed: a branch on score or field, or an uneven split. */
import { claim, divertedMove } from './arbiter.ts'
import { type Context, type Decision, DROP, decide, divertAct, orphan } from './arbiter-act.ts'
import { settled } from './arbiter-path.ts'
import type { Arbiter, Divert, Hop } from './enrolment.ts'

/** Whether a message is new, and nothing else is to be told to it first. */
export const mayDecide = (item: Arbiter, hop: Hop, ctx: Context): boolean =>
  hop.n > item.n && divertedMove(item, hop, ctx) === undefined

/**
 * A decision for another path than the default one. The hop is taken, and with it the divert that may have led here,
 * which would else hold off every branch at the beginning of its own path; the new one is pending until it is
 * followed. Nothing when the message is late, or something else is pending: `arrive` answers that.
 */
export function decided(item: Arbiter | undefined, hop: Hop, divert: Divert, ctx: Context): Decision {
  if (item === undefined || !mayDecide(item, hop, ctx)) return { uncertain: [], act: DROP }
  const open = orphan(item, ctx.now)
  const next = { ...claim(open.item, hop, ctx), pend: divert }
  const act = divertAct(divert, hop.op === 'send' && !settled(next, hop.step))
  return decide(item, { item: next, act }, open.uncertain)
}
