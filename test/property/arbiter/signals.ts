/** What comes from outside: signals, the passing of time, duplicates. */
import type { Act, Decision } from '../../../domain/arbiter-act.ts'
import type { Divert, Due } from '../../../domain/enrolment.ts'
import { tell } from './machine.ts'
import {
  canonical,
  type Edge,
  edge,
  fault,
  type Job,
  type Model,
  modelIn,
  movesIn,
  NOW,
  type Run,
  seenBy,
  tokenOf,
  type World,
} from './world.ts'
import { write } from './writes.ts'

const context = (model: Model) => ({ now: NOW, route: model.route })

/** A signal writes at once; its answer may come at any time, or never. */
const signal = (world: World, decision: Decision, model: Model): World => {
  const written = write(world, decision, model)
  const token = written.item?.token
  if (decision.act.kind !== 'answer' || token === undefined) return written
  const { machine } = world
  const { run } = machine
  const live = machine.at !== 'done' && token === tokenOf(machine)
  return live ? { ...written, tells: [...written.tells, { run, token, act: decision.act }] } : written
}

const divert = (world: World, redirection: Divert, model: Model): World =>
  signal(world, model.rules.diverted(world.item ?? undefined, redirection, context(model)), model)

const exit = (world: World, reason: string, model: Model): World =>
  signal(world, model.rules.exited(world.item ?? undefined, reason, context(model)), model)

type Change = (world: World, model: Model) => World

const changed = (world: World, run: Run, model: Model, change: Change): World =>
  seenBy(change(seenBy(world, run), modelIn(model, run)), 1)

/** A signal goes to every run of the lead that is there. */
const toAll = (world: World, model: Model, change: Change): World => {
  const first = change(world, model)
  return first.other === null ? first : changed(first, 2, model, change)
}

const click: Change = (world, model) => divert(world, { name: 'Tendril.Branch.x', due: {} }, model)
const goal: Change = (world, model) => exit(world, 'goal', model)

/** Between two runs nobody listens: the log has it, and the next run's state is looked at again. */
const isBetween = ({ item, other }: World): boolean =>
  item?.exit?.to !== undefined && (other === null || (other.item !== null && other.item.n < 0))

const owing = (world: World, what: keyof World['owed']): World =>
  isBetween(world) ? { ...world, owed: { ...world.owed, [what]: true } } : world

/** The lead is folded again once the next run is where it goes on. */
const looks = (world: World, model: Model): Edge[] => {
  if (!world.look || model.flaw === 'gap-forgotten') return []
  const { owed } = world
  const seen: World = { ...world, look: false, owed: { click: false, exit: false } }
  const left = owed.exit ? changed(seen, 2, model, goal) : seen
  return [edge('looked at again', owed.click ? changed(left, 2, model, click) : left)]
}

const redirections = (world: World, model: Model): Edge[] => [
  ...fault(world, 'click', 'signal: branch click', () => toAll(owing(world, 'click'), model, click)),
  ...fault(world, 'replan', 'signal: new plan', () =>
    toAll(world, model, (seen, own) => divert(seen, { name: 'Tendril.Replan', due: {} }, own)),
  ),
  ...(world.published
    ? []
    : fault(world, 'publish', 'a new version is live', () => ({ ...world, published: true }))),
]

const endings = (world: World, model: Model): Edge[] => {
  const { suppressed, item, other } = world
  const isOpen = (one: World['item'] | undefined): boolean => one != null && one.exit === undefined
  const follows = suppressed && (isOpen(item) || isOpen(other?.item))
  const suppress: Change = (seen, own) => exit(seen, 'suppressed', own)
  return [
    ...fault(world, 'exit', 'signal: exit', () => toAll(owing(world, 'exit'), model, goal)),
    ...(suppressed
      ? []
      : fault(world, 'unsubscribe', 'suppression commits', () => ({ ...world, suppressed: true }))),
    ...(follows ? [{ ...edge('exit follows', toAll(world, model, suppress)), progress: false }] : []),
    ...fault(world, 'erase', 'signal: erasure', () => ({ ...exit(world, 'erased', model), erasing: true })),
    ...(world.erasing ? [edge('item is deleted', { ...world, item: null, erasing: false })] : []),
  ]
}

const answers = (world: World, model: Model): Edge[] =>
  world.tells.flatMap(({ run, token, act }, index) => {
    const rest = { ...world, tells: world.tells.toSpliced(index, 1) }
    return movesIn(rest, run, model, (seen, own) => {
      const told = tell(seen, token, act, own)
      return [edge(`signal tells ${token}`, told.world, told.broken), edge('signal tells nobody', seen)]
    })
  })

const duplicates = (world: World): Edge[] => [
  ...world.queue.flatMap((message, index) =>
    fault(world, 'dup', `message ${index} is duplicated`, () => ({
      ...world,
      late: [...world.late, message],
    })),
  ),
  ...world.late.map((message, index) =>
    edge('a duplicate arrives', {
      ...world,
      late: world.late.toSpliced(index, 1),
      queue: [...world.queue, message],
    }),
  ),
]

const past = <T extends { readonly due: Due } | undefined>(told: T): T =>
  told === undefined ? told : { ...told, due: {} }

const agedAct = (act: Act): Act =>
  act.kind === 'answer' && act.cause['due'] !== undefined
    ? { ...act, cause: { due: {}, via: act.cause['via'] } }
    : act

const agedItem = (item: NonNullable<World['item']>): NonNullable<World['item']> => {
  const { lastAt: _, answer, pend, ...rest } = item
  const records = Object.fromEntries(Object.entries(item.records).map(([id, was]) => [id, { ...was, at: 0 }]))
  return {
    ...rest,
    ...(answer === undefined ? {} : { answer: past(answer) }),
    ...(pend === undefined ? {} : { pend: past(pend) }),
    due: {},
    records,
  }
}

/** A worker's life is short against the minimum gap. */
const isBusy = (job: Job | null): boolean => job !== null && job.phase !== 'decided'

type Part = Pick<World, 'item' | 'machine'>

const isFresh = ({ item, machine }: Part): boolean =>
  Object.keys(machine.due).length > 0 ||
  item?.lastAt !== undefined ||
  Object.keys(item?.answer?.due ?? {}).length > 0

const isYoung = (world: World): boolean =>
  world.recent || isFresh(world) || (world.other !== null && isFresh(world.other))

const agedPart = ({ item, machine }: Part, model: Model): Part => ({
  item: item === null ? null : canonical(agedItem(item), model),
  machine: past(machine),
})

/** The minimum gap passes; everything that was due next is due. */
const tick = (world: World, model: Model): Edge[] => {
  if (!isYoung(world) || isBusy(world.worker) || isBusy(world.retry)) return []
  const { worker, retry, burying, tells, other } = world
  const aged = { ...world, ...agedPart(world, model) }
  return [
    edge('time passes', {
      ...aged,
      other: other === null ? null : agedPart(other, modelIn(model, 2)),
      worker: worker === null || worker.act === null ? worker : { ...worker, act: agedAct(worker.act) },
      retry,
      burying: burying === null ? null : { ...burying, act: agedAct(burying.act) },
      tells: tells.map((told) => ({ ...told, act: agedAct(told.act) })),
      recent: false,
    }),
  ]
}

export const outsideMoves = (world: World, model: Model): Edge[] => [
  ...redirections(world, model),
  ...endings(world, model),
  ...answers(world, model),
  ...looks(world, model),
  ...duplicates(world),
  ...tick(world, model),
]
