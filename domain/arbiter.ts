/**
 * The arbiter: what a message of the execution does when it meets its enrolment item. The table of the
 * arbiter's contract, row by row; the first row that matches wins. Signals: arbiter-divert.ts. What follows an
 * attempt: arbiter-settle.ts.
 */
import {
  type Context,
  type Decision,
  DROP,
  decide,
  divertAct,
  exitAct,
  follows,
  LISTEN,
  type Move,
  orphan,
  overAct,
  record,
} from './arbiter-act.ts'
import { applies, pathOf, rest, settled, sweep } from './arbiter-path.ts'
import type { Arbiter, Due, Hop } from './enrolment.ts'

/** A message of the send queue. */
export const arrive = (item: Arbiter | undefined, hop: Hop, ctx: Context): Decision => {
  // Row "no item": answer Tendril.Exit.
  if (item === undefined) return { uncertain: [], act: exitAct('gone') }
  // Row "any open intent": an orphan. Hand it to reconcile, set lastAt, close it; then read on.
  const open = orphan(item, ctx.now)
  return decide(item, meet(open.item, hop, ctx), open.uncertain)
}

/** A message of the dead-letter queue. */
export const deadLetter = (item: Arbiter | undefined, hop: Hop, ctx: Context): Decision => {
  if (item === undefined) return { uncertain: [], act: exitAct('gone') }
  // Row "dead letter", own token's open intent: reconcile. An older hop's is as dead; any other has a worker.
  const dead = item.intent?.token === hop.token || item.n < hop.n
  if (item.intent !== undefined && !dead) return { uncertain: [], act: DROP }
  const open = orphan(item, ctx.now)
  return decide(item, bury(open.item, hop, ctx), open.uncertain)
}

const meet = (item: Arbiter, hop: Hop, ctx: Context): Move => {
  const told = divertedMove(item, hop, ctx)
  if (told !== undefined) return told
  if (hop.n > item.n) return enter(item, hop, ctx)
  if (hop.n === item.n) return again(item, hop, ctx)
  return late(item, ctx)
}

/** Rows "exit" and "pend whose name is not the message's via". */
export const divertedMove = (item: Arbiter, hop: Hop, ctx: Context): Move | undefined => {
  // Row "exit": answer Tendril.Exit, or Tendril.Move.
  if (item.exit !== undefined) return { item, act: overAct(item.exit) }
  // Rows "pend: Branch", "pend: Replan" and "pend: At": answer it, unless this hop follows it or it came too late.
  const { pend } = item
  if (pend === undefined || follows(pend, item, hop) || !applies(item, pend, ctx.route, hop.step)) return
  return { item, act: divertAct(pend, hop.op === 'send' && !settled(item, hop.step)) }
}

const enter = (item: Arbiter, hop: Hop, ctx: Context): Move => {
  const claimed = claim(item, hop, ctx)
  // Row "n greater, op = hold": claim, sweep, listen.
  if (hop.op === 'hold') return { item: claimed, act: LISTEN }
  // Row "n greater, email already settled": the same claim, send nothing.
  if (settled(claimed, hop.step)) return rest(claimed, hop.step, ctx)
  // Row "n greater, email": claim with an intent, sweep; then attempt.
  return begin(claimed, hop)
}

const again = (item: Arbiter, hop: Hop, ctx: Context): Move => {
  const adopted = adopt(item, hop)
  // Row "same n, op = hold": adopt the token.
  if (hop.op === 'hold') return { item: adopted, act: LISTEN }
  // Row "same n, a stored answer": adopt the token, repeat the answer.
  if (item.answer !== undefined) return { item: adopted, act: divertAct(item.answer, true) }
  // Row "same n, settled": adopt the token, send nothing.
  if (settled(item, hop.step)) return rest(adopted, hop.step, ctx)
  // No row: a claimed email always has an intent, an answer or a record. Nothing was sent, so attempt it.
  return begin(adopted, hop)
}

/** Row "smaller n": overtaken, if the enrolment is past the step; a step still to come is left to its own hop. */
const late = (item: Arbiter, ctx: Context): Move => ({ item: sweep(item, ctx, item.step), act: DROP })

/** Row "dead letter", after its own intent. */
const bury = (item: Arbiter, hop: Hop, ctx: Context): Move => {
  const told = divertedMove(item, hop, ctx)
  if (told !== undefined) return told
  if (hop.n < item.n) return late(item, ctx)
  const taken = hop.n > item.n ? claim(item, hop, ctx) : adopt(item, hop)
  // A Hold sends nothing: its email stays planned, the state times out to it.
  if (hop.op === 'hold') return { item: taken, act: LISTEN }
  if (taken.answer !== undefined) return { item: taken, act: divertAct(taken.answer, true) }
  if (settled(taken, hop.step)) return rest(taken, hop.step, ctx)
  return rest(record(taken, hop.step, { is: 'parked', at: ctx.now }), hop.step, ctx)
}

/** Takes the hop: n, token, step; clears pend and answer; remembers the path; sweeps. */
export const claim = (item: Arbiter, hop: Hop, ctx: Context): Arbiter => {
  const { pend, answer, ...kept } = item
  const path = hop.via === undefined ? undefined : pathOf(hop.via, ctx.route, pend?.took)
  const claimed: Arbiter = {
    ...kept,
    n: hop.n,
    token: hop.token,
    step: hop.step,
    due: dueOf(item, hop),
    took: path === undefined ? item.took : { ...item.took, [path.branch]: path.path },
  }
  return sweep(claimed, ctx, hop.step)
}

/** The plan that the execution goes by now: that of the divert which it followed here. */
const dueOf = (item: Arbiter, hop: Hop): Due =>
  [item.pend, item.answer].find((told) => told !== undefined && follows(told, item, hop))?.due ?? item.due

/** A redriven state has the same n and a new token. */
const adopt = (item: Arbiter, hop: Hop): Arbiter =>
  item.token === hop.token ? item : { ...item, token: hop.token }

const begin = (item: Arbiter, hop: Hop): Move => ({
  item: { ...item, intent: { attempt: 1, token: hop.token } },
  act: { kind: 'attempt', attempt: 1 },
})
