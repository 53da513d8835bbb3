/** EventBridge Scheduler: one-shots that put a message on a queue. */
import {
  ConflictException,
  CreateScheduleCommand,
  type CreateScheduleCommandInput,
  UpdateScheduleCommand,
} from '@aws-sdk/client-scheduler'
import { env } from '../env.ts'
import type { Schedules } from '../ports.ts'
import { scheduler } from './clients.ts'

const inputOf = (
  Name: string,
  at: number,
  queueArn: string,
  message: object,
): CreateScheduleCommandInput => ({
  Name,
  GroupName: 'tendril',
  ScheduleExpression: `at(${new Date(Math.ceil(at / 1000) * 1000).toISOString().slice(0, 19)})`,
  ScheduleExpressionTimezone: 'UTC',
  FlexibleTimeWindow: { Mode: 'OFF' },
  ActionAfterCompletion: 'DELETE',
  Target: { Arn: queueArn, RoleArn: env.schedulerRole, Input: JSON.stringify(message) },
})

export const schedules: Schedules = {
  set: async (name, at, queue, message) => {
    const input = inputOf(name, at, env.queueArn(queue), message)
    try {
      await scheduler().send(new CreateScheduleCommand(input))
    } catch (error) {
      if (!(error instanceof ConflictException)) throw error
      await scheduler().send(new UpdateScheduleCommand(input))
    }
  },
}
