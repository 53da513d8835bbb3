/** What comes from outside: signals, the passing of time, duplicates. */
import type { Act, Decision } from '../../../domain/arbiter-act.ts'
import type { Divert, Due } from '../../../domain/enrolment.ts'
import { tell } from './machine.ts'
import { write } from './worker.ts'
import { type Edge, edge, fault, type Job, type Model, NOW, type World } from './world.ts'

const context = (model: Model) => ({ now: NOW, route: model.route })

/** A signal writes at once; its answer may come at any time, or never. */
const signal = (world: World, decision: Decision, model: Model): World => {
  const written = write(world, decision, model)
  const token = written.item?.token
  if (decision.act.kind !== 'answer' || token === undefined) return written
  const { machine } = world
  const live = machine.at !== 'done' && token === `${machine.n}.${machine.r}`
  return live ? { ...written, tells: [...written.tells, { token, act: decision.act }] } : written
}

const divert = (world: World, redirection: Divert, model: Model): World =>
  signal(world, model.rules.diverted(world.item ?? undefined, redirection, context(model)), model)

const exit = (world: World, reason: string, model: Model): World =>
  signal(world, model.rules.exited(world.item ?? undefined, reason, context(model)), model)

const redirections = (world: World, model: Model): Edge[] => [
  ...fault(world, 'click', 'signal: branch click', () =>
    divert(world, { name: 'Tendril.Branch.x', due: {} }, model),
  ),
  ...fault(world, 'replan', 'signal: new plan', () =>
    divert(world, { name: 'Tendril.Replan', due: {} }, model),
  ),
]

const endings = (world: World, model: Model): Edge[] => {
  const { suppressed, item } = world
  const follows = suppressed && item !== null && item.exit === undefined
  return [
    ...fault(world, 'exit', 'signal: exit', () => exit(world, 'goal', model)),
    ...(suppressed
      ? []
      : fault(world, 'unsubscribe', 'suppression commits', () => ({ ...world, suppressed: true }))),
    ...(follows ? [{ ...edge('exit follows', exit(world, 'suppressed', model)), progress: false }] : []),
    ...fault(world, 'erase', 'signal: erasure', () => ({ ...exit(world, 'erased', model), erasing: true })),
    ...(world.erasing ? [edge('item is deleted', { ...world, item: null, erasing: false })] : []),
  ]
}

const answers = (world: World, model: Model): Edge[] =>
  world.tells.flatMap(({ token, act }, index) => {
    const rest = { ...world, tells: world.tells.toSpliced(index, 1) }
    const told = tell(rest, token, act, model)
    return [edge(`signal tells ${token}`, told.world, told.broken), edge('signal tells nobody', rest)]
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

const isYoung = ({ recent, item, machine }: World): boolean =>
  recent ||
  Object.keys(machine.due).length > 0 ||
  item?.lastAt !== undefined ||
  Object.keys(item?.answer?.due ?? {}).length > 0

/** The minimum gap passes; everything that was due next is due. */
const tick = (world: World, model: Model): Edge[] => {
  if (!isYoung(world) || isBusy(world.worker) || isBusy(world.retry)) return []
  const { item, machine, worker, retry, burying, tells } = world
  const aged =
    item === null
      ? world
      : write(world, { uncertain: [], next: agedItem(item), act: { kind: 'drop' } }, model)
  return [
    edge('time passes', {
      ...aged,
      machine: past(machine),
      worker: worker === null || worker.act === null ? worker : { ...worker, act: agedAct(worker.act) },
      retry,
      burying: burying === null ? null : agedAct(burying),
      tells: tells.map(({ token, act }) => ({ token, act: agedAct(act) })),
      recent: false,
    }),
  ]
}

export const outsideMoves = (world: World, model: Model): Edge[] => [
  ...redirections(world, model),
  ...endings(world, model),
  ...answers(world, model),
  ...duplicates(world),
  ...tick(world, model),
]
