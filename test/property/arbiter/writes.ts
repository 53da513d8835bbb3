/** The writes of a worker: the hand-over to reconcile, the compare-and-set, and an answer of it that is lost. */
import type { Decision, Uncertain } from '../../../domain/arbiter-act.ts'
import {
  canonical,
  type Edge,
  fault,
  type Job,
  type Model,
  type Run,
  type Sent,
  type World,
} from './world.ts'

export type Slot = 'worker' | 'retry'

export const same = (a: Sent, b: Sent): boolean =>
  a.run === b.run && a.step === b.step && a.n === b.n && a.attempt === b.attempt

/** The first effect of a decision: reconcile is told before the write. */
export const hand = (world: World, uncertain: readonly Uncertain[]): World => {
  const { run } = world.machine
  const sends = uncertain.map((send) => ({ run, ...send }))
  const fresh = sends.filter((send) => !world.open.some((known) => same(known, send)))
  return fresh.length === 0 ? world : { ...world, open: [...world.open, ...fresh] }
}

export const untrue = (world: World, { uncertain }: Decision): string | undefined =>
  uncertain.some(({ n }) => world.deferred === n)
    ? 'one truthful record: a mail whose task was told to wait is then taken for unclear'
    : undefined

const unmarked = (job: Job | null, run: Run): Job | null =>
  job?.mine === true && job.message.run === run ? { ...job, mine: false } : job

/** The second effect: one compare-and-set. It takes away the mark of whoever wrote before. */
export const write = (world: World, decision: Decision, model: Model): World => {
  if (decision.next === undefined) return world
  const { worker, retry, machine } = world
  const item = canonical(decision.next, model)
  return { ...world, item, worker: unmarked(worker, machine.run), retry: unmarked(retry, machine.run) }
}

/** The same, but its answer is lost. */
export const unheard = (
  after: World,
  slot: Slot,
  job: Job,
  { next, act }: Decision,
  label: string,
): Edge[] =>
  next === undefined
    ? []
    : fault(after, 'lost', `${label}, answer lost`, () => ({ ...after, [slot]: { ...job, mine: true, act } }))

/** The write that is sent again fails on itself; the mark on the item says whose that is. */
export const isRecognised = ({ item }: World, { mine }: Job): boolean => mine && item !== null

/** Its claim, which nobody has touched, is taken for somebody else's. */
export const estranged = ({ mine, message }: Job, { uncertain }: Decision): string | undefined =>
  mine && uncertain.some(({ n }) => n === message.n)
    ? 'one truthful record: a send that was not begun is taken for unclear'
    : undefined
