/** Rules broken on purpose: the check must see each of them. Wrappers around the real rules, or flawed workers. */
import type { Decision } from '../../../domain/arbiter-act.ts'
import { AT, DROP } from '../../../domain/arbiter-act.ts'
import type { Arbiter } from '../../../domain/enrolment.ts'
import { model, rules, shapes } from './models.ts'
import type { Budget, Model, Rules } from './world.ts'

const { rejoining, mirrored, detour } = shapes

const mutant = (name: string, budget: Partial<Budget>, changed: Partial<Rules>, shape = rejoining): Model =>
  model(name, shape, budget, { rules: { ...rules, ...changed } })

const flawed = (
  name: string,
  flaw: NonNullable<Model['flaw']>,
  budget: Partial<Budget>,
  changed: Partial<Rules> = {},
): Model => model(name, rejoining, budget, { flaw, rules: { ...rules, ...changed } })

/** Changes what a decision writes. */
const rewrite = (decision: Decision, change: (next: Arbiter) => Arbiter): Decision =>
  decision.next === undefined ? decision : { ...decision, next: change(decision.next) }

const noExitCheck: Rules['arrive'] = (item, hop, ctx) => {
  if (item?.exit === undefined) return rules.arrive(item, hop, ctx)
  const { exit, ...open } = item
  return rewrite(rules.arrive(open, hop, ctx), (next) => ({ ...next, exit }))
}

const resend: Rules['arrive'] = (item, hop, ctx) =>
  item?.intent !== undefined && item.n === hop.n
    ? { uncertain: [], act: { kind: 'attempt', attempt: item.intent.attempt } }
    : rules.arrive(item, hop, ctx)

const keepPend: Rules['arrive'] = (item, hop, ctx) =>
  rewrite(rules.arrive(item, hop, ctx), (next) => (item?.pend ? { ...next, pend: item.pend } : next))

const unswept = (next: Arbiter): Arbiter => {
  const kept = Object.entries(next.records).filter(
    ([, entry]) => entry.is !== 'not-sent' || !['overtaken', 'branched'].includes(entry.reason),
  )
  return { ...next, records: Object.fromEntries(kept) }
}

const noSweep: Partial<Rules> = {
  arrive: (item, hop, ctx) => rewrite(rules.arrive(item, hop, ctx), unswept),
  deadLetter: (item, hop, ctx) => rewrite(rules.deadLetter(item, hop, ctx), unswept),
  settle: (item, outcome, hop, ctx) => rewrite(rules.settle(item, outcome, hop, ctx), unswept),
}

/** The exit leaves its mark and settles nothing. */
const bareExit: Rules['exited'] = (item, reason, ctx) =>
  rewrite(rules.exited(item, reason, ctx), (next) => ({ ...next, records: item?.records ?? {} }))

const timeless: Rules['arrive'] = (item, hop, ctx) =>
  rewrite(rules.arrive(item, hop, ctx), (next) => {
    const { lastAt: _, ...rest } = next
    return item?.lastAt === undefined ? rest : { ...rest, lastAt: item.lastAt }
  })

const branchAnywhere: Rules['arrive'] = (item, hop, ctx) => {
  const pend = item?.exit === undefined ? item?.pend : undefined
  if (!pend?.name.startsWith('Tendril.Branch.') || pend.name === hop.via) return rules.arrive(item, hop, ctx)
  const cause = { due: pend.due, via: pend.name }
  return { uncertain: [], act: { kind: 'answer', name: pend.name, cause } }
}

/** Only its own hop follows to where a run goes on. */
const toldAnywhere: Rules['arrive'] = (item, hop, ctx) => {
  const pend = item?.exit === undefined ? item?.pend : undefined
  const isTold = pend?.name.startsWith(AT) && pend.name !== hop.via && hop.n > (item?.n ?? 0)
  if (pend === undefined || !isTold) return rules.arrive(item, hop, ctx)
  const cause = { due: pend.due, via: pend.name }
  return { uncertain: [], act: { kind: 'answer', name: pend.name, cause } }
}

/** An outcome that is on the item already is taken for somebody else's, and nobody is told. */
const untold: Rules['settle'] = (item, outcome, hop, ctx) => {
  const decision = rules.settle(item, outcome, hop, ctx)
  const isOwn = item === undefined || (item.intent?.token === hop.token && item.n === hop.n)
  return isOwn ? decision : { ...decision, act: DROP }
}

const lastListens: Rules['settle'] = (item, outcome, hop, ctx) => {
  const decision = rules.settle(item, outcome, hop, ctx)
  return decision.act.kind === 'succeed' ? { ...decision, act: { kind: 'listen' } } : decision
}

export interface Mutant {
  readonly model: Model
  /** What must break. */
  readonly promise: RegExp
}

/** The seven that the contract names. */
const named: readonly Mutant[] = [
  {
    model: mutant('no exit check', { exit: 1 }, { arrive: noExitCheck, exited: bareExit }),
    promise: /no SES call by a claim made after/,
  },
  {
    model: mutant('resend on redelivery', { crash: 1 }, { arrive: resend }),
    promise: /no email accepted twice|gap/,
  },
  { model: mutant('pend never removed', { replan: 1 }, { arrive: keepPend }), promise: /nothing stuck/ },
  { model: flawed('no gap check, timeout falls open', 'no-gap', {}), promise: /minimum gap/ },
  {
    model: flawed('suppression read before the claim', 'read-first', { unsubscribe: 1 }),
    promise: /no SES call by a claim made after/,
  },
  {
    model: flawed('defer answered before it is written', 'answer-first', { crash: 1 }),
    promise: /one truthful record/,
  },
  { model: mutant('no sweep', {}, noSweep), promise: /exactly one record/ },
]

/** Others that the rules behind the rows guard against. */
const more: readonly Mutant[] = [
  {
    model: mutant('an exit records nothing', { exit: 1 }, { exited: bareExit }),
    promise: /exactly one record/,
  },
  { model: mutant('an orphan leaves lastAt', { crash: 1 }, { arrive: timeless }), promise: /minimum gap/ },
  {
    model: mutant(
      'a branch answered past its rejoin',
      { click: 1, crash: 1 },
      { arrive: branchAnywhere },
      detour,
    ),
    promise: /not caught/,
  },
  {
    model: mutant('the last email is left listening', {}, { settle: lastListens }),
    promise: /nothing stuck/,
  },
  {
    model: mutant(
      'dead letters are dropped',
      { crash: 1 },
      { deadLetter: () => ({ uncertain: [], act: DROP }) },
    ),
    promise: /nothing stuck/,
  },
]

/** The decision is pending, but the send that was under way is forgotten. */
const decidesOver: Rules['decided'] = (item, hop, divert, ctx) => ({
  ...rules.decided(item, hop, divert, ctx),
  uncertain: [],
})

/** Ways in which a decision can be built wrongly. */
const decisions: readonly Mutant[] = [
  {
    model: mutant('a decision forgets a send under way', { decide: 1, crash: 1 }, { decided: decidesOver }),
    promise: /exactly one record/,
  },
]

/** The answer of a write is lost, and the worker sends it again. */
const lost: readonly Mutant[] = [
  {
    model: flawed("own claim taken for another's", 'claim-unmarked', { lost: 1 }),
    promise: /one truthful record: a send that was not begun/,
  },
  {
    model: flawed("own outcome taken for another's", 'outcome-unmarked', { lost: 1 }, { settle: untold }),
    promise: /nothing stuck/,
  },
  {
    model: mutant('own outcome under a signal is not told', { lost: 1, exit: 1 }, { settle: untold }),
    promise: /nothing stuck/,
  },
]

const moving = (
  name: string,
  flaw: NonNullable<Model['flaw']>,
  budget: Partial<Budget>,
): Pick<Mutant, 'model'> => ({
  model: model(name, rejoining, { publish: 1, ...budget }, { flaw, edition: { shape: rejoining, map: {} } }),
})

/** Ways in which a move can be built wrongly. */
const moves: readonly Mutant[] = [
  {
    ...moving('the next run is made before the exit is written', 'successor-first', { crash: 1 }),
    promise: /no email accepted twice|one truthful record/,
  },
  {
    ...moving('a redelivery does not make sure of the next run', 'successor-once', { crash: 1 }),
    promise: /a run moved and no other goes on/,
  },
  {
    ...moving('what happened between two runs is not looked at', 'gap-forgotten', { click: 1 }),
    promise: /what happened between two runs/,
  },
  {
    model: model(
      'a run that goes on is told so wherever it is',
      rejoining,
      { publish: 1, crash: 1 },
      {
        rules: { ...rules, arrive: toldAnywhere },
        edition: { shape: rejoining, map: {} },
      },
    ),
    promise: /not caught/,
  },
  {
    model: model(
      'nothing is carried',
      rejoining,
      { publish: 1 },
      {
        rules: { ...rules, begun: (left, place, ctx) => rules.begun({ ...left, records: {} }, place, ctx) },
        edition: { shape: mirrored, map: { e2: 'e1', e3: 'e1', ex: 'e1' } },
      },
    ),
    promise: /no email accepted twice/,
  },
]

export const mutants: readonly Mutant[] = [...named, ...more, ...decisions, ...lost, ...moves]
