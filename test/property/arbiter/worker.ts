/** The workers of the model, await by await, with a crash at each: send queue, dead letters, reconcile. */
import { type Act, AT, MOVE, type Outcome } from '../../../domain/arbiter-act.ts'
import { lastOther } from '../../../domain/arbiter-path.ts'
import { decides } from './deciding.ts'
import { tell } from './machine.ts'
import { type Making, make } from './moving.ts'
import {
  type Edge,
  edge,
  fault,
  hopOf,
  type Job,
  type Message,
  type Model,
  movesIn,
  NEXT_TICK,
  NOW,
  type Sent,
  tokenOf,
  type World,
} from './world.ts'
import { estranged, hand, isRecognised, type Slot, unheard, untrue, write } from './writes.ts'

const notNow: Outcome = { is: 'refuse-now', due: {}, until: NEXT_TICK, reason: 'min-gap' }

const context = (model: Model) => ({ now: NOW, route: model.route })

const drop = (world: World): World => ({ ...world, worker: null, queue: world.queue.slice(1) })

const isOver = (world: World): boolean => world.suppressed || world.item?.exit !== undefined

/** A crash loses what the worker knew; its message comes back, or goes to the dead letters. */
const crash = (world: World, slot: Slot, where: string): Edge[] => {
  const lost = { ...world, [slot]: null }
  if (slot === 'retry') return fault(world, 'crash', `reconcile crashes ${where}`, () => lost)
  const [head, ...rest] = world.queue
  const buried = () => (head === undefined ? lost : { ...lost, queue: rest, dead: [...world.dead, head] })
  return [
    ...fault(world, 'crash', `worker crashes ${where}`, () => lost),
    ...fault(world, 'crash', `worker crashes ${where}: dead letter`, buried),
  ]
}

/** A message of the send queue is received. */
const receive = (world: World, model: Model): Edge[] => {
  const [message, ...rest] = world.queue
  if (message === undefined) return []
  const buried = () => ({ ...world, queue: rest, dead: [...world.dead, message] })
  const poison = fault(world, 'crash', `message ${named(message)} becomes a dead letter`, buried)
  const job: Job = { message, attempt: 1, phase: 'read', mine: false, dirty: false, outcome: null, act: null }
  const { run } = message
  const first = model.flaw === 'read-first' ? policy : meetAs
  return [
    ...poison,
    ...movesIn(world, run, model, (seen, own) => first(seen, job, 'worker', own)),
    ...movesIn(world, run, model, (seen, own) => decides(seen, job, own)),
    ...(isAsked(world, message, model) ? leaveRun(world, job, model) : []),
  ]
}

const meetAs = (world: World, job: Job, _: Slot, model: Model): Edge[] => meet(world, job, model)

/** An email that falls due in a run that is to move; a worker may not have seen the new version yet. */
const isAsked = ({ published }: World, { run, op }: Message, { edition }: Model): boolean =>
  published && run === 1 && op === 'send' && edition !== undefined

/** Ends the run with the claim of the hop. */
const leaveRun = (world: World, job: Job, model: Model): Edge[] => {
  const decision = model.rules.moved(world.item ?? undefined, hopOf(job.message), 'next', context(model))
  if (decision === undefined) return []
  if (model.flaw === 'successor-first' && job.phase === 'read') {
    const left = decision.next ?? null
    const made = make({ ...world, item: left }, model)
    const early: Job = { ...job, phase: 'premade' }
    return [edge('makes the next run', { ...make(made, model), item: world.item, worker: early })]
  }
  const handed = hand(world, decision.uncertain)
  const after = write(handed, decision, model)
  const label = `${named(job.message)} → moved`
  const halfway = handed === world ? [] : crash(handed, 'worker', 'between hand-over and write')
  return [
    ...halfway,
    ...taken(after, job, decision.act, label, estranged(job, decision)),
    ...unheard(after, 'worker', { ...job, phase: 'unheard claim' }, decision, label),
  ]
}

const named = ({ op, step, n, r }: Message): string => `${op} ${step} (n ${n}.${r})`

const meet = (world: World, job: Job, model: Model): Edge[] => {
  const { message } = job
  const decision = model.rules.arrive(world.item ?? undefined, hopOf(message), context(model))
  const handed = hand(world, decision.uncertain)
  const after = write(handed, decision, model)
  const label = `${named(message)} → ${sayAct(decision.act)}`
  const halfway = handed === world ? [] : crash(handed, 'worker', 'between hand-over and write')
  const told = untrue(world, decision) ?? estranged(job, decision)
  const dirty = decision.act.kind === 'attempt' ? isOver(world) || job.dirty : job.dirty
  const next: Job = { ...job, dirty }
  return [
    ...halfway,
    ...taken(after, next, decision.act, label, told),
    ...unheard(after, 'worker', { ...next, phase: 'unheard claim' }, decision, label),
  ]
}

/** The claim is written. */
const taken = (world: World, job: Job, act: Act, label: string, broken?: string): Edge[] => {
  if (act.kind !== 'attempt') return finish(world, job, act, label, broken)
  const phase = job.outcome === null ? 'claimed' : job.outcome.is === 'sent' ? 'cleared' : 'tried'
  const outcome = phase === 'cleared' ? null : job.outcome
  const claimed: Job = { ...job, attempt: act.attempt, phase, outcome, mine: false, act: null }
  return [edge(label, { ...world, worker: claimed }, broken)]
}

/** What a worker does when the answer of its claim was lost. */
const claimAgain = (world: World, job: Job, model: Model): Edge[] =>
  isRecognised(world, job) && model.flaw !== 'claim-unmarked'
    ? taken(world, job, job.act ?? { kind: 'drop' }, 'knows its own claim')
    : meet(world, { ...job, act: null }, model)

const sayAct = (act: Act): string =>
  act.kind === 'answer' ? `answer ${act.name} via ${String(act.cause['via'] ?? '-')}` : act.kind

export const isMove = (act: Act): boolean => act.kind === 'answer' && act.name === MOVE

/** Where a run went on, what happened in between is looked at again. */
export const told = (world: World, { via }: Message): World =>
  via.startsWith(AT) ? { ...world, look: true } : world

/** The decision is written; its act and the message's deletion follow. */
const finish = (world: World, job: Job, act: Act, label: string, broken?: string): Edge[] => {
  if (act.kind === 'listen' || act.kind === 'drop') {
    const again = fault(world, 'crash', `${label}, crash before delete`, () => ({ ...world, worker: null }))
    return [edge(label, drop(told(world, job.message)), broken), ...again]
  }
  const phase = isMove(act) ? 'moving' : 'decided'
  return [edge(label, { ...world, worker: { ...job, phase, mine: false, act, outcome: null } }, broken)]
}

/** The read after the claim. `sent` stands for "go on". */
const policy = (world: World, job: Job, slot: Slot, model: Model): Edge[] => {
  const next = job.phase === 'read' ? 'read' : 'cleared'
  const to = (outcome: Outcome, phase: Job['phase']): World => ({
    ...world,
    [slot]: { ...job, phase, outcome: phase === 'cleared' ? null : outcome },
  })
  const off: Job['phase'] = next === 'read' ? 'read' : 'tried'
  if (world.item === null) return [edge('read: the lead is gone', to({ is: 'exit', reason: 'erased' }, off))]
  if (world.suppressed) return [edge('read: suppressed', to({ is: 'exit', reason: 'suppressed' }, off))]
  if (tooSoon(world, job, model)) {
    return [edge('read: too soon after the last mail', to(notNow, off))]
  }
  return [
    edge('read: may be sent', to({ is: 'sent' }, next)),
    ...fault(world, 'refuse', 'read: paused', () => to(notNow, off)),
    ...fault(world, 'skip', 'read: condition not met', () => to({ is: 'skip', reason: 'condition' }, off)),
  ]
}

const tooSoon = ({ item, other }: World, { attempt, message }: Job, { flaw }: Model): boolean => {
  if (item === null || flaw === 'no-gap') return false
  return other?.item?.lastAt === NOW || (attempt > 1 ? lastOther(item, message.step) : item.lastAt) === NOW
}

/** SES, once. */
const call = (world: World, job: Job, slot: Slot, model: Model): Edge[] => {
  const { message, attempt } = job
  const send: Sent = { run: message.run, step: message.step, n: message.n, attempt }
  const to = (outcome: Outcome): World => ({
    ...world,
    [slot]: { ...job, phase: 'tried', dirty: false, outcome },
  })
  const accepted = [...world.accepted, send].toSorted((a, b) => (a.step < b.step ? -1 : 1))
  const took = { accepted, recent: true }
  const dirty = job.dirty ? 'no SES call by a claim made after a suppression or an exit committed' : undefined
  const broken = dirty ?? wrongMail(world, message.step, model)
  return [
    edge(`SES accepts ${message.step}`, { ...to({ is: 'sent' }), ...took }, broken),
    ...fault(world, 'unclear', `SES accepts ${message.step}, answer lost`, () => ({
      ...to({ is: 'uncertain' }),
      ...took,
    })),
    ...fault(world, 'unclear', `SES unclear on ${message.step}, not accepted`, () => to({ is: 'uncertain' })),
    ...fault(world, 'refuse', `SES refuses ${message.step}`, () => to(notNow)),
  ]
}

const wrongMail = ({ accepted, recent }: World, step: string, { order }: Model): string | undefined => {
  const rank = (id: string): number => order.indexOf(id)
  if (accepted.some((mail) => mail.step === step)) return `no email accepted twice: ${step}`
  if (recent) return `two accepted mails at least the minimum gap apart: ${step}`
  const later = accepted.find((mail) => rank(step) >= 0 && rank(mail.step) > rank(step))
  return later === undefined ? undefined : `never email 2 after email 3: ${step} after ${later.step}`
}

/** The second write of an email. */
const settled = (world: World, job: Job, slot: Slot, model: Model): Edge[] => {
  const raw = job.outcome ?? { is: 'uncertain' }
  const outcome: Outcome = raw.is === 'refuse-now' ? { ...raw, due: { [job.message.step]: NEXT_TICK } } : raw
  const { item } = world
  const decision = model.rules.settle(item ?? undefined, outcome, hopOf(job.message), context(model))
  if (model.flaw === 'answer-first' && outcome.is === 'refuse-now' && job.phase === 'tried') {
    const told = tell(world, tokenOf(job.message), decision.act, model)
    const answered = { ...told.world, [slot]: { ...job, phase: 'answered' } }
    return [edge(`${sayAct(decision.act)}, not written yet`, answered, told.broken)]
  }
  const handed = hand(world, decision.uncertain)
  const halfway = handed === world ? [] : crash(handed, slot, 'between hand-over and write')
  const label = `write ${outcome.is} of ${job.message.step} → ${sayAct(decision.act)}`
  const after = write(handed, decision, model)
  const act: Act = job.phase === 'answered' ? { kind: 'drop' } : decision.act
  return [
    ...halfway,
    ...concluded(after, job, slot, act, model, [label, untrue(world, decision)]),
    ...unheard(after, slot, { ...job, phase: 'unheard outcome' }, decision, label),
  ]
}

/** The outcome is written. */
const concluded = (
  world: World,
  job: Job,
  slot: Slot,
  act: Act,
  model: Model,
  [label, broken]: readonly [string, (string | undefined)?],
): Edge[] => {
  if (slot === 'worker') return finish(world, job, act, label, broken)
  const done = tell({ ...world, retry: null }, tokenOf(job.message), act, model)
  return [edge(`reconcile: ${label}`, done.world, done.broken)]
}

/** What a worker does when the answer of its second write was lost. */
const settleAgain = (world: World, job: Job, slot: Slot, model: Model): Edge[] =>
  isRecognised(world, job) && model.flaw !== 'outcome-unmarked'
    ? concluded(world, job, slot, job.act ?? { kind: 'drop' }, model, ['knows its own outcome'])
    : settled(world, { ...job, phase: 'tried', mine: false, act: null }, slot, model)

/** The last effect: the task is told, then the message is deleted. */
const act = (world: World, job: Job, model: Model): Edge[] => {
  const told = tell(world, tokenOf(job.message), job.act ?? { kind: 'drop' }, model)
  const label = `tells ${tokenOf(job.message)}`
  const again = fault(told.world, 'crash', `${label}, crash before delete`, () => ({
    ...told.world,
    worker: null,
  }))
  return [edge(label, drop(told.world), told.broken), ...again]
}

/** The next run is made and started before the old one's task is told. */
const goOn = (world: World, job: Job, model: Model): Edge[] => {
  const phase: Making = job.phase === 'moving' ? 'created' : 'decided'
  return [edge(`next run: ${phase}`, { ...make(world, model, phase), worker: { ...job, phase } })]
}

const steps: Readonly<Record<Job['phase'], (world: World, job: Job, slot: Slot, model: Model) => Edge[]>> = {
  read: (world, job, _, model) => meet(world, job, model),
  'unheard claim': (world, job, _, model) => claimAgain(world, job, model),
  claimed: policy,
  cleared: call,
  tried: settled,
  answered: settled,
  'unheard outcome': settleAgain,
  premade: (world, job, _, model) => leaveRun(world, job, model),
  moving: (world, job, _, model) => goOn(world, job, model),
  created: (world, job, _, model) => goOn(world, job, model),
  decided: (world, job, _, model) => act(world, job, model),
}

const work = (world: World, job: Job, slot: Slot, model: Model): Edge[] => [
  ...movesIn(world, job.message.run, model, (seen, own) => steps[job.phase](seen, job, slot, own)),
  ...crash(world, slot, `when ${job.phase}`),
]

export const workerMoves = (world: World, model: Model): Edge[] => [
  ...(world.worker === null ? receive(world, model) : work(world, world.worker, 'worker', model)),
  ...(world.retry === null ? [] : work(world, world.retry, 'retry', model)),
]
