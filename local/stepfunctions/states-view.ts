/** `$states`: what expressions see of an execution. Parts are built when they are asked for. */
import type { Execution, Frame } from './types.ts'

export interface ViewExtras {
  /** JSON text of the state's result. */
  readonly result?: string
  readonly errorOutput?: { readonly Error: string | null; readonly Cause: string | null }
}

const iso = (at: number): string => new Date(at).toISOString()

/** The context object. `RedriveCount` is there from 0 on, as the service documents it since redrive exists. */
function contextOf(execution: Execution, frame: Frame): Record<string, unknown> {
  const context: Record<string, unknown> = {
    Execution: {
      Id: execution.arn,
      Input: JSON.parse(execution.input),
      StartTime: iso(execution.startedAt),
      Name: execution.name,
      RoleArn: execution.roleArn,
      RedriveCount: execution.redriveCount,
      ...(execution.redrivenAt === undefined ? {} : { RedriveTime: iso(execution.redrivenAt) }),
    },
    StateMachine: { Id: execution.machineArn, Name: execution.machineName },
    State: { Name: frame.state, EnteredTime: iso(frame.enteredAt), RetryCount: frame.retryCount },
  }
  if (frame.item !== undefined)
    context['Map'] = { Item: { Index: frame.item.index, Value: frame.item.value } }
  if (frame.token !== undefined) context['Task'] = { Token: frame.token }
  return context
}

/** `$states` of a frame. */
export function statesView(execution: Execution, frame: Frame, extras: ViewExtras): Record<string, unknown> {
  let input: unknown
  let context: unknown
  const view: Record<string, unknown> = {
    get input() {
      input ??= JSON.parse(frame.input)
      return input
    },
    get context() {
      context ??= contextOf(execution, frame)
      return context
    },
  }
  if (extras.result !== undefined) view['result'] = JSON.parse(extras.result)
  if (extras.errorOutput !== undefined) view['errorOutput'] = extras.errorOutput
  return view
}
