/** GetExecutionHistory: pages of events, oldest or newest first. */
import type { StepFunctionsEngine } from './engine.ts'
import { executionOf } from './execution-actions.ts'
import { type Fields, given, pageSize, pageStart, pageToken } from './requests.ts'
import type { HistoryEvent } from './types.ts'

const dataFields = /^(input|output|parameters|assignedVariables|cause)(Details)?$/

/** The event without inputs, outputs and what else the execution's data shows in. */
function bare(event: HistoryEvent): HistoryEvent {
  const entries = Object.entries(event).map(([key, value]) =>
    key.endsWith('EventDetails')
      ? [
          key,
          Object.fromEntries(Object.entries(value as object).filter(([field]) => !dataFields.test(field))),
        ]
      : [key, value],
  )
  return Object.fromEntries(entries) as HistoryEvent
}

/** The page of an execution's events. Throws InvalidArn, ExecutionDoesNotExist, InvalidToken. */
export function getExecutionHistory(engine: StepFunctionsEngine, input: Fields): Record<string, unknown> {
  const { id } = executionOf(engine, input)
  const size = pageSize(input)
  const start = pageStart(input, 3096)
  const back = input['reverseOrder'] === true
  const events = back
    ? engine.ledger.eventsBack(id, start ?? Number.MAX_SAFE_INTEGER, size + 1)
    : engine.ledger.events(id, start ?? 0, size + 1)
  const shown = events.slice(0, size)
  const last = events.length > size ? shown.at(-1) : undefined
  return {
    events: input['includeExecutionData'] === false ? shown.map(bare) : shown,
    ...given('nextToken', last && pageToken(last.id)),
  }
}
