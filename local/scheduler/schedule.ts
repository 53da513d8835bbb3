/** A schedule as it is kept, and its input as EventBridge Scheduler checks it. */
import { WireError } from '../wire.ts'
import { parseExpression } from './expression.ts'

export interface Target {
  readonly Arn: string
  readonly RoleArn: string
  readonly Input?: string
  readonly SqsParameters?: { readonly MessageGroupId?: string }
  readonly DeadLetterConfig?: { readonly Arn?: string }
  readonly RetryPolicy?: {
    readonly MaximumRetryAttempts?: number
    readonly MaximumEventAgeInSeconds?: number
  }
}

/** What a caller says of a schedule; times are seconds, as on the wire. */
export interface ScheduleInput {
  readonly GroupName?: string
  readonly ScheduleExpression?: string
  readonly ScheduleExpressionTimezone?: string
  readonly StartDate?: number
  readonly EndDate?: number
  readonly State?: 'ENABLED' | 'DISABLED'
  readonly Description?: string
  readonly FlexibleTimeWindow?: { readonly Mode?: string; readonly MaximumWindowInMinutes?: number }
  readonly ActionAfterCompletion?: 'NONE' | 'DELETE'
  readonly Target?: Target
  readonly ClientToken?: string
}

export interface Schedule {
  readonly name: string
  readonly group: string
  readonly input: ScheduleInput & { readonly ScheduleExpression: string; readonly Target: Target }
  readonly createdAt: number
  readonly changedAt: number
  /** When it fires next; never again when undefined. */
  readonly due: number | undefined
  /** Failed tries of the present firing. */
  readonly attempts: number
}

const invalid = (message: string): WireError => new WireError('ValidationException', message)

const isJson = (text: string): boolean => {
  try {
    JSON.parse(text)
    return true
  } catch {
    return false
  }
}

/** Throws what the service would throw. */
export const checkSchedule = (name: string, input: ScheduleInput): Schedule['input'] => {
  const { ScheduleExpression, Target, FlexibleTimeWindow } = input
  if (!/^[0-9A-Za-z_.-]{1,64}$/.test(name))
    throw invalid(
      `Value '${name}' at 'name' failed to satisfy constraint: Member must satisfy regular expression pattern: [0-9a-zA-Z-_.]+`,
    )
  if (ScheduleExpression === undefined) throw invalid('ScheduleExpression must not be null.')
  if (FlexibleTimeWindow?.Mode !== 'OFF' && FlexibleTimeWindow?.Mode !== 'FLEXIBLE')
    throw invalid('FlexibleTimeWindow must not be null.')
  if (Target?.RoleArn === undefined || !/^arn:[^:]+:sqs:/.test(Target.Arn ?? ''))
    throw invalid('Only SQS queues with a role are targets here.')
  if (Target.Input !== undefined && !isJson(Target.Input)) throw invalid('Target.Input is not JSON.')
  parseExpression(ScheduleExpression, input.ScheduleExpressionTimezone ?? 'UTC')
  return { ...input, ScheduleExpression, Target }
}
