/** The keepers of the model: dead letters and reconcile. */
import type { Finding } from '../../../domain/arbiter-act.ts'
import { tell } from './machine.ts'
import { make } from './moving.ts'
import { isMove, told as lookedAt } from './worker.ts'
import {
  type Edge,
  edge,
  fault,
  hopOf,
  type Job,
  type Message,
  type Model,
  movesIn,
  NOW,
  type Sent,
  tokenOf,
  type World,
} from './world.ts'
import { hand, same, write } from './writes.ts'

const context = (model: Model) => ({ now: NOW, route: model.route })

/** The dead-letter queue has its own consumer, beside the worker. */
const burials = (world: World, model: Model): Edge[] => {
  const [message, ...rest] = world.dead
  if (message === undefined) return []
  return movesIn(world, message.run, model, (seen, own) => bury(seen, message, rest, own))
}

const bury = (world: World, message: Message, rest: readonly Message[], model: Model): Edge[] => {
  if (world.burying !== null) return acted(world, world.burying, message, rest, model)
  const decision = model.rules.deadLetter(world.item ?? undefined, hopOf(message), context(model))
  const handed = hand(world, decision.uncertain)
  const after = write(handed, decision, model)
  const halfway =
    handed === world
      ? []
      : fault(world, 'crash', 'dead letter: crash between hand-over and write', () => handed)
  const label = `dead letter ${message.op} ${message.step} (n ${tokenOf(message)}) → ${decision.act.kind}`
  const quiet = decision.act.kind === 'listen' || decision.act.kind === 'drop'
  const { act } = decision
  const isMoved = isMove(act) && model.flaw !== 'successor-once'
  const burying = { act, phase: isMoved ? 'moving' : 'decided' } as const
  if (!quiet) return [...halfway, edge(label, { ...after, burying })]
  const again = fault(after, 'crash', `${label}, crash before delete`, () => after)
  return [...halfway, edge(label, { ...lookedAt(after, message), dead: rest }), ...again]
}

/** What a dead letter was decided to bring about: the next run of one that moved, then the word to its task. */
const acted = (
  world: World,
  { act, phase }: NonNullable<World['burying']>,
  message: Message,
  rest: readonly Message[],
  model: Model,
): Edge[] => {
  const crash = fault(world, 'crash', `dead letter: crash when ${phase}`, () => ({ ...world, burying: null }))
  if (phase !== 'decided') {
    const next = phase === 'moving' ? 'created' : 'decided'
    const made = { ...make(world, model, next), burying: { act, phase: next } } as const
    return [edge(`dead letter: next run ${next}`, made), ...crash]
  }
  const told = tell({ ...world, burying: null }, tokenOf(message), act, model)
  return [
    edge(`dead letter: tells ${tokenOf(message)}`, { ...told.world, dead: rest }, told.broken),
    ...crash,
  ]
}

const isRunning = (job: Job | null, { run, n, attempt }: Sent): boolean =>
  job !== null &&
  job.message.run === run &&
  job.message.n === n &&
  job.attempt === attempt &&
  (job.phase === 'unheard claim' || job.phase === 'claimed' || job.phase === 'cleared')

/** 900 s after the hand-over: no call is under way any more, and a proof is there if SES accepted. */
const findings = (world: World, model: Model): Edge[] =>
  world.open.flatMap((send) => {
    if (isRunning(world.worker, send) || isRunning(world.retry, send)) return []
    const proven = world.accepted.some((mail) => same(mail, send))
    const find = (found: Finding): Edge[] =>
      movesIn(world, send.run, model, (seen, own) => [finding(seen, send, found, own)])
    if (proven) return find('proof')
    const none = find('none')
    if (!model.repeats || world.retry !== null) return none
    return [...none, ...find('none-and-healthy')]
  })

const finding = (world: World, send: Sent, found: Finding, model: Model): Edge => {
  const decision = model.rules.reconciled(world.item ?? undefined, send, found, context(model))
  const label = `reconcile ${send.step} (n ${send.n}, attempt ${send.attempt}): ${found} → ${decision.act.kind}`
  const { act } = decision
  const handed = hand(world, decision.uncertain)
  const written = write(handed, decision, model)
  if (act.kind === 'attempt') {
    const token = written.item?.intent?.token ?? ''
    const [n = '', r = ''] = token.split('.')
    const { run } = send
    const message = { run, op: 'send', step: send.step, n: Number(n), r: Number(r), via: '' } as const
    const { attempt } = act
    const dirty = world.suppressed || world.item?.exit !== undefined
    const job: Job = { message, attempt, phase: 'claimed', mine: false, dirty, outcome: null, act: null }
    return edge(label, { ...written, retry: job })
  }
  const open = written.open.filter((known) => known !== send)
  const told = tell({ ...written, open }, written.item?.token ?? '', act, model)
  return edge(label, told.world, told.broken)
}

export const keeperMoves = (world: World, model: Model): Edge[] => [
  ...burials(world, model),
  ...findings(world, model),
]
