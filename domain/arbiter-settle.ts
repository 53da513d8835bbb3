/** What follows an attempt: the second write of an email, and reconcile's. */
import {
  type Context,
  DEFER,
  type Decision,
  DROP,
  decide,
  divertAct,
  exitAct,
  type Finding,
  type Move,
  notSentOf,
  type Outcome,
  orphan,
  overAct,
  record,
  type Uncertain,
} from './arbiter-act.ts'
import { leave } from './arbiter-divert.ts'
import { applies, rest, settled } from './arbiter-path.ts'
import type { Arbiter, Hop, NotSentReason, StepRecord } from './enrolment.ts'

/**
 * The outcome of an attempt, with the item as it is now. For a repeated attempt the hop is
 * `{op: 'send', token: item.intent.token, step, n}` of the uncertain send.
 */
export const settle = (item: Arbiter | undefined, outcome: Outcome, hop: Hop, ctx: Context): Decision => {
  // Erased meanwhile: nothing is written.
  if (item === undefined) return { uncertain: [], act: exitAct('gone') }
  const { intent, ...released } = item
  if (intent?.token !== hop.token || item.n !== hop.n) return outlived(item, outcome, hop, ctx)
  const after = outcomeOf(released, outcome, hop.step, intent.attempt, ctx)
  const uncertain = outcome.is === 'uncertain' ? [{ step: hop.step, n: hop.n, attempt: intent.attempt }] : []
  return decide(item, speak(after, hop.step, ctx), uncertain)
}

/**
 * Its intent is gone: taken for an orphan's, where an acceptance is still worth more than a proof, or closed by this
 * very hop, whose write was done although its answer was lost. What the item then says is told all the same.
 */
const outlived = (item: Arbiter, outcome: Outcome, hop: Hop, ctx: Context): Decision => {
  const open = item.records[hop.step]
  const isNews = outcome.is === 'sent' && open?.is === 'uncertain' && open.n === hop.n
  const known = isNews ? record({ ...item, lastAt: ctx.now }, hop.step, sent(ctx.now, outcome)) : item
  return decide(item, closed(known, hop) ? speak(known, hop.step, ctx) : { item: known, act: DROP })
}

/** Nothing of this hop is open any more, and the task that waits is still its own. */
const closed = (item: Arbiter, { n, token, step }: Hop): boolean =>
  item.n === n &&
  item.token === token &&
  item.intent === undefined &&
  (settled(item, step) || item.answer !== undefined || item.exit !== undefined)

const named = ({ name }: { readonly name?: string }): { readonly name?: string } =>
  name === undefined ? {} : { name }

const sent = (at: number, mail: { readonly template?: string; readonly name?: string }): StepRecord => ({
  is: 'sent',
  at,
  ...(mail.template === undefined ? {} : { template: mail.template }),
  ...named(mail),
})

const outcomeOf = (item: Arbiter, outcome: Outcome, step: string, attempt: number, ctx: Context): Arbiter => {
  const at = ctx.now
  // A repeated attempt that did not come about leaves the first one as unclear as it was.
  const unsent = (reason: NotSentReason): Arbiter =>
    record(item, step, attempt > 1 ? { is: 'parked', at } : { is: 'not-sent', at, reason })
  switch (outcome.is) {
    case 'sent':
      return record({ ...item, lastAt: at }, step, sent(at, outcome))
    case 'uncertain':
      return record({ ...item, lastAt: at }, step, {
        is: 'uncertain',
        at,
        n: item.n,
        attempt,
        ...named(outcome),
      })
    case 'skip':
      return unsent(outcome.reason)
    case 'exit':
      return leave(unsent(outcome.notSent ?? notSentOf(outcome.reason)), outcome.reason, ctx, outcome.notSent)
    case 'refuse-now':
      if (item.exit !== undefined) return unsent(notSentOf(item.exit.reason))
      return attempt > 1 ? unsent('refused') : heldBack(item, outcome, step, at)
  }
}

/** The answer, and by the same write what the timeline says of it. */
const heldBack = (
  item: Arbiter,
  { due, until, reason }: Extract<Outcome, { is: 'refuse-now' }>,
  step: string,
  at: number,
): Arbiter => ({
  ...item,
  answer: { name: DEFER, due },
  held: { ...item.held, [step]: { at, until, reason } },
})

/** What the task is told once the intent is closed: a signal left its word to the worker meanwhile. */
const speak = (item: Arbiter, step: string, ctx: Context): Move => {
  const { exit, pend, answer } = item
  if (exit !== undefined) return { item, act: overAct(exit) }
  const unsent = !settled(item, step)
  if (pend !== undefined && applies(item, pend, ctx.route, step))
    return { item, act: divertAct(pend, unsent) }
  if (unsent && answer !== undefined) return { item, act: divertAct(answer, true) }
  return rest(item, step, ctx)
}

/**
 * Row "reconcile after 900 s", only while the record is that open proof. `attempt` says: the intent of one more
 * attempt is written; read as after a claim (its gap counts from `lastOther`), send once, `settle`. A reconcile
 * that crashes on the way finds its intent again and hands it over as uncertain.
 */
export const reconciled = (
  item: Arbiter | undefined,
  uncertain: Uncertain,
  finding: Finding,
  ctx: Context,
): Decision => {
  const { step, n, attempt } = uncertain
  const open = item?.records[step]
  if (item === undefined || open?.is !== 'uncertain' || open.n !== n) return { uncertain: [], act: DROP }
  if (finding === 'proof') return proven(item, open, uncertain, ctx)
  if (open.attempt !== attempt) return { uncertain: [], act: DROP }
  if (repeats(item, uncertain)) {
    const crashed = orphan(item, ctx.now)
    return decide(item, speak(crashed.item, step, ctx), crashed.uncertain)
  }
  if (finding === 'none-and-healthy' && mayRepeat(item, uncertain)) {
    const intent = { attempt: attempt + 1, token: item.token ?? '' }
    return decide(item, { item: { ...item, intent }, act: { kind: 'attempt', attempt: intent.attempt } })
  }
  return decide(item, { item: record(item, step, { is: 'parked', at: ctx.now }), act: DROP })
}

/** Whether one more attempt at this send is under way, or broke off. */
const repeats = (item: Arbiter, { step, n }: Uncertain): boolean =>
  item.intent !== undefined && item.step === step && item.n === n

/** A later attempt's proof is news: its instant is not that of the open proof. */
const proven = (item: Arbiter, open: StepRecord, uncertain: Uncertain, ctx: Context): Decision => {
  const news = open.is === 'uncertain' && open.attempt !== uncertain.attempt
  const { intent, ...closed } = item
  const over = repeats(item, uncertain)
  const entry = sent(news ? ctx.now : open.at, open.is === 'uncertain' ? named(open) : {})
  const known = record(over ? closed : item, uncertain.step, entry)
  const next = news ? { ...known, lastAt: ctx.now } : known
  return decide(item, over ? speak(next, uncertain.step, ctx) : { item: next, act: DROP })
}

/** Once, and only while the enrolment is still where that attempt was made. */
const mayRepeat = (item: Arbiter, { n, attempt }: Uncertain): boolean =>
  attempt === 1 && item.n === n && item.exit === undefined && item.pend === undefined
