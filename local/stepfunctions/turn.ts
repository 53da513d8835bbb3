/** One turn of an execution: everything that follows from one call or timer, worked out in memory and then written at once. */
import type { Scope } from './expression.ts'
import { EvaluationFault, HISTORY_LIMIT, HistoryFull, StateFault } from './failures.ts'
import type { Program, State } from './program.ts'
import { statesView, type ViewExtras } from './states-view.ts'
import type { Execution, Failure, Frame, HistoryEvent, Status } from './types.ts'

/** What a turn needs from the engine. */
export interface TurnTools {
  now(): number
  randomBytes(n: number): Uint8Array
  newToken(frame: Frame): string
  readonly region: string
}

/** A message or invocation to make once the turn is written. */
export interface Effect {
  readonly frame: number
  readonly attempt: number
}

export interface Turn {
  readonly execution: Execution
  readonly program: Program
  readonly tools: TurnTools
  readonly now: number
  readonly events: HistoryEvent[]
  readonly effects: Effect[]
  /** The state that a frame is in. */
  state(frame: Frame): State
  parent(frame: Frame): Frame | undefined
  /** Adds a child; it is found by id from now on. */
  adopt(parent: Frame, child: Frame): void
  find(id: number): Frame | undefined
  scope(frame: Frame, extras?: ViewExtras): Scope
  /** Writes an event that follows the frame's newest one and becomes it. Answers its id. */
  chain(frame: Frame, type: string, details?: readonly [string, object]): number
  /** Writes an event after `previous` that nothing follows from. */
  append(previous: number, type: string, details?: readonly [string, object]): number
  /** Does `work` for the frame after what is queued already, unless the frame was given up meanwhile. */
  queue(frame: Frame, work: () => void | Promise<void>): void
  /** The execution goes on in `state` with `input` (JSON text). */
  go(frame: Frame, state: string, input: string): void
  /** Enters the frame's present state again, without a new entry event. */
  again(frame: Frame): void
  /** The state fails: its Retry and Catch are asked, then its parent. */
  fault(frame: Frame, failure: Failure): void
  /** The frame has no next state: its output (JSON text) is the execution's, or its parent's to collect. */
  finish(frame: Frame, output: string): void
  end(status: Status, result: { output?: string; failure?: Failure }): void
}

/** How states behave: given to the turn so that states need not know one another. */
export interface Rules {
  enter(turn: Turn, frame: Frame, state: string, input: string): void | Promise<void>
  run(turn: Turn, frame: Frame): void | Promise<void>
  finish(turn: Turn, frame: Frame, output: string): void | Promise<void>
  fail(turn: Turn, frame: Frame, failure: Failure): Promise<void>
}

export const truncated = { truncated: false }

export class ExecutionTurn implements Turn {
  readonly execution: Execution
  readonly program: Program
  readonly tools: TurnTools
  readonly now: number
  readonly events: HistoryEvent[] = []
  readonly effects: Effect[] = []
  /** Transitions made before this turn. */
  private readonly earlier: number
  private readonly pending: { frame: Frame; work: () => void | Promise<void> }[] = []
  private readonly frames = new Map<number, Frame>()
  private readonly parents = new Map<Frame, Frame>()
  private readonly rules: Rules

  constructor(execution: Execution, program: Program, tools: TurnTools, rules: Rules) {
    this.execution = execution
    this.program = program
    this.tools = tools
    this.now = tools.now()
    this.earlier = execution.transitions
    this.rules = rules
    this.index(execution.root, undefined)
  }

  private index(frame: Frame, parent: Frame | undefined): void {
    this.frames.set(frame.id, frame)
    if (parent !== undefined) this.parents.set(frame, parent)
    for (const child of frame.children ?? []) this.index(child, frame)
  }

  state(frame: Frame): State {
    const state = this.program.blocks[frame.scope]?.states.get(frame.state)
    if (state === undefined) throw new Error(`the definition has no state '${frame.state}'`)
    return state
  }

  parent(frame: Frame): Frame | undefined {
    return this.parents.get(frame)
  }

  adopt(parent: Frame, child: Frame): void {
    parent.children ??= []
    parent.children.push(child)
    this.index(child, parent)
  }

  find(id: number): Frame | undefined {
    return this.frames.get(id)
  }

  /** States entered and retried in this turn. */
  get entered(): number {
    return this.execution.transitions - this.earlier
  }

  /** Every frame, parents first. */
  all(): Iterable<Frame> {
    return this.frames.values()
  }

  scope(frame: Frame, extras: ViewExtras = {}): Scope {
    return { states: statesView(this.execution, frame, extras), variables: frame.variables }
  }

  chain(frame: Frame, type: string, details?: readonly [string, object]): number {
    frame.last = this.append(frame.last, type, details)
    return frame.last
  }

  append(previous: number, type: string, details?: readonly [string, object]): number {
    const execution = this.execution
    if (execution.events >= HISTORY_LIMIT - 1) throw new HistoryFull()
    return this.write(previous, type, details)
  }

  private write(previous: number, type: string, details?: readonly [string, object]): number {
    const id = ++this.execution.events
    const base = { timestamp: this.now / 1000, type, id, previousEventId: previous }
    this.events.push(details === undefined ? base : { ...base, [details[0]]: details[1] })
    return id
  }

  queue(frame: Frame, work: () => void | Promise<void>): void {
    this.pending.push({ frame, work })
  }

  go(frame: Frame, state: string, input: string): void {
    this.queue(frame, () => this.rules.enter(this, frame, state, input))
  }

  again(frame: Frame): void {
    this.queue(frame, () => this.rules.run(this, frame))
  }

  fault(frame: Frame, failure: Failure): void {
    this.queue(frame, () => this.settle(frame, failure))
  }

  finish(frame: Frame, output: string): void {
    this.queue(frame, () => this.rules.finish(this, frame, output))
  }

  end(status: Status, result: { output?: string; failure?: Failure }): void {
    const execution = this.execution
    execution.status = status
    execution.stoppedAt = this.now
    execution.output = result.output
    execution.failure = result.failure
    execution.deadline = undefined
    this.pending.length = 0
  }

  /** Works through the queue until every thread waits for something or the execution has ended. */
  async drain(): Promise<void> {
    for (let i = 0; i < this.pending.length; i++) {
      const next = this.pending[i]
      if (next === undefined || next.frame.step === 'aborted') continue
      try {
        await this.attempt(next.frame, next.work)
      } catch (error) {
        if (!(error instanceof HistoryFull)) throw error
        this.overflow()
      }
    }
    this.pending.length = 0
  }

  private async attempt(frame: Frame, work: () => void | Promise<void>): Promise<void> {
    try {
      await work()
    } catch (error) {
      await this.settle(frame, this.failureOf(frame, error))
    }
  }

  /** Deals with a failed state. One whose Catch fails in turn is not caught. */
  private async settle(frame: Frame, failure: Failure): Promise<void> {
    try {
      await this.rules.fail(this, frame, failure)
    } catch (inner) {
      const uncaught = this.failureOf(frame, inner)
      frame.step = 'failed'
      await this.rules.fail(this, frame, uncaught)
    }
  }

  private failureOf(frame: Frame, error: unknown): Failure {
    if (error instanceof StateFault) return error.failure
    if (!(error instanceof EvaluationFault)) throw error
    const state = this.state(frame)
    const entered = `(entered at the event id #${frame.entered})`
    const cause = `An error occurred while executing the state '${state.name}' ${entered}. ${error.message}`
    const failure = { error: 'States.QueryEvaluationError', cause }
    const location = error.location === undefined ? {} : { location: error.location }
    // As recorded: but for Wait, what fails together with the entry follows from what was before the entry.
    const together = frame.last === frame.entered && state.type !== 'Wait'
    const details = { cause, error: failure.error, ...location, state: state.name }
    frame.last = this.append(together ? frame.before : frame.last, 'EvaluationFailed', [
      'evaluationFailedEventDetails',
      details,
    ])
    return failure
  }

  private overflow(): void {
    const failure = {
      error: 'States.Runtime',
      cause: `The execution reached the maximum number of history events (${HISTORY_LIMIT}).`,
    }
    this.write(this.execution.events, 'ExecutionFailed', ['executionFailedEventDetails', failure])
    this.end('FAILED', { failure })
  }
}
