/** The keepers of the model: dead letters and reconcile. */
import type { Finding, Uncertain } from '../../../domain/arbiter-act.ts'
import { tell } from './machine.ts'
import { hand, same, write } from './worker.ts'
import { type Edge, edge, fault, hopOf, type Job, type Model, NOW, tokenOf, type World } from './world.ts'

const context = (model: Model) => ({ now: NOW, route: model.route })

/** The dead-letter queue has its own consumer, beside the worker. */
const burials = (world: World, model: Model): Edge[] => {
  const [message, ...rest] = world.dead
  if (message === undefined) return []
  if (world.burying !== null) {
    const told = tell({ ...world, burying: null }, tokenOf(message), world.burying, model)
    return [
      edge(`dead letter: tells ${tokenOf(message)}`, { ...told.world, dead: rest }, told.broken),
      ...fault(world, 'crash', 'dead letter: crash before its act', () => ({ ...world, burying: null })),
    ]
  }
  const decision = model.rules.deadLetter(world.item ?? undefined, hopOf(message), context(model))
  const handed = hand(world, decision.uncertain)
  const after = write(handed, decision, model)
  const halfway =
    handed === world
      ? []
      : fault(world, 'crash', 'dead letter: crash between hand-over and write', () => handed)
  const label = `dead letter ${message.op} ${message.step} (n ${tokenOf(message)}) → ${decision.act.kind}`
  const quiet = decision.act.kind === 'listen' || decision.act.kind === 'drop'
  return [...halfway, edge(label, quiet ? { ...after, dead: rest } : { ...after, burying: decision.act })]
}

const isRunning = (job: Job | null, { n, attempt }: Uncertain): boolean =>
  job !== null &&
  job.message.n === n &&
  job.attempt === attempt &&
  (job.phase === 'unheard claim' || job.phase === 'claimed' || job.phase === 'cleared')

/** 900 s after the hand-over: no call is under way any more, and a proof is there if SES accepted. */
const findings = (world: World, model: Model): Edge[] =>
  world.open.flatMap((send) => {
    if (isRunning(world.worker, send) || isRunning(world.retry, send)) return []
    const proven = world.accepted.some((mail) => same(mail, send))
    if (proven) return [finding(world, send, 'proof', model)]
    const none = finding(world, send, 'none', model)
    if (!model.repeats || world.retry !== null) return [none]
    return [none, finding(world, send, 'none-and-healthy', model)]
  })

const finding = (world: World, send: Uncertain, found: Finding, model: Model): Edge => {
  const decision = model.rules.reconciled(world.item ?? undefined, send, found, context(model))
  const label = `reconcile ${send.step} (n ${send.n}, attempt ${send.attempt}): ${found} → ${decision.act.kind}`
  const { act } = decision
  const handed = hand(world, decision.uncertain)
  const written = write(handed, decision, model)
  if (act.kind === 'attempt') {
    const token = written.item?.intent?.token ?? ''
    const [n = '', r = ''] = token.split('.')
    const message = { op: 'send', step: send.step, n: Number(n), r: Number(r), via: '' } as const
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
