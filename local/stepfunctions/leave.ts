/** How a thread leaves a state: with its output, or by Retry, Catch and the parent when it fails. */
import { errorOutput, exceedsPayload, matches, StateFault, tooLarge } from './failures.ts'
import type { Catcher, Exit, Retrier, State } from './program.ts'
import type { ViewExtras } from './states-view.ts'
import { fill } from './template.ts'
import { type Turn, truncated } from './turn.ts'
import type { Failure, Frame } from './types.ts'

/** JSON text of a value: what JSONata leaves undefined inside lists becomes null, as JSON has it. */
export const toJson = (value: unknown): string => JSON.stringify(value) ?? 'null'

async function assignments(turn: Turn, frame: Frame, exit: Exit, extras: ViewExtras): Promise<object> {
  if (exit.assign === undefined) return {}
  const values = (await fill(exit.assign, turn.scope(frame, extras))) as Record<string, unknown>
  const names = Object.keys(values)
  if (names.length === 0) return {}
  const assigned: Record<string, string> = {}
  for (const name of names) assigned[name] = toJson(values[name])
  const next: Record<string, unknown> = { ...frame.variables }
  for (const name of names) next[name] = JSON.parse(assigned[name] ?? 'null')
  return { next, details: { assignedVariables: assigned, assignedVariablesDetails: truncated } }
}

/**
 * Leaves the state by `exit`: Output and Assign both see the variables as they were, then the exit event, then the
 * next state or the end of the thread. `otherwise` is the output (JSON text) where no Output is given.
 */
export async function leave(
  turn: Turn,
  frame: Frame,
  exit: Exit,
  otherwise: string,
  extras: ViewExtras = {},
): Promise<void> {
  const state = turn.state(frame)
  const output =
    exit.output === undefined ? otherwise : toJson(await fill(exit.output, turn.scope(frame, extras)))
  if (exceedsPayload(output)) throw new StateFault(tooLarge(state.name))
  const assigned = (await assignments(turn, frame, exit, extras)) as {
    next?: Record<string, unknown>
    details?: object
  }
  if (assigned.next !== undefined) frame.variables = assigned.next
  const details = { name: state.name, output, outputDetails: truncated, ...assigned.details }
  turn.chain(frame, `${state.type}StateExited`, ['stateExitedEventDetails', details])
  rest(frame)
  if (exit.next === undefined) turn.finish(frame, output)
  else turn.go(frame, exit.next, output)
}

/** Forgets what belonged to the attempt that is over. */
export function rest(frame: Frame): void {
  frame.token = undefined
  frame.request = undefined
  frame.answer = undefined
  frame.due = undefined
  frame.heartbeatDue = undefined
  frame.heartbeatSeconds = undefined
}

function forgetChildren(frame: Frame): void {
  frame.children = undefined
  frame.items = undefined
  frame.started = undefined
  frame.concurrency = undefined
}

/** Seconds to wait before attempt `used + 1`: grows by the rate up to MaxDelaySeconds; full jitter picks from 0 to that. */
function backoff(turn: Turn, retrier: Retrier, used: number): number {
  const delay = Math.min(retrier.interval * retrier.rate ** used, retrier.maxDelay)
  if (!retrier.fullJitter) return delay
  const [a = 0, b = 0] = turn.tools.randomBytes(2)
  return delay * ((a * 256 + b) / 65_536)
}

function retry(turn: Turn, frame: Frame, state: State, failure: Failure): boolean {
  const index = state.retriers.findIndex((r) => matches(r.errors, failure))
  const retrier = state.retriers[index]
  const used = frame.retries[index] ?? 0
  if (retrier === undefined || used >= retrier.attempts) return false
  for (let i = 0; i <= index; i++) frame.retries[i] ??= 0
  frame.retries[index] = used + 1
  frame.retryCount++
  rest(frame)
  forgetChildren(frame)
  frame.step = 'backoff'
  frame.due = turn.now + Math.round(backoff(turn, retrier, used) * 1000)
  return true
}

async function caught(turn: Turn, frame: Frame, catcher: Catcher, failure: Failure): Promise<void> {
  const shown = errorOutput(failure)
  await leave(turn, frame, catcher, toJson(shown), { errorOutput: shown })
  forgetChildren(frame)
}

const fansOut = (state: State): boolean => state.type === 'Map' || state.type === 'Parallel'

/** Ends the execution by a failure that nothing caught. The frames stay as they are for a redrive. */
export function failExecution(turn: Turn, frame: Frame, failure: Failure): void {
  turn.chain(frame, 'ExecutionFailed', ['executionFailedEventDetails', present(failure)])
  turn.end('FAILED', { failure })
}

/** The error and cause that there are, for an event. */
export function present(failure: Failure): Failure {
  return {
    ...(failure.error === undefined ? {} : { error: failure.error }),
    ...(failure.cause === undefined ? {} : { cause: failure.cause }),
  }
}

/** Asks Retry, then Catch; answers false if the failure is the parent's to deal with. */
export async function handled(turn: Turn, frame: Frame, failure: Failure): Promise<boolean> {
  const state = turn.state(frame)
  if (retry(turn, frame, state, failure)) return true
  if (fansOut(state)) turn.chain(frame, `${state.type}StateFailed`)
  const catcher = state.catchers.find((c) => matches(c.errors, failure))
  if (catcher === undefined) return false
  await caught(turn, frame, catcher, failure)
  return true
}
