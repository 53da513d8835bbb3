/**
 * A move: a run ends where it is, and another goes on from there, by a newer version of its sequence or because an
 * execution lives for a year only. The exit is written first; whoever meets it makes sure that the run to come is
 * there and started before it answers. A crash in between then loses nothing and sends nothing twice.
 */

import { claim } from './arbiter.ts'
import { AT, type Context, type Decision, decide, orphan, overAct } from './arbiter-act.ts'
import { mayDecide } from './arbiter-decide.ts'
import { leave } from './arbiter-divert.ts'
import { sweep } from './arbiter-path.ts'
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
  // The message itself bears the token that is told, whenever it comes: the item need not keep it.
  const { token: _, ...left } = leave(claim(open.item, hop, ctx), MOVED, ctx, 'moved-on')
  const exit = { reason: MOVED, at: ctx.now, to }
  return decide(item, { item: { ...left, exit }, act: overAct(exit) }, open.uncertain)
}

/** Where a run that was moved goes on, by the route of the version it goes on in. */
export interface Place {
  readonly step: string
  readonly due: Due
  readonly took: Arbiter['took']
}

const carried = (records: Arbiter['records'], isIt: (id: string, record: StepRecord) => boolean) =>
  Object.fromEntries(
    Object.entries(records)
      .filter(([id, record]) => isIt(id, record))
      .map(([id, { at }]) => [id, { is: 'carried', at } as const]),
  )

/**
 * The run that goes on where another was left. `ctx.route` is its own; `left` bears the exit. What was sent, or may
 * have been, is carried wherever it lies now; what was not sent is carried where the new way is past it, and open
 * again where it lies ahead.
 */
export const begun = (left: Arbiter, { step, due, took }: Place, ctx: Context): Arbiter => {
  const isSettled = (id: string, { is }: StepRecord): boolean =>
    is !== 'not-sent' || (id === left.step && id === step && !isLeft(left.records[id]))
  const records = carried(left.records, isSettled)
  const pend = { name: `${AT}${step}`, due }
  const run = sweep({ n: -1, due, took, records, pend }, ctx, step, 'added-later')
  const passed = carried(left.records, (id, record) => run.records[id] !== undefined && !isLeft(record))
  return { ...run, records: { ...run.records, ...passed } }
}

/** Taken from a run only because it goes on in another. */
const isLeft = (record: StepRecord | undefined): boolean =>
  record?.is === 'not-sent' && record.reason === 'moved-on'
