/** The small world of the model check: one lead, one enrolment, a machine, a queue, workers and faults. */
import type { arrive, deadLetter } from '../../../domain/arbiter.ts'
import type { Act, Outcome, Uncertain } from '../../../domain/arbiter-act.ts'
import type { diverted, exited } from '../../../domain/arbiter-divert.ts'
import type { reconciled, settle } from '../../../domain/arbiter-settle.ts'
import type { Arbiter, Due, Hop, StepRecord, Stop } from '../../../domain/enrolment.ts'

/** Time is relative: what happened in this tick is at NOW, all before it is at 0; the minimum gap is one tick. */
export const NOW = 1000
export const NEXT_TICK = 1001

export interface Message {
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
    | 'decided'
  /** Unheard, and the item still bears its mark. */
  readonly mine: boolean
  /** Its claim was made, or its read was done, after a suppression or an exit committed. */
  readonly dirty: boolean
  readonly outcome: Outcome | null
  readonly act: Act | null
}

export interface Machine {
  readonly at: 'email' | 'hold' | 'done'
  readonly step: string
  readonly n: number
  readonly r: number
  readonly via: string
  readonly due: Due
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
}

export interface World {
  readonly item: Arbiter | null
  readonly machine: Machine
  readonly queue: readonly Message[]
  /** Duplicates that are delivered later. */
  readonly late: readonly Message[]
  readonly dead: readonly Message[]
  readonly worker: Job | null
  /** The consumer of the dead letters, between its write and its act. */
  readonly burying: Act | null
  /** Reconcile, on one more attempt. */
  readonly retry: Job | null
  readonly open: readonly Uncertain[]
  /** Answers of signals under way to a task. */
  readonly tells: readonly { readonly token: string; readonly act: Act }[]
  readonly suppressed: boolean
  readonly erasing: boolean
  /** What the check knows and the system does not. */
  readonly accepted: readonly Uncertain[]
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
  readonly exited: typeof exited
}

/** Ways in which a worker can be built wrongly. */
export type Flaw = 'read-first' | 'answer-first' | 'no-gap' | 'claim-unmarked' | 'outcome-unmarked'

export interface Model {
  readonly name: string
  readonly route: readonly Stop[]
  /** In which no mail may be overtaken by a later one. */
  readonly order: readonly string[]
  /** The default path: which email follows on a timeout. */
  readonly next: Readonly<Record<string, string>>
  /** The states that catch the branch: every one up to the rejoin. */
  readonly catches: readonly string[]
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

export const tokenOf = ({ n, r }: { readonly n: number; readonly r: number }): string => `${n}.${r}`

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
  const machine: Machine = { at: model.start, step, n: 0, r: 0, via: '', due: {} }
  return {
    item: { n: -1, due: {}, took: {}, records: {} },
    machine,
    queue: [{ op: model.start === 'hold' ? 'hold' : 'send', step, n: 0, r: 0, via: '' }],
    late: [],
    dead: [],
    worker: null,
    burying: null,
    retry: null,
    open: [],
    tells: [],
    suppressed: false,
    erasing: false,
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
    ...(exit === undefined ? {} : { exit: { reason: exit.reason, at: 0 } }),
    ...(lastAt === NOW ? { lastAt } : {}),
    due: {},
    took,
    records: Object.fromEntries(spelt),
  }
}
