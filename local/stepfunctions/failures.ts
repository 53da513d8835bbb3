/** Failures of states as the service words them, and its limits. */
import type { Failure } from './types.ts'

/** Bytes of UTF-8 that an input, output or result may have. */
export const PAYLOAD_LIMIT = 262_144

/** Events that one history may hold. */
export const HISTORY_LIMIT = 25_000

/** Thrown inside a turn: the state fails, and its Retry and Catch are asked. */
export class StateFault extends Error {
  override readonly name = 'StateFault'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.cause ?? failure.error ?? 'failed')
    this.failure = failure
  }
}

/** An expression that gave nothing, threw, or gave the wrong type. `location` is the field, such as `Arguments/MessageBody`. */
export class EvaluationFault extends Error {
  override readonly name = 'EvaluationFault'
  readonly location: string | undefined

  constructor(message: string, location?: string) {
    super(message)
    this.location = location
  }
}

/** Thrown when the next event would be the last one that the history may hold. */
export class HistoryFull extends Error {
  override readonly name = 'HistoryFull'
}

export const timedOut: Failure = { error: 'States.Timeout' }

/** What `$states.errorOutput` shows: a time-out's Cause is the empty string, an absent error or cause is null. */
export function errorOutput(failure: Failure): { Error: string | null; Cause: string | null } {
  const absent = failure.error === 'States.Timeout' ? '' : null
  return { Error: failure.error ?? null, Cause: failure.cause ?? absent }
}

/** The failure of a result above 256 KiB; `what` is the service or the state. */
export function tooLarge(what: string): Failure {
  return {
    error: 'States.DataLimitExceeded',
    cause: `The state/task '${what}' returned a result with a size exceeding the maximum number of bytes service limit.`,
  }
}

/** True when `text` is longer than the service carries. */
export function exceedsPayload(text: string): boolean {
  return text.length * 3 > PAYLOAD_LIMIT && Buffer.byteLength(text) > PAYLOAD_LIMIT
}

/** Whether a retrier or catcher naming `names` takes this failure. `States.ALL` does not take States.Runtime. */
export function matches(names: readonly string[], failure: Failure): boolean {
  const error = failure.error
  return names.some((name) => {
    if (name === 'States.ALL') return error !== 'States.Runtime'
    if (name === 'States.TaskFailed') return error !== 'States.Timeout'
    return name === error
  })
}
