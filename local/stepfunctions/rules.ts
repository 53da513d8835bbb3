/** What the states of the supported subset do, by type. */

import { childFailed, childFinished, runMap, runParallel } from './fan-out.ts'
import { failExecution, handled } from './leave.ts'
import type { StateType } from './program.ts'
import { endWait, runChoice, runFail, runPass, runSucceed, runWait } from './simple-states.ts'
import { runTask, taskTimedOut } from './task.ts'
import { type Rules, type Turn, truncated } from './turn.ts'
import type { Failure, Frame } from './types.ts'

type Run = (turn: Turn, frame: Frame) => void | Promise<void>

const runs: Record<StateType, Run> = {
  Pass: runPass,
  Task: runTask,
  Choice: runChoice,
  Wait: runWait,
  Succeed: runSucceed,
  Fail: runFail,
  Parallel: runParallel,
  Map: runMap,
}

function run(turn: Turn, frame: Frame): void | Promise<void> {
  turn.execution.transitions++
  frame.step = 'entered'
  return runs[turn.state(frame).type](turn, frame)
}

function enter(turn: Turn, frame: Frame, name: string, input: string): void | Promise<void> {
  frame.state = name
  frame.input = input
  frame.before = frame.last
  frame.retries = []
  frame.retryCount = 0
  frame.enteredAt = turn.now
  const state = turn.state(frame)
  frame.entered = turn.chain(frame, `${state.type}StateEntered`, [
    'stateEnteredEventDetails',
    { name, input, inputDetails: truncated },
  ])
  return run(turn, frame)
}

async function finish(turn: Turn, frame: Frame, output: string): Promise<void> {
  const parent = turn.parent(frame)
  if (parent !== undefined) return childFinishedIn(turn, parent, frame, output)
  turn.chain(frame, 'ExecutionSucceeded', [
    'executionSucceededEventDetails',
    { output, outputDetails: truncated },
  ])
  turn.end('SUCCEEDED', { output })
}

/** What goes wrong while collecting is the failure of the parent state, not of its last branch. */
async function childFinishedIn(turn: Turn, parent: Frame, child: Frame, output: string): Promise<void> {
  turn.queue(parent, () => childFinished(turn, parent, child, output))
}

async function fail(turn: Turn, frame: Frame, failure: Failure): Promise<void> {
  if (frame.step !== 'failed' && (await handled(turn, frame, failure))) return
  frame.step = 'failed'
  const parent = turn.parent(frame)
  if (parent === undefined) return failExecution(turn, frame, failure)
  childFailed(turn, parent, frame)
  turn.fault(parent, failure)
}

export const rules: Rules = { enter, run, finish, fail }

/** A timer of the frame has run out. */
export function frameDue(turn: Turn, frame: Frame): void {
  const over = frame.due !== undefined && frame.due <= turn.now
  const silent = frame.heartbeatDue !== undefined && frame.heartbeatDue <= turn.now
  if (frame.step === 'sending' || frame.step === 'awaiting') {
    if (over || silent) taskTimedOut(turn, frame)
    return
  }
  if (!over) return
  frame.due = undefined
  if (frame.step === 'waiting') turn.queue(frame, () => endWait(turn, frame))
  if (frame.step === 'backoff') turn.again(frame)
}
