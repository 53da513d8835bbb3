/** Redrive: an execution that did not succeed goes on from the states where it stopped. Not recorded from the service: unproven. */
import { HISTORY_LIMIT } from './failures.ts'
import type { Turn } from './turn.ts'
import type { Execution, Frame } from './types.ts'

const redrivablePeriod = 14 * 24 * 3600 * 1000

/** Why an execution cannot be redriven, in the service's words; undefined when it can. */
export function redriveBarrier(execution: Execution, now: number): string | undefined {
  const { status } = execution
  if (status === 'RUNNING' || status === 'SUCCEEDED') return `Execution is ${status} and cannot be redriven`
  if (now - (execution.stoppedAt ?? now) > redrivablePeriod)
    return 'Execution has reached the end of its redrivable period'
  if (execution.events >= HISTORY_LIMIT - 1) return 'Execution history event limit exceeded'
  return undefined
}

/** Sets a stopped execution going again: one more redrive, retries from 0, finished branches kept. */
export function redriveFrame(turn: Turn): void {
  const { execution } = turn
  execution.status = 'RUNNING'
  execution.redriveCount++
  execution.redrivenAt = turn.now
  execution.stoppedAt = undefined
  execution.failure = undefined
  const { redriveCount } = execution
  execution.root.last = turn.append(execution.events, 'ExecutionRedriven', [
    'executionRedrivenEventDetails',
    { redriveCount },
  ])
  revive(turn, execution.root)
}

function revive(turn: Turn, frame: Frame): void {
  frame.retries = []
  frame.retryCount = 0
  frame.step = 'entered'
  const children = frame.children ?? []
  if (children.length > 0) {
    frame.step = 'children'
    for (const child of children) {
      if (child.step === 'done') continue
      child.last = frame.last
      revive(turn, child)
    }
  } else if (frame.entered > 0 && turn.state(frame).type === 'Task') turn.again(frame)
  else turn.go(frame, frame.state, frame.input)
}
