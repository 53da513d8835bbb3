/** Pass, Choice, Wait, Succeed and Fail. */
import { EvaluationFault, StateFault } from './failures.ts'
import { instantOf } from './instant.ts'
import { leave } from './leave.ts'
import { fillTyped, isBoolean, isNumber, isString } from './template.ts'
import type { Turn } from './turn.ts'
import type { Frame } from './types.ts'

export async function runPass(turn: Turn, frame: Frame): Promise<void> {
  await leave(turn, frame, turn.state(frame), frame.input)
}

export async function runChoice(turn: Turn, frame: Frame): Promise<void> {
  const state = turn.state(frame)
  for (const rule of state.choices) {
    const holds = await fillTyped(rule.condition, turn.scope(frame), 'boolean', isBoolean)
    if (holds) return leave(turn, frame, rule, frame.input)
  }
  if (state.next === undefined)
    throw new StateFault({
      error: 'States.NoChoiceMatched',
      cause: `An error occurred while executing the state '${state.name}' (entered at the event id #${frame.entered}). Failed to find a matching rule and there is no Default.`,
    })
  await leave(turn, frame, state, frame.input)
}

function instant(text: string): number {
  const at = instantOf(text)
  if (at !== undefined) return at
  throw new EvaluationFault(
    `The Timestamp field cannot be parsed as an ISO-8601 extended offset date-time format string: ${text}`,
    'Timestamp',
  )
}

async function waitUntil(turn: Turn, frame: Frame): Promise<number> {
  const { Seconds, Timestamp } = turn.state(frame).fields
  if (Timestamp !== undefined)
    return instant(await fillTyped(Timestamp, turn.scope(frame), 'string', isString))
  if (Seconds === undefined) return turn.now
  const seconds = await fillTyped(Seconds, turn.scope(frame), 'number', isNumber)
  if (!Number.isInteger(seconds) || seconds < 0 || seconds > 99_999_999)
    throw new EvaluationFault(
      `The Seconds field must be an integer from 0 to 99999999 but was: ${seconds}`,
      'Seconds',
    )
  return turn.now + seconds * 1000
}

export async function runWait(turn: Turn, frame: Frame): Promise<void> {
  const due = await waitUntil(turn, frame)
  if (due <= turn.now) return endWait(turn, frame)
  frame.step = 'waiting'
  frame.due = due
}

/** The time a Wait waited for has come. */
export async function endWait(turn: Turn, frame: Frame): Promise<void> {
  await leave(turn, frame, turn.state(frame), frame.input)
}

export async function runSucceed(turn: Turn, frame: Frame): Promise<void> {
  await leave(turn, frame, turn.state(frame), frame.input)
}

export async function runFail(turn: Turn, frame: Frame): Promise<void> {
  const { Error: error, Cause: cause } = turn.state(frame).fields
  const scope = turn.scope(frame)
  throw new StateFault({
    error: error === undefined ? undefined : await fillTyped(error, scope, 'string', isString),
    cause: cause === undefined ? undefined : await fillTyped(cause, scope, 'string', isString),
  })
}
