/** The actions on state machines and their versions. */
import { WireError } from '../wire.ts'
import { checkDefinition } from './definition-check.ts'
import type { StepFunctionsEngine } from './engine.ts'
import { uuid } from './functions.ts'
import type { Machine, Revision, Version } from './machines.ts'
import { type Fields, given, optionalText, page, seconds, text } from './requests.ts'

type Answer = Record<string, unknown>

export function machineMissing(arn: string): WireError {
  return new WireError('StateMachineDoesNotExist', `State Machine Does Not Exist: '${arn}'`)
}

export function machineOf(engine: StepFunctionsEngine, arn: string): Machine {
  const machine = engine.machines.machine(arn)
  if (machine === undefined) throw machineMissing(arn)
  return machine
}

/** Keeps a definition that can run; refuses any other, JSONPath among them, with what is wrong and where. */
function accept(engine: StepFunctionsEngine, definition: string): string {
  const [problem] = checkDefinition(definition)
  if (problem === undefined) return engine.machines.keep(definition)
  const place = problem.location === undefined ? '' : ` at ${problem.location}`
  throw new WireError(
    'InvalidDefinition',
    `Invalid State Machine Definition: '${problem.code}: ${problem.message}${place}'`,
  )
}

function publish(engine: StepFunctionsEngine, machine: Machine, description: string | undefined): Version {
  const { machines } = engine
  const [newest] = machines.versions(machine.arn)
  const same =
    newest !== undefined &&
    newest.definition === machine.definition &&
    newest.roleArn === machine.roleArn &&
    newest.revisionId === machine.revisionId
  if (same) return newest
  const number = machine.lastVersion + 1
  const version: Version = {
    arn: `${machine.arn}:${number}`,
    machineArn: machine.arn,
    number,
    createdAt: engine.now(),
    definition: machine.definition,
    roleArn: machine.roleArn,
    revisionId: machine.revisionId,
    description,
  }
  engine.options.store.transaction(() => {
    machines.saveVersion(version)
    machines.save({ ...machine, lastVersion: number })
  })
  return version
}

function created(machine: Machine, version: Version | undefined): Answer {
  return {
    stateMachineArn: machine.arn,
    creationDate: seconds(machine.createdAt),
    ...given('stateMachineVersionArn', version?.arn),
  }
}

/** Same name, definition and role again: the same machine. Anything else under the name: StateMachineAlreadyExists. */
export function createStateMachine(engine: StepFunctionsEngine, input: Fields): Answer {
  const { region, account } = engine.options
  const name = text(input, 'name')
  const roleArn = text(input, 'roleArn')
  const arn = `arn:aws:states:${region}:${account}:stateMachine:${name}`
  if (optionalText(input, 'type') === 'EXPRESS')
    throw new WireError('InvalidDefinition', 'The local runtime runs STANDARD state machines only')
  if (input['versionDescription'] !== undefined && input['publish'] !== true)
    throw new WireError('ValidationException', 'Version description can only be set when publish is true')
  const definition = accept(engine, text(input, 'definition'))
  const known = engine.machines.machine(arn)
  if (known !== undefined && (known.definition !== definition || known.roleArn !== roleArn))
    throw new WireError('StateMachineAlreadyExists', `State Machine Already Exists: '${arn}'`)
  const at = engine.now()
  const machine: Machine = known ?? {
    arn,
    name,
    type: 'STANDARD',
    definition,
    roleArn,
    createdAt: at,
    updatedAt: at,
    lastVersion: 0,
    logging: input['loggingConfiguration'],
    tracing: input['tracingConfiguration'],
  }
  if (known === undefined) engine.machines.save(machine)
  const description = optionalText(input, 'versionDescription')
  return created(machine, input['publish'] === true ? publish(engine, machine, description) : undefined)
}

/** A change of definition or role makes a new revision; running executions keep the one that they started with. */
export function updateStateMachine(engine: StepFunctionsEngine, input: Fields): Answer {
  const machine = machineOf(engine, text(input, 'stateMachineArn'))
  const newText = optionalText(input, 'definition')
  const newRole = optionalText(input, 'roleArn')
  const settings = [input['loggingConfiguration'], input['tracingConfiguration']]
  if (newText === undefined && newRole === undefined && settings.every((s) => s === undefined))
    throw new WireError(
      'MissingRequiredParameter',
      'Either the definition, the role ARN, the LoggingConfiguration, or the TracingConfiguration must be specified',
    )
  const definition = newText === undefined ? machine.definition : accept(engine, newText)
  const roleArn = newRole ?? machine.roleArn
  const changed = definition !== machine.definition || roleArn !== machine.roleArn
  const updated: Machine = {
    ...machine,
    definition,
    roleArn,
    revisionId: changed ? uuid(engine.options.randomBytes(16)) : machine.revisionId,
    updatedAt: engine.now(),
    logging: settings[0] ?? machine.logging,
    tracing: settings[1] ?? machine.tracing,
  }
  engine.machines.save(updated)
  const version =
    input['publish'] === true
      ? publish(engine, updated, optionalText(input, 'versionDescription'))
      : undefined
  return {
    updateDate: seconds(updated.updatedAt),
    ...given('revisionId', updated.revisionId),
    ...given('stateMachineVersionArn', version?.arn),
  }
}

/** Running executions are stopped by the service in time; here they run to their end. */
export function deleteStateMachine(engine: StepFunctionsEngine, input: Fields): Answer {
  engine.machines.remove(text(input, 'stateMachineArn'))
  return {}
}

export function described(engine: StepFunctionsEngine, machine: Machine, revision: Revision): Answer {
  return {
    definition: engine.machines.text(revision.definition),
    encryptionConfiguration: { type: 'AWS_OWNED_KEY' },
    loggingConfiguration: machine.logging ?? { level: 'OFF', includeExecutionData: false },
    name: machine.name,
    ...given('revisionId', revision.revisionId),
    roleArn: revision.roleArn,
    tracingConfiguration: machine.tracing ?? { enabled: false },
  }
}

export function describeStateMachine(engine: StepFunctionsEngine, input: Fields): Answer {
  const arn = text(input, 'stateMachineArn')
  const version = engine.machines.version(arn)
  const machine = machineOf(engine, version?.machineArn ?? arn)
  return {
    ...described(engine, machine, version ?? machine),
    ...given('description', version?.description),
    creationDate: seconds((version ?? machine).createdAt),
    stateMachineArn: arn,
    status: 'ACTIVE',
    type: machine.type,
  }
}

export function listStateMachines(engine: StepFunctionsEngine, input: Fields): Answer {
  const { items, next } = page(input, engine.machines.list(), 1024)
  const stateMachines = items.map((m) => ({
    stateMachineArn: m.arn,
    name: m.name,
    type: m.type,
    creationDate: seconds(m.createdAt),
  }))
  return { stateMachines, ...next }
}

export function publishVersion(engine: StepFunctionsEngine, input: Fields): Answer {
  const machine = machineOf(engine, text(input, 'stateMachineArn'))
  const revision = optionalText(input, 'revisionId')
  const current = machine.revisionId ?? 'INITIAL'
  if (revision !== undefined && revision !== current)
    throw new WireError(
      'ConflictException',
      `Failed to publish the State Machine version for revision ${revision}. The current State Machine revision is ${current}.`,
    )
  const version = publish(engine, machine, optionalText(input, 'description'))
  return { stateMachineVersionArn: version.arn, creationDate: seconds(version.createdAt) }
}

export function listVersions(engine: StepFunctionsEngine, input: Fields): Answer {
  const arn = text(input, 'stateMachineArn')
  const { items, next } = page(input, engine.machines.versions(arn), 1024)
  const stateMachineVersions = items.map((v) => ({
    stateMachineVersionArn: v.arn,
    creationDate: seconds(v.createdAt),
  }))
  return { stateMachineVersions, ...next }
}

export function deleteVersion(engine: StepFunctionsEngine, input: Fields): Answer {
  const arn = text(input, 'stateMachineVersionArn')
  const machineArn = arn.slice(0, arn.lastIndexOf(':'))
  const aliases = engine.machines
    .aliases(machineArn)
    .filter((alias) => alias.routing.some((r) => r.stateMachineVersionArn === arn))
  if (aliases.length > 0)
    throw new WireError(
      'ConflictException',
      `Version to be deleted must not be referenced by an alias. Current list of aliases referencing this version: [${aliases.map((a) => a.name).join(', ')}]`,
    )
  engine.machines.removeVersion(arn)
  return {}
}

export function validateDefinition(_engine: StepFunctionsEngine, input: Fields): Answer {
  const diagnostics = checkDefinition(String(input['definition'] ?? ''))
  return { result: diagnostics.length === 0 ? 'OK' : 'FAIL', diagnostics, truncated: false }
}
