/** The Step Functions engine: takes executions from call to call and from timer to timer, and writes each turn before its effects. */
import type { VirtualClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { type CallPorts, failureOf, perform } from './effects.ts'
import { giveUp } from './fan-out.ts'
import { builtins } from './functions.ts'
import { Gate } from './gate.ts'
import { GroupCommit } from './group-commit.ts'
import { Ledger } from './ledger.ts'
import { Machines } from './machines.ts'
import { frameDue, rules } from './rules.ts'
import { taskFailed, taskSent } from './task.ts'
import { makeToken, readToken, type TokenOwner } from './tokens.ts'
import { ExecutionTurn, type TurnTools } from './turn.ts'
import { type Execution, type Frame, type InvokeLambdaPort, NoAnswer, type SendMessagePort } from './types.ts'

/** What the engine needs from outside. */
export interface EngineOptions {
  readonly clock: VirtualClock
  readonly store: Store
  readonly sendMessage: SendMessagePort
  readonly invokeLambda: InvokeLambdaPort
  readonly region: string
  /** The twelve digits of the AWS account. */
  readonly account: string
  readonly randomBytes: (n: number) => Uint8Array
}

/** How many executions are kept parsed; all others live in the store only. */
const keptParsed = 5000
const turnsAtOnce = 64

export class StepFunctionsEngine {
  readonly ledger: Ledger
  readonly machines: Machines
  readonly options: EngineOptions
  private readonly writes: GroupCommit
  private readonly gate = new Gate(turnsAtOnce)
  private readonly secret: Uint8Array
  private readonly tools: TurnTools
  private readonly ports: CallPorts
  private readonly parsed = new Map<number, Execution>()
  private readonly locks = new Map<number, Promise<unknown>>()
  /** When the timer of each execution that has one runs out. */
  private readonly timers = new Map<number, number>()
  private readonly starting = new Map<string, Promise<void>>()
  private entered = 0
  private lastId: number

  constructor(options: EngineOptions) {
    this.options = options
    this.ports = options
    this.ledger = new Ledger(options.store)
    this.writes = new GroupCommit(options.store)
    this.lastId = this.ledger.lastId()
    const now = (): number => options.clock.now()
    const { randomBytes } = options
    this.machines = new Machines(options.store, builtins({ now, randomBytes }))
    const secret = this.ledger.constant('token-secret', () => Buffer.from(randomBytes(32)).toString('base64'))
    this.secret = Buffer.from(secret, 'base64')
    this.tools = { now, randomBytes, newToken: () => '', region: options.region }
  }

  /** Takes up what an earlier process left: registers every timer, and makes every call again whose answer was not recorded. */
  load(): void {
    for (const { id, due, sending } of this.ledger.open()) {
      if (due !== null) this.setTimer(id, due)
      if (sending === 1) void this.turn(id, (turn) => this.resend(turn))
    }
  }

  /** States entered and retried since this engine was made: what AWS would bill. */
  get transitions(): number {
    return this.entered
  }

  now(): number {
    return this.options.clock.now()
  }

  /** Whose token this is, or undefined if it was never given out here. */
  ownerOf(token: string): TokenOwner | undefined {
    return readToken(token, this.secret)
  }

  /** The execution with this id as it stands now. For reading: changes go through `turn`. */
  execution(id: number): Execution | undefined {
    return this.parsed.get(id) ?? this.ledger.byId(id)
  }

  /** The start under way of the execution with this ARN, if there is one: callers of `begin` look here first. */
  startOf(arn: string): Promise<void> | undefined {
    return this.starting.get(arn)
  }

  /**
   * Runs the first turn of a new execution and writes both at once. `make` gets its id; `lead` is the lead that it is
   * listed under. Callers look at `startOf` first.
   */
  begin(
    arn: string,
    make: (id: number) => Execution,
    lead: string | undefined,
    start: (turn: ExecutionTurn) => void,
  ): Promise<void> {
    const execution = make(++this.lastId)
    const run = this.exclusive(execution.id, async () => {
      const turn = this.open(execution)
      start(turn)
      await turn.drain()
      await this.commit(turn, () => this.ledger.insert(execution, lead))
    }).finally(() => this.starting.delete(arn))
    this.starting.set(arn, run)
    return run
  }

  /** Runs `work` on an execution, alone, and writes what follows from it. Answers what `work` answers. */
  async turn<T>(id: number, work: (turn: ExecutionTurn) => T): Promise<T | undefined> {
    return this.exclusive(id, async () => {
      const execution = this.execution(id)
      if (execution === undefined) return undefined
      const turn = this.open(execution)
      try {
        const result = work(turn)
        await turn.drain()
        await this.commit(turn, () => this.ledger.update(execution))
        return result
      } catch (error) {
        this.parsed.delete(id)
        throw error
      }
    })
  }

  private open(execution: Execution): ExecutionTurn {
    const program = this.machines.program(execution.definition)
    const newToken = (frame: Frame): string =>
      makeToken({ execution: execution.id, frame: frame.id }, this.secret, this.options.randomBytes)
    return new ExecutionTurn(execution, program, { ...this.tools, newToken }, rules)
  }

  private async commit(turn: ExecutionTurn, write: () => number | undefined): Promise<void> {
    const { execution, effects, events } = turn
    let due: number | undefined
    await this.writes.commit(() => {
      this.ledger.append(execution, events)
      due = write()
    })
    this.entered += turn.entered
    this.keep(execution)
    this.setTimer(execution.id, due)
    if (execution.status === 'RUNNING')
      for (const effect of effects) this.launch(execution.id, effect.frame, effect.attempt)
  }

  private keep(execution: Execution): void {
    this.parsed.delete(execution.id)
    if (execution.status !== 'RUNNING') return
    this.parsed.set(execution.id, execution)
    if (this.parsed.size <= keptParsed) return
    for (const id of this.parsed.keys()) {
      if (this.locks.has(id)) continue
      this.parsed.delete(id)
      return
    }
  }

  private setTimer(id: number, due: number | undefined): void {
    if (this.timers.get(id) === due) return
    if (due === undefined) {
      this.timers.delete(id)
      this.options.clock.cancel(timerKey(id))
      return
    }
    this.timers.set(id, due)
    this.options.clock.at(due, timerKey(id), async () => {
      this.timers.delete(id)
      await this.turn(id, wake)
    })
  }

  private resend(turn: ExecutionTurn): void {
    for (const frame of turn.all())
      if (frame.step === 'sending') turn.effects.push({ frame: frame.id, attempt: frame.attempt })
  }

  /** Makes the call of a Task outside the turn, then records its answer in a turn of its own. */
  private launch(id: number, frameId: number, attempt: number): void {
    void this.options.clock.busy(async () => {
      const call = this.callOf(id, frameId, attempt)
      if (call === undefined) return
      const current = (turn: ExecutionTurn): Frame | undefined => {
        const frame = turn.find(frameId)
        return frame?.step === 'sending' && frame.attempt === attempt ? frame : undefined
      }
      let output: string
      try {
        output = await perform(call.integration, call.resource, call.request, this.ports)
      } catch (error) {
        if (error instanceof NoAnswer) return
        const failure = failureOf(call.integration, error)
        await this.turn(id, (turn) => {
          const frame = current(turn)
          if (frame !== undefined) turn.queue(frame, () => taskFailed(turn, frame, failure))
        })
        return
      }
      await this.turn(id, (turn) => {
        const frame = current(turn)
        if (frame !== undefined) turn.queue(frame, () => taskSent(turn, frame, output))
      })
    })
  }

  private callOf(id: number, frameId: number, attempt: number) {
    const execution = this.execution(id)
    if (execution === undefined) return undefined
    const turn = this.open(execution)
    const frame = turn.find(frameId)
    if (frame?.step !== 'sending' || frame.attempt !== attempt || frame.request === undefined)
      return undefined
    const { integration, resource } = turn.state(frame)
    return integration === undefined ? undefined : { integration, resource, request: frame.request }
  }

  /** One thing at a time per execution, and time stands still meanwhile. */
  private exclusive<T>(id: number, work: () => Promise<T>): Promise<T> {
    return this.options.clock.busy(async () => {
      const before = this.locks.get(id)
      const pass = (): Promise<T> => this.gate.pass(work)
      const run = before === undefined ? pass() : before.then(pass, pass)
      this.locks.set(id, run)
      try {
        return await run
      } finally {
        if (this.locks.get(id) === run) this.locks.delete(id)
      }
    })
  }
}

const timerKey = (id: number): string => `sfn/${id}`

/** What every timer of an execution does: ends what is over, then goes on. */
function wake(turn: ExecutionTurn): void {
  const { execution, now } = turn
  if (execution.status !== 'RUNNING') return
  if (execution.deadline !== undefined && execution.deadline <= now) {
    turn.append(0, 'ExecutionTimedOut', ['executionTimedOutEventDetails', {}])
    giveUp(execution.root)
    turn.end('TIMED_OUT', {})
    return
  }
  for (const frame of [...turn.all()]) frameDue(turn, frame)
}
