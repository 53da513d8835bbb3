/** Step Functions. */
import {
  ExecutionAlreadyExists,
  InvalidToken,
  SendTaskFailureCommand,
  SendTaskSuccessCommand,
  StartExecutionCommand,
  TaskDoesNotExist,
  TaskTimedOut,
} from '@aws-sdk/client-sfn'
import type { Executions } from '../ports.ts'
import { sfn } from './clients.ts'

/** A token that is dead is fine: whoever comes next meets the item, which was written first. */
const unlessDead = async (work: Promise<unknown>): Promise<void> => {
  try {
    await work
  } catch (error) {
    if (error instanceof TaskTimedOut || error instanceof TaskDoesNotExist || error instanceof InvalidToken)
      return
    throw error
  }
}

export const executions: Executions = {
  start: async (stateMachineArn, name, input) => {
    try {
      await sfn().send(new StartExecutionCommand({ stateMachineArn, name, input: JSON.stringify(input) }))
    } catch (error) {
      if (!(error instanceof ExecutionAlreadyExists)) throw error
    }
  },
  succeed: (taskToken) => unlessDead(sfn().send(new SendTaskSuccessCommand({ taskToken, output: '{}' }))),
  fail: (taskToken, error, cause) =>
    unlessDead(sfn().send(new SendTaskFailureCommand({ taskToken, error, cause: JSON.stringify(cause) }))),
}
