/**
 * A move: a run ends where it is, and another goes on from there, by a newer version of its sequence or because an
 * execution lives for a year only. The exit is written first; whoever meets it makes sure that the run to come is
 * there and started before it answers. A crash in between then loses nothing and sends nothing twice.
 */

import { claim } from './arbiter.ts'
import { AT, type Context, type Decision, decide, orphan, overAct } from './arbiter-act.ts'
import { mayDecide } from './arbiter-decide.ts'
import { leave } from './arbiter-divert.ts'
import { isBefore, sweep } from './arbiter-path.ts'
import type { Arbiter, Due, Hop, StepRecord } from './enrolment.ts'

/** The reason on the exit of a run that was moved. */
export const MOVED = 'moved'

/**
 * Ends a run by the hop that has come: claimed in the same write, so that the item itself says from which step the
 * next run goes on. Undefined when this hop has something else to do first: an exit, a divert, a newer hop.
 */
export const moved = (
  item: Arbiter | undefined,
  hop: Hop,
  to: string,
  ctx: Context,
): Decision | undefined => {
  if (item === undefined || !mayDecide(item, hop, ctx)) return undefined
  const open = orphan(item, ctx.now)
  const left = leave(claim(open.item, hop, ctx), MOVED, ctx, 'moved-on')
  const exit = { reason: MOVED, at: ctx.now, to }
  return decide(item, { item: { ...left, exit }, act: overAct(exit) }, open.uncertain)
}

/** Where a run that was moved goes on, by the route of the version it goes on in. */
export interface Place {
  readonly step: string
  readonly due: Due
  readonly took: Arbiter['took']
}

/** The run that goes on where another was left. `ctx.route` is its own; `left` bears the exit. */
export const begun = (left: Arbiter, { step, due, took }: Place, ctx: Context): Arbiter => {
  const isDone = (id: string, record: StepRecord): boolean => {
    if (record.is !== 'not-sent') return true
    const isPassed = id === left.step ? id === step : isBefore(ctx.route, id, step)
    return record.reason !== 'moved-on' && isPassed
  }
  const records = Object.fromEntries(
    Object.entries(left.records)
      .filter(([id, record]) => isDone(id, record))
      .map(([id, { at }]) => [id, { is: 'carried', at } as const]),
  )
  const run: Arbiter = { n: -1, due, took, records, pend: { name: `${AT}${step}`, due } }
  return sweep(run, ctx, step, 'added-later')
}
