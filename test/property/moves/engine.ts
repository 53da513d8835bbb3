/** Step Functions for one lead at a time: machines by their own expressions, a queue, time that jumps. */
import type { Hop } from '../../../domain/enrolment.ts'
import type { StateMachine, TaskState } from '../../../workflows/compiler/asl-state.ts'
import { evaluate } from '../../unit/compiler/walk.ts'

interface Execution {
  readonly name: string
  readonly asl: StateMachine
  readonly start: number
  end: number
  state: string
  input: Record<string, unknown>
  token: string
  /** When its state times out. */
  until: number
  status: 'RUNNING' | 'SUCCEEDED'
}

/** Rounded up, as a state's time-out is. */
const never = Number.POSITIVE_INFINITY

export class Engine {
  readonly queue: Hop[] = []
  readonly executions = new Map<string, Execution>()
  /** Every state that was entered, in order. */
  readonly entered: string[] = []
  now: number

  constructor(now: number) {
    this.now = now
  }

  async start(asl: StateMachine, name: string, input: object): Promise<void> {
    if (this.executions.has(name)) return
    const execution: Execution = {
      name,
      asl,
      start: this.now,
      end: never,
      state: '',
      input: {},
      token: '',
      until: never,
      status: 'RUNNING',
    }
    this.executions.set(name, execution)
    await this.#enter(execution, asl.StartAt, input as Record<string, unknown>)
  }

  async succeed(token: string): Promise<void> {
    const execution = this.#waiting(token)
    const state = execution && this.#taskOf(execution)
    if (!execution || !state) return
    if (state.Next === undefined) return this.#end(execution)
    await this.#enter(execution, state.Next, await this.#output(execution, state.Output))
  }

  async fail(token: string, name: string, cause: object): Promise<void> {
    const execution = this.#waiting(token)
    const state = execution && this.#taskOf(execution)
    if (!execution || !state) return
    const catcher = state.Catch.find((one) => one.ErrorEquals.includes(name))
    if (!catcher) throw new Error(`${name} is not caught in ${execution.state} of ${execution.name}`)
    const errorOutput = { Error: name, Cause: JSON.stringify(cause) }
    await this.#enter(execution, catcher.Next, await this.#output(execution, catcher.Output, errorOutput))
  }

  /** When a state times out next; undefined when all is over. */
  next(): number | undefined {
    const at = Math.min(...this.#running().map(({ until }) => until))
    return at === never ? undefined : at
  }

  /** Lets the state that is due first time out. */
  async timeOut(): Promise<void> {
    const [first] = this.#running().sort((a, b) => a.until - b.until)
    if (!first) return
    this.now = Math.max(this.now, first.until)
    const state = this.#taskOf(first)
    const caught = state?.Catch.find((one) => one.ErrorEquals.includes('States.Timeout'))
    if (!state || !caught) throw new Error(`a time-out is not caught in ${first.state}`)
    await this.#enter(first, caught.Next, await this.#output(first, caught.Output))
  }

  isOver(): boolean {
    return this.#running().length === 0
  }

  #running(): Execution[] {
    return [...this.executions.values()].filter(({ status }) => status === 'RUNNING')
  }

  #waiting(token: string): Execution | undefined {
    return this.#running().find((one) => one.token === token)
  }

  #taskOf({ asl, state }: Execution): TaskState | undefined {
    const found = asl.States[state]
    return found?.Type === 'Task' ? found : undefined
  }

  #states({ input, start, token }: Execution): object {
    const context = {
      Task: { Token: token },
      Execution: { RedriveCount: 0, StartTime: new Date(start * 1000).toISOString() },
      State: { RetryCount: 0 },
    }
    return { input, context }
  }

  async #output(execution: Execution, text = '', errorOutput?: object): Promise<Record<string, unknown>> {
    const states = { ...this.#states(execution), ...(errorOutput && { errorOutput }) }
    return (await evaluate(text, states, this.now)) as Record<string, unknown>
  }

  #end(execution: Execution): void {
    Object.assign(execution, { status: 'SUCCEEDED', until: never, token: '', end: this.now })
  }

  async #enter(execution: Execution, name: string, input: Record<string, unknown>): Promise<void> {
    const state = execution.asl.States[name]
    if (!state) throw new Error(`there is no state ${name}`)
    Object.assign(execution, { state: name, input, token: `${execution.name}.${input['n']}` })
    this.entered.push(name)
    if (state.Type === 'Succeed') return this.#end(execution)
    const states = this.#states(execution)
    const waits = state.TimeoutSeconds && (await evaluate(state.TimeoutSeconds, states, this.now))
    execution.until = state.TimeoutSeconds ? this.now + Number(waits) : never
    const body = state.Arguments['MessageBody'] as Readonly<Record<string, string>>
    const entries = Object.entries(body).map(async ([key, value]) => [
      key,
      value.startsWith('{%') ? await evaluate(value, states, this.now) : value,
    ])
    const { via, ...hop } = Object.fromEntries(await Promise.all(entries))
    this.queue.push(via == null ? hop : { ...hop, via })
  }
}
