/** The Step Functions API over AWS JSON 1.0, and what the runtime's own screens ask. */
import { type JsonService, WireError } from '../wire.ts'
import * as aliases from './alias-actions.ts'
import { sendTaskFailure, sendTaskHeartbeat, sendTaskSuccess } from './callback-actions.ts'
import { type EngineOptions, StepFunctionsEngine } from './engine.ts'
import * as executions from './execution-actions.ts'
import { getExecutionHistory } from './history-actions.ts'
import * as machines from './machine-actions.ts'
import type { Fields } from './requests.ts'
import type { Execution, Frame, Status } from './types.ts'

type Action = (
  engine: StepFunctionsEngine,
  input: Fields,
) => Record<string, unknown> | Promise<Record<string, unknown>>

const actions: Readonly<Record<string, Action>> = {
  CreateStateMachine: machines.createStateMachine,
  UpdateStateMachine: machines.updateStateMachine,
  DeleteStateMachine: machines.deleteStateMachine,
  DescribeStateMachine: machines.describeStateMachine,
  ListStateMachines: machines.listStateMachines,
  PublishStateMachineVersion: machines.publishVersion,
  ListStateMachineVersions: machines.listVersions,
  DeleteStateMachineVersion: machines.deleteVersion,
  ValidateStateMachineDefinition: machines.validateDefinition,
  CreateStateMachineAlias: aliases.createAlias,
  UpdateStateMachineAlias: aliases.updateAlias,
  DescribeStateMachineAlias: aliases.describeAlias,
  DeleteStateMachineAlias: aliases.deleteAlias,
  ListStateMachineAliases: aliases.listAliases,
  StartExecution: executions.startExecution,
  StopExecution: executions.stopExecution,
  RedriveExecution: executions.redriveExecution,
  DescribeExecution: executions.describeExecution,
  ListExecutions: executions.listExecutions,
  DescribeStateMachineForExecution: executions.describeForExecution,
  GetExecutionHistory: getExecutionHistory,
  SendTaskSuccess: sendTaskSuccess,
  SendTaskFailure: sendTaskFailure,
  SendTaskHeartbeat: sendTaskHeartbeat,
}

/** An execution as the runtime's screens show it. `due`: when its task token or wait runs out, ms since 1970. */
export interface LeadExecution {
  readonly name: string
  readonly arn: string
  readonly machine: string
  readonly status: Status
  readonly state: string
  readonly due: number | undefined
  readonly transitions: number
}

/** The frame that shows where an execution is: the root's, or that of its first thread still under way. */
function front(frame: Frame): Frame {
  const running = (frame.children ?? []).find((child) => child.step !== 'done')
  return running === undefined ? frame : front(running)
}

function shown(execution: Execution): LeadExecution {
  const frame = front(execution.root)
  const due = execution.status === 'RUNNING' ? frame.due : undefined
  const { name, arn, status, transitions } = execution
  return { name, arn, machine: execution.machineName, status, state: frame.state, due, transitions }
}

export class StepFunctionsService implements JsonService {
  readonly prefix = 'AWSStepFunctions'
  readonly engine: StepFunctionsEngine

  constructor(options: EngineOptions) {
    this.engine = new StepFunctionsEngine(options)
  }

  /** Takes up the executions of an earlier process: their timers, and the calls whose answer was not recorded. */
  load(): void {
    this.engine.load()
  }

  /** Billed transitions since this service was made: states entered, each retry once more. */
  get transitions(): number {
    return this.engine.transitions
  }

  async call(action: string, input: Record<string, unknown>): Promise<Record<string, unknown>> {
    const act = Object.hasOwn(actions, action) ? actions[action] : undefined
    if (act === undefined)
      throw new WireError('UnknownOperationException', `The local Step Functions has no operation ${action}`)
    return this.engine.options.clock.busy(async () => act(this.engine, input))
  }

  /** Executions whose input names the lead in `leadId`, oldest first. */
  executionsOf(leadId: string): LeadExecution[] {
    return this.engine.ledger.byLead(leadId).map(shown)
  }

  /** The newest executions of all machines, or those of one name. */
  recent(name: string | undefined, limit = 1000): LeadExecution[] {
    return this.engine.ledger.recent(name, limit).map(shown)
  }

  /** Billed transitions of one execution, or undefined if there is none with this ARN. */
  transitionsOf(executionArn: string): number | undefined {
    return this.engine.ledger.byArn(executionArn)?.transitions
  }
}
