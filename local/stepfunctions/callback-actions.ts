/** The callbacks of tasks that wait for a token. */
import { WireError } from '../wire.ts'
import type { StepFunctionsEngine } from './engine.ts'
import { exceedsPayload } from './failures.ts'
import { syntaxProblem } from './json-syntax.ts'
import { type Fields, optionalText, text } from './requests.ts'
import { taskAnswered, taskHeartbeat } from './task.ts'
import type { ExecutionTurn } from './turn.ts'
import type { Frame } from './types.ts'

type Answer = Record<string, unknown>

/**
 * Does `work` to the task that waits for the token. Throws InvalidToken for a token never given out, TaskDoesNotExist for
 * one whose execution is gone, TaskTimedOut for one whose task was answered, timed out or stopped.
 */
async function withTask(
  engine: StepFunctionsEngine,
  input: Fields,
  work: (turn: ExecutionTurn, frame: Frame) => void,
): Promise<Answer> {
  const token = text(input, 'taskToken')
  const owner = engine.ownerOf(token)
  if (owner === undefined) throw new WireError('InvalidToken', "Invalid Token: 'Invalid token'")
  const found = await engine.turn(owner.execution, (turn) => {
    const frame = turn.find(owner.frame)
    const waits = frame?.step === 'awaiting' || frame?.step === 'sending'
    if (frame === undefined || !waits || frame.token !== token || frame.answer !== undefined) return false
    work(turn, frame)
    return true
  })
  if (found === undefined)
    throw new WireError('TaskDoesNotExist', "Task does not exist: 'Task Does Not Exist'")
  if (!found) throw new WireError('TaskTimedOut', "Task Timed Out: 'Provided task does not exist anymore'")
  return {}
}

/** `output` is JSON text of at most 256 KiB. Throws InvalidOutput besides the tokens' errors. */
export function sendTaskSuccess(engine: StepFunctionsEngine, input: Fields): Promise<Answer> {
  const output = text(input, 'output')
  const problem = syntaxProblem(output)
  if (problem !== undefined || exceedsPayload(output))
    throw new WireError('InvalidOutput', `Invalid Output: '${problem?.message ?? 'too large'}'`)
  return withTask(engine, input, (turn, frame) =>
    turn.queue(frame, () => taskAnswered(turn, frame, { output })),
  )
}

export function sendTaskFailure(engine: StepFunctionsEngine, input: Fields): Promise<Answer> {
  const failure = { error: optionalText(input, 'error'), cause: optionalText(input, 'cause') }
  return withTask(engine, input, (turn, frame) =>
    turn.queue(frame, () => taskAnswered(turn, frame, { failure })),
  )
}

export function sendTaskHeartbeat(engine: StepFunctionsEngine, input: Fields): Promise<Answer> {
  return withTask(engine, input, taskHeartbeat)
}
