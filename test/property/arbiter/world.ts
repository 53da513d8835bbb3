/** The small world of the model check: one lead, one enrolment, a machine, a queue, workers and faults. */
import type { arrive, deadLetter } from '../../../domain/arbiter.ts'
import type { Act, Outcome, Uncertain } from '../../../domain/arbiter-act.ts'
import type { decided } from '../../../domain/arbiter-decide.ts'
import type { diverted, exited } from '../../../domain/arbiter-divert.ts'
import type { begun, moved } from '../../../domain/arbiter-move.ts'
import type { reconciled, settle } from '../../../domain/arbiter-settle.ts'
import type { Arbiter, Due, Hop, StepRecord, Stop } from '../../../domain/enrolment.ts'

/** Time is relative: what happened in this tick is at NOW, all before it is at 0; the minimum gap is one tick. */
export const NOW = 1000
export const NEXT_TICK = 1001

/** Which run of the lead: the one that began, or the one that a move made of it. */
export type Run = 1 | 2

/** A send as the check knows it: hops of two runs may have the same number. */
export interface Sent extends Uncertain {
  readonly run: Run
}

export interface Message {
  readonly run: Run
  readonly op: 'send' | 'hold'
  readonly step: string
  readonly n: number
  /** How often the execution was redriven in this state. */
  readonly r: number
  readonly via: string
}

/** A worker between two of its awaits. */
export interface Job {
  readonly message: Message
  readonly attempt: number
  /** Unheard: the write was done, its answer was lost, and it is about to be sent again. */
  readonly phase:
    | 'read'
    | 'unheard claim'
    | 'claimed'
    | 'cleared'
    | 'tried'
    | 'answered'
    | 'unheard outcome'
    | 'premade'
    | 'moving'
    | 'created'
    | 'decided'
  /** Unheard, and the item still bears its mark. */
  readonly mine: boolean
  /** Its claim was made, or its read was done, after a suppression or an exit committed. */
  readonly dirty: boolean
  readonly outcome: Outcome | null
  readonly act: Act | null
}

export interface Machine {
  readonly run: Run
  /** New: not started yet. */
  readonly at: 'new' | 'email' | 'hold' | 'done'
  readonly step: string
  readonly n: number
  readonly r: number
  readonly via: string
  readonly due: Due
  /** The first state of a run that a move began: all is far off until it is told where to go on. */
  readonly isParked: boolean
}

/** How often each fault and signal may still happen. */
export interface Budget {
  readonly crash: number
  readonly dup: number
  readonly refuse: number
  readonly skip: number
  readonly unclear: number
  readonly redrive: number
  /** A write that is done and whose answer is lost. */
  readonly lost: number
  readonly click: number
  readonly replan: number
  readonly exit: number
  readonly unsubscribe: number
  readonly erase: number
  /** A newer version is published, or a year has passed. */
  readonly publish: number
  /** A message decides a branch for its other path. */
  readonly decide: number
}

/** What a keeper of dead letters has decided, and how far it is. */
export interface Burial {
  readonly act: Act
  readonly phase: 'moving' | 'created' | 'decided'
}

export interface World {
  readonly item: Arbiter | null
  readonly machine: Machine
  /** The other run: seen from the first, the one that a move began. */
  readonly other: { readonly item: Arbiter | null; readonly machine: Machine } | null
  readonly queue: readonly Message[]
  /** Duplicates that are delivered later. */
  readonly late: readonly Message[]
  readonly dead: readonly Message[]
  readonly worker: Job | null
  /** The consumer of the dead letters, between its write and its act. */
  readonly burying: Burial | null
  /** Reconcile, on one more attempt. */
  readonly retry: Job | null
  readonly open: readonly Sent[]
  /** Answers of signals under way to a task. */
  readonly tells: readonly { readonly run: Run; readonly token: string; readonly act: Act }[]
  readonly suppressed: boolean
  readonly erasing: boolean
  /** A newer version is live: the worker may see it. */
  readonly published: boolean
  /** The lead's state is to be looked at again; what happened while no run was there to be told. */
  readonly look: boolean
  readonly owed: { readonly click: boolean; readonly exit: boolean }
  /** What the check knows and the system does not. */
  readonly accepted: readonly Sent[]
  readonly recent: boolean
  /** The hop whose task was last told to wait. */
  readonly deferred: number
  readonly left: Budget
}

export interface Rules {
  readonly arrive: typeof arrive
  readonly deadLetter: typeof deadLetter
  readonly settle: typeof settle
  readonly reconciled: typeof reconciled
  readonly diverted: typeof diverted
  readonly decided: typeof decided
  readonly exited: typeof exited
  readonly moved: typeof moved
  readonly begun: typeof begun
}

/** Ways in which a worker can be built wrongly. */
export type Flaw =
  | 'read-first'
  | 'answer-first'
  | 'no-gap'
  | 'claim-unmarked'
  | 'outcome-unmarked'
  | 'successor-first'
  | 'successor-once'
  | 'gap-forgotten'

/** The stops of a version, and how its machine goes from one to the next. */
export interface Shape {
  readonly route: readonly Stop[]
  /** In which no mail may be overtaken by a later one. */
  readonly order: readonly string[]
  /** The default path: which email follows on a timeout. */
  readonly next: Readonly<Record<string, string>>
}

export interface Model extends Shape {
  readonly name: string
  /** The states that catch the branch: every one up to the rejoin. */
  readonly catches: readonly string[]
  /** The version that a run may move to, and where a step goes that it does not have. */
  readonly edition?: { readonly shape: Shape; readonly map: Readonly<Record<string, string>> }
  readonly start: 'email' | 'hold'
  /** The state of email x that a click leads to. */
  readonly landing: 'email' | 'hold'
  /** Whether reconcile may repeat an attempt. */
  readonly repeats: boolean
  readonly budget: Budget
  readonly rules: Rules
  readonly flaw?: Flaw
}

export interface Edge {
  readonly label: string
  readonly world: World
  /** Happens by itself: no fault and no signal. */
  readonly progress: boolean
  /** The promise that it breaks. */
  readonly broken: string | undefined
}

export const tokenOf = ({ n, r, run }: Pick<Message, 'n' | 'r' | 'run'>): string => `${n}.${r}.${run}`

/** The state of a stop catches the branch: where it is open, and where its paths meet again. */
export const catching = (route: readonly Stop[]): readonly string[] =>
  route.filter(({ open, meets }) => open !== undefined || meets !== undefined).map(({ id }) => id)

export const modelIn = (model: Model, run: Run): Model =>
  run === 2 && model.edition !== undefined
    ? { ...model, ...model.edition.shape, catches: catching(model.edition.shape.route) }
    : model

/** The same world, with the other run as the one that is looked at. */
const turned = (world: World): World => {
  const { item, machine, other } = world
  return other === null ? world : { ...world, ...other, other: { item, machine } }
}

/** The world as a run sees it; that of the second only once it is there. */
export const seenBy = (world: World, run: Run): World => (run === world.machine.run ? world : turned(world))

/** Moves of one run, in the world as it is kept: the first run first. */
export const movesIn = (
  world: World,
  run: Run,
  model: Model,
  moves: (world: World, model: Model) => Edge[],
): Edge[] =>
  run === 1
    ? moves(world, model)
    : moves(seenBy(world, 2), modelIn(model, 2)).map((move) => ({ ...move, world: seenBy(move.world, 1) }))

export const hopOf = (message: Message): Hop => ({
  op: message.op,
  token: tokenOf(message),
  enrolmentId: 'e',
  leadId: 'l',
  step: message.step,
  n: message.n,
  ...(message.via === '' ? {} : { via: message.via }),
})

export const edge = (label: string, world: World, broken?: string): Edge => ({
  label,
  world,
  progress: true,
  broken,
})

export const spend = (world: World, what: keyof Budget): World => ({
  ...world,
  left: { ...world.left, [what]: world.left[what] - 1 },
})

/** A fault or a signal, while there are some left. */
export const fault = (world: World, what: keyof Budget, label: string, after: () => World): Edge[] =>
  world.left[what] > 0 ? [{ label, world: spend(after(), what), progress: false, broken: undefined }] : []

export const isLast = (model: Model, step: string): boolean =>
  model.route.some((stop) => stop.id === step && stop.last)

export const begin = (model: Model): World => {
  const step = model.route[0]?.id ?? ''
  const machine: Machine = { run: 1, at: model.start, step, n: 0, r: 0, via: '', due: {}, isParked: false }
  return {
    item: { n: -1, due: {}, took: {}, records: {} },
    machine,
    other: null,
    queue: [{ run: 1, op: model.start === 'hold' ? 'hold' : 'send', step, n: 0, r: 0, via: '' }],
    late: [],
    dead: [],
    worker: null,
    burying: null,
    retry: null,
    open: [],
    tells: [],
    suppressed: false,
    erasing: false,
    published: false,
    look: false,
    owed: { click: false, exit: false },
    accepted: [],
    recent: false,
    deferred: -1,
    left: model.budget,
  }
}

const recordOf = (entry: StepRecord, keepTime: boolean): StepRecord => {
  const at = keepTime && (entry.is === 'sent' || entry.is === 'uncertain') ? entry.at : 0
  return { ...entry, at }
}

/** One spelling per meaning, so that equal worlds are equal text; instants and holds that decide nothing are dropped. */
export const canonical = (item: Arbiter, { route, repeats }: Model): Arbiter => {
  const { n, step, token, intent, answer, pend, exit, lastAt, took, records } = item
  const spelt = route.flatMap(({ id }) => {
    const entry = records[id]
    return entry === undefined ? [] : [[id, recordOf(entry, repeats)] as const]
  })
  return {
    n,
    ...(step === undefined ? {} : { step }),
    ...(token === undefined ? {} : { token }),
    ...(intent === undefined ? {} : { intent: { attempt: intent.attempt, token: intent.token } }),
    ...(answer === undefined ? {} : { answer }),
    ...(pend === undefined ? {} : { pend }),
    ...(exit === undefined ? {} : { exit: { ...exit, at: 0 } }),
    ...(lastAt === NOW ? { lastAt } : {}),
    due: {},
    took,
    records: Object.fromEntries(spelt),
  }
}
