/** The actions on aliases of state machines. */
import { WireError } from '../wire.ts'
import type { StepFunctionsEngine } from './engine.ts'
import { machineOf } from './machine-actions.ts'
import type { Alias } from './machines.ts'
import { type Fields, given, optionalText, page, seconds, text } from './requests.ts'

type Answer = Record<string, unknown>

function missing(): WireError {
  return new WireError('ResourceNotFound', 'Request references a resource that does not exist.')
}

function aliasOf(engine: StepFunctionsEngine, input: Fields): Alias {
  const alias = engine.machines.alias(text(input, 'stateMachineAliasArn'))
  if (alias === undefined) throw missing()
  return alias
}

/** One version, or two whose weights sum to 100, all of one machine. Throws ValidationException, ResourceNotFound. */
function routingOf(engine: StepFunctionsEngine, input: Fields): Alias['routing'] {
  const routing = input['routingConfiguration'] as Alias['routing']
  const sum = routing.reduce((total, route) => total + route.weight, 0)
  const machines = new Set(
    routing.map((route) => engine.machines.version(route.stateMachineVersionArn)?.machineArn),
  )
  if (machines.has(undefined)) throw missing()
  if (routing.length < 1 || routing.length > 2 || sum !== 100 || machines.size !== 1)
    throw new WireError('ValidationException', 'Sum of routing configuration weights must equal 100')
  return routing
}

export function createAlias(engine: StepFunctionsEngine, input: Fields): Answer {
  const routing = routingOf(engine, input)
  const versionArn = routing[0]?.stateMachineVersionArn ?? ''
  const machine = machineOf(engine, versionArn.slice(0, versionArn.lastIndexOf(':')))
  const name = text(input, 'name')
  const arn = `${machine.arn}:${name}`
  const known = engine.machines.alias(arn)
  if (known !== undefined && JSON.stringify(known.routing) !== JSON.stringify(routing))
    throw new WireError(
      'ConflictException',
      'Failed to create alias because an alias with the same name exists',
    )
  const at = engine.now()
  const n = (engine.machines.aliases(machine.arn).at(-1)?.n ?? 0) + 1
  const description = optionalText(input, 'description')
  const alias = known ?? {
    arn,
    machineArn: machine.arn,
    name,
    n,
    description,
    routing,
    createdAt: at,
    updatedAt: at,
  }
  if (known === undefined) engine.machines.saveAlias(alias)
  return { stateMachineAliasArn: arn, creationDate: seconds(alias.createdAt) }
}

export function updateAlias(engine: StepFunctionsEngine, input: Fields): Answer {
  const alias = aliasOf(engine, input)
  const updatedAt = engine.now()
  const routing = input['routingConfiguration'] === undefined ? alias.routing : routingOf(engine, input)
  const description = optionalText(input, 'description') ?? alias.description
  engine.machines.saveAlias({ ...alias, routing, description, updatedAt })
  return { updateDate: seconds(updatedAt) }
}

export function describeAlias(engine: StepFunctionsEngine, input: Fields): Answer {
  const alias = aliasOf(engine, input)
  return {
    stateMachineAliasArn: alias.arn,
    name: alias.name,
    ...given('description', alias.description),
    routingConfiguration: alias.routing,
    creationDate: seconds(alias.createdAt),
    updateDate: seconds(alias.updatedAt),
  }
}

export function deleteAlias(engine: StepFunctionsEngine, input: Fields): Answer {
  engine.machines.removeAlias(text(input, 'stateMachineAliasArn'))
  return {}
}

export function listAliases(engine: StepFunctionsEngine, input: Fields): Answer {
  const { items, next } = page(input, engine.machines.aliases(text(input, 'stateMachineArn')), 1024)
  const stateMachineAliases = items.map((a) => ({
    stateMachineAliasArn: a.arn,
    creationDate: seconds(a.createdAt),
  }))
  return { stateMachineAliases, ...next }
}
