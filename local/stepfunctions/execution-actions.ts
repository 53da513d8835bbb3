/** The actions on executions: start, stop, redrive, describe, list. */
import { WireError } from '../wire.ts'
import type { StepFunctionsEngine } from './engine.ts'
import { exceedsPayload } from './failures.ts'
import { blankFrame, giveUp } from './fan-out.ts'
import { uuid } from './functions.ts'
import { syntaxProblem } from './json-syntax.ts'
import { present } from './leave.ts'
import { described, machineMissing, machineOf } from './machine-actions.ts'
import type { Alias, Machine, Version } from './machines.ts'
import { redriveBarrier, redriveFrame } from './redrive.ts'
import {
  type Fields,
  given,
  invalid,
  optionalText,
  pageSize,
  pageStart,
  pageToken,
  seconds,
  text,
} from './requests.ts'
import { truncated } from './turn.ts'
import type { Execution } from './types.ts'

type Answer = Record<string, unknown>

export function executionMissing(arn: string): WireError {
  return new WireError('ExecutionDoesNotExist', `Execution Does Not Exist: '${arn}'`)
}

/** The execution with the ARN in `executionArn`. Throws InvalidArn, ExecutionDoesNotExist. */
export function executionOf(engine: StepFunctionsEngine, input: Fields): Execution {
  const arn = text(input, 'executionArn')
  if (!arn.startsWith('arn:')) throw new WireError('InvalidArn', `Invalid Arn: 'Invalid ARN prefix: ${arn}'`)
  const execution = engine.ledger.byArn(arn)
  if (execution === undefined) throw executionMissing(arn)
  return execution
}

interface Target {
  readonly machine: Machine
  readonly version?: Version | undefined
  readonly alias?: Alias | undefined
}

/** What an ARN of a machine, a version or an alias starts. An alias of two versions picks by weight. */
function targetOf(engine: StepFunctionsEngine, arn: string): Target {
  const { machines } = engine
  const alias = machines.alias(arn)
  const [bits = 0] = engine.options.randomBytes(1)
  const [first, second] = alias?.routing ?? []
  const route = second !== undefined && (bits * 100) / 256 >= (first?.weight ?? 0) ? second : first
  const version = machines.version(route?.stateMachineVersionArn ?? arn)
  const machine = machines.machine(version?.machineArn ?? arn)
  if (machine === undefined) throw machineMissing(arn)
  return { machine, version, alias }
}

function inputOf(input: Fields): string {
  const given = input['input'] ?? '{}'
  const refuse = (why: string): WireError =>
    new WireError('InvalidExecutionInput', `Invalid State Machine Execution Input: '${why}'`)
  if (typeof given !== 'string' || given === '') throw refuse('Invalid execution input.')
  const problem = syntaxProblem(given)
  if (problem !== undefined) throw refuse(problem.message)
  if (exceedsPayload(given)) throw refuse('The input exceeds the maximum number of bytes service limit.')
  return given
}

function leadOf(input: string): string | undefined {
  const value: unknown = JSON.parse(input)
  const lead = typeof value === 'object' && value !== null ? (value as Fields)['leadId'] : undefined
  return typeof lead === 'string' ? lead : undefined
}

function nameOf(engine: StepFunctionsEngine, input: Fields): string {
  const name = optionalText(input, 'name') ?? uuid(engine.options.randomBytes(16))
  if (name.length < 1 || name.length > 80 || /[\s<>{}[\]?*"#%\\^|~`$&,;:/]/.test(name))
    throw new WireError('InvalidName', `Invalid Name: '${name}'`)
  return name
}

function fresh(
  engine: StepFunctionsEngine,
  target: Target,
  name: string,
  input: string,
  id: number,
): Execution {
  const { machine, version, alias } = target
  const revision = version ?? machine
  const program = engine.machines.program(revision.definition)
  const at = engine.now()
  const limit = program.timeoutSeconds
  return {
    id,
    arn: executionArn(machine, name),
    name,
    machineArn: machine.arn,
    machineName: machine.name,
    versionArn: version?.arn,
    aliasArn: alias?.arn,
    definition: revision.definition,
    roleArn: revision.roleArn,
    input,
    startedAt: at,
    status: 'RUNNING',
    redriveCount: 0,
    events: 0,
    frames: 1,
    transitions: 0,
    deadline: limit === undefined ? undefined : at + limit * 1000,
    root: blankFrame(1, 0, program.blocks[0]?.startAt ?? '', input),
  }
}

const executionArn = (machine: Machine, name: string): string =>
  `${machine.arn.replace(':stateMachine:', ':execution:')}:${name}`

/** The same name and input as a running execution: that execution. Any other use of a name: ExecutionAlreadyExists. */
export async function startExecution(engine: StepFunctionsEngine, request: Fields): Promise<Answer> {
  const target = targetOf(engine, text(request, 'stateMachineArn'))
  const input = inputOf(request)
  const name = nameOf(engine, request)
  const arn = executionArn(target.machine, name)
  for (let before = engine.startOf(arn); before !== undefined; before = engine.startOf(arn))
    await before.catch(() => undefined)
  const known = engine.ledger.byArn(arn)
  if (known !== undefined) {
    if (known.status === 'RUNNING' && known.input === input) return started(known)
    throw new WireError('ExecutionAlreadyExists', `Execution Already Exists: '${arn}'`)
  }
  let made: Execution | undefined
  const make = (id: number): Execution => {
    made = fresh(engine, target, name, input, id)
    return made
  }
  await engine.begin(arn, make, leadOf(input), (turn) => {
    const { execution } = turn
    const { roleArn } = execution
    turn.append(0, 'ExecutionStarted', [
      'executionStartedEventDetails',
      { input, inputDetails: truncated, roleArn, ...versioned(execution) },
    ])
    turn.go(execution.root, execution.root.state, input)
  })
  if (made === undefined) throw new Error('the execution was not made')
  return started(made)
}

function versioned(execution: Execution): Answer {
  return {
    ...given('stateMachineVersionArn', execution.versionArn),
    ...given('stateMachineAliasArn', execution.aliasArn),
  }
}

const started = (execution: Execution): Answer => ({
  executionArn: execution.arn,
  startDate: seconds(execution.startedAt),
})

export async function stopExecution(engine: StepFunctionsEngine, input: Fields): Promise<Answer> {
  const { id, stoppedAt } = executionOf(engine, input)
  const failure = present({ error: optionalText(input, 'error'), cause: optionalText(input, 'cause') })
  const at = await engine.turn(id, (turn) => {
    if (turn.execution.status !== 'RUNNING') return turn.execution.stoppedAt
    turn.append(0, 'ExecutionAborted', ['executionAbortedEventDetails', failure])
    giveUp(turn.execution.root)
    turn.end('ABORTED', { failure })
    return turn.now
  })
  return { stopDate: seconds(at ?? stoppedAt ?? engine.now()) }
}

/** Goes on from the states that failed. Throws ExecutionNotRedrivable. */
export async function redriveExecution(engine: StepFunctionsEngine, input: Fields): Promise<Answer> {
  const { id } = executionOf(engine, input)
  const result = await engine.turn(id, (turn) => {
    const { execution, program } = turn
    const barrier = redriveBarrier(execution, turn.now)
    if (barrier !== undefined) return { barrier }
    const limit = program.timeoutSeconds
    execution.deadline = limit === undefined ? undefined : turn.now + limit * 1000
    redriveFrame(turn)
    return { at: turn.now }
  })
  if (result?.barrier !== undefined) throw new WireError('ExecutionNotRedrivable', result.barrier)
  return { redriveDate: seconds(result?.at ?? engine.now()) }
}

export function describeExecution(engine: StepFunctionsEngine, input: Fields): Answer {
  const execution = executionOf(engine, input)
  const included = { included: true }
  const barrier = redriveBarrier(execution, engine.now())
  const { output, failure } = execution
  return {
    ...summary(execution),
    input: execution.input,
    inputDetails: included,
    ...(output === undefined ? {} : { output, outputDetails: included }),
    ...given('error', failure?.error),
    ...given('cause', failure?.cause),
    redriveStatus: barrier === undefined ? 'REDRIVABLE' : 'NOT_REDRIVABLE',
    ...given('redriveStatusReason', barrier),
  }
}

function summary(execution: Execution): Answer {
  const { stoppedAt, redrivenAt } = execution
  return {
    executionArn: execution.arn,
    stateMachineArn: execution.machineArn,
    ...versioned(execution),
    name: execution.name,
    status: execution.status,
    startDate: seconds(execution.startedAt),
    ...given('stopDate', stoppedAt === undefined ? undefined : seconds(stoppedAt)),
    redriveCount: execution.redriveCount,
    ...given('redriveDate', redrivenAt === undefined ? undefined : seconds(redrivenAt)),
  }
}

const statuses = ['SUCCEEDED', 'TIMED_OUT', 'PENDING_REDRIVE', 'ABORTED', 'FAILED', 'RUNNING']

/** Executions of a machine or of one version, newest first. */
export function listExecutions(engine: StepFunctionsEngine, input: Fields): Answer {
  const arn = text(input, 'stateMachineArn')
  const status = optionalText(input, 'statusFilter')
  if (status !== undefined && !statuses.includes(status))
    throw invalid(status, 'statusFilter', `Member must satisfy enum value set: [${statuses.join(', ')}]`)
  const limit = pageSize(input)
  const before = pageStart(input, 3096)
  const { machine, version } = targetOf(engine, arn)
  const found = engine.ledger.list({
    machine: machine.arn,
    version: version?.arn,
    status,
    before,
    limit: limit + 1,
  })
  const shown = found.slice(0, limit)
  const last = found.length > limit ? shown.at(-1) : undefined
  return { executions: shown.map(summary), ...given('nextToken', last && pageToken(last.id)) }
}

export function describeForExecution(engine: StepFunctionsEngine, input: Fields): Answer {
  const execution = executionOf(engine, input)
  const version = engine.machines.version(execution.versionArn ?? '')
  const machine = machineOf(engine, execution.machineArn)
  const revision = version ?? machine
  const { definition, roleArn } = execution
  const same = revision.definition === definition
  return {
    ...described(engine, machine, {
      definition,
      roleArn,
      revisionId: same ? revision.revisionId : undefined,
    }),
    stateMachineArn: execution.machineArn,
    updateDate: seconds(machine.updatedAt),
  }
}
