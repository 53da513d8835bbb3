/** Task: schedules a call of a service, reaches it through a port once that is written, and takes the answer. */
import { EvaluationFault, exceedsPayload, StateFault, timedOut, tooLarge } from './failures.ts'
import { leave, present, rest, toJson } from './leave.ts'
import { fill, fillTyped, isNumber } from './template.ts'
import { type Turn, truncated } from './turn.ts'
import type { Answer, Failure, Frame } from './types.ts'

/** Event names and the resource fields of the four integrations. */
const labels = {
  sqs: { resource: 'sendMessage', resourceType: 'sqs' },
  'sqs-token': { resource: 'sendMessage.waitForTaskToken', resourceType: 'sqs' },
  lambda: { resource: 'invoke', resourceType: 'lambda' },
}

type What = 'Scheduled' | 'Started' | 'Submitted' | 'Succeeded' | 'Failed' | 'TimedOut'

/** Writes `TaskX` for an integration or `LambdaFunctionX` for a function named directly. */
function record(turn: Turn, frame: Frame, what: What, details: object): void {
  const { integration } = turn.state(frame)
  if (integration === undefined || integration === 'lambda-direct') {
    const has = Object.keys(details).length > 0
    turn.chain(
      frame,
      `LambdaFunction${what}`,
      has ? [`lambdaFunction${what}EventDetails`, details] : undefined,
    )
  } else turn.chain(frame, `Task${what}`, [`task${what}EventDetails`, { ...details, ...labels[integration] }])
}

/**
 * Seconds of TimeoutSeconds or HeartbeatSeconds, or undefined where there is none. An expression that throws, gives
 * nothing, or anything but 1 to 99,999,999 fails the state with States.QueryEvaluationError before anything is sent.
 * That the service treats 0 and negative numbers so is not proven by any recording.
 */
async function seconds(turn: Turn, frame: Frame, name: string): Promise<number | undefined> {
  const field = turn.state(frame).fields[name]
  if (field === undefined) return undefined
  const value = await fillTyped(field, turn.scope(frame), 'number', isNumber)
  if (Number.isInteger(value) && value >= 1 && value <= 99_999_999) return value
  throw new EvaluationFault(
    `The ${name} field must be an integer from 1 to 99999999 but was: ${String(value)}`,
    name,
  )
}

export async function runTask(turn: Turn, frame: Frame): Promise<void> {
  const state = turn.state(frame)
  rest(frame)
  if (state.integration === 'sqs-token') frame.token = turn.tools.newToken(frame)
  const given = state.fields['Arguments']
  const request = given === undefined ? frame.input : toJson(await fill(given, turn.scope(frame)))
  if (exceedsPayload(request)) throw new StateFault(tooLarge(state.name))
  const timeout = await seconds(turn, frame, 'TimeoutSeconds')
  const heartbeat = await seconds(turn, frame, 'HeartbeatSeconds')
  const limits = {
    ...(timeout === undefined ? {} : { timeoutInSeconds: timeout }),
    ...(heartbeat === undefined ? {} : { heartbeatInSeconds: heartbeat }),
  }
  const call =
    state.integration === 'lambda-direct'
      ? { input: request, inputDetails: truncated, resource: state.resource }
      : { parameters: request, region: turn.tools.region }
  record(turn, frame, 'Scheduled', { ...call, ...limits })
  frame.step = 'scheduled'
  frame.request = request
  // From now, not from the beginning of the turn: the expressions above may have read a later instant.
  const now = turn.tools.now()
  if (timeout !== undefined) frame.due = now + timeout * 1000
  frame.heartbeatSeconds = heartbeat
  if (heartbeat !== undefined) frame.heartbeatDue = now + heartbeat * 1000
  turn.queue(frame, () => startTask(turn, frame))
}

function startTask(turn: Turn, frame: Frame): void {
  record(turn, frame, 'Started', {})
  frame.step = 'sending'
  frame.attempt++
  turn.effects.push({ frame: frame.id, attempt: frame.attempt })
}

/** The service answered the call with `output` (JSON text). Then a task with a token waits for its callback. */
export async function taskSent(turn: Turn, frame: Frame, output: string): Promise<void> {
  frame.request = undefined
  if (turn.state(frame).integration !== 'sqs-token') return taskSucceeded(turn, frame, output)
  record(turn, frame, 'Submitted', { output, outputDetails: truncated })
  frame.step = 'awaiting'
  if (frame.answer !== undefined) await taskAnswered(turn, frame, frame.answer)
}

/** A callback's answer. One that overtakes the record of the send waits for it. */
export async function taskAnswered(turn: Turn, frame: Frame, answer: Answer): Promise<void> {
  if (frame.step === 'sending') {
    frame.answer = answer
    frame.due = undefined
    frame.heartbeatDue = undefined
    return
  }
  if (answer.output !== undefined) return taskSucceeded(turn, frame, answer.output)
  taskFailed(turn, frame, answer.failure ?? {})
}

async function taskSucceeded(turn: Turn, frame: Frame, output: string): Promise<void> {
  const state = turn.state(frame)
  if (exceedsPayload(output)) {
    const service = state.resource.includes('sqs') ? 'sqs' : 'lambda'
    return taskFailed(turn, frame, tooLarge(service))
  }
  record(turn, frame, 'Succeeded', { output, outputDetails: truncated })
  frame.step = 'entered'
  await leave(turn, frame, state, output, { result: output })
}

/** The call or the callback failed. */
export function taskFailed(turn: Turn, frame: Frame, failure: Failure): void {
  record(turn, frame, 'Failed', present(failure))
  turn.fault(frame, failure)
}

/** The time-out or the heartbeat ran out: the recordings report both as States.Timeout, without a cause. */
export function taskTimedOut(turn: Turn, frame: Frame): void {
  record(turn, frame, 'TimedOut', { error: 'States.Timeout' })
  frame.step = 'entered'
  rest(frame)
  turn.fault(frame, timedOut)
}

/** A sign of life: the heartbeat starts anew. */
export function taskHeartbeat(turn: Turn, frame: Frame): void {
  if (frame.heartbeatSeconds !== undefined) frame.heartbeatDue = turn.now + frame.heartbeatSeconds * 1000
}
