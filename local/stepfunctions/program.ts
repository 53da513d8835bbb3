/** A state machine definition, checked, with every expression compiled: what an execution runs. */
import { prepare, type Template } from './template.ts'

export type StateType = 'Pass' | 'Task' | 'Choice' | 'Wait' | 'Succeed' | 'Fail' | 'Parallel' | 'Map'

/** How a Task reaches its service. */
export type Integration = 'sqs' | 'sqs-token' | 'lambda' | 'lambda-direct'

export interface Retrier {
  readonly errors: readonly string[]
  readonly interval: number
  readonly rate: number
  readonly attempts: number
  readonly maxDelay: number
  readonly fullJitter: boolean
}

/** What a state, a choice rule or a catcher does on its way out. */
export interface Exit {
  readonly output?: Template | undefined
  readonly assign?: Template | undefined
  readonly next?: string | undefined
}

export interface Catcher extends Exit {
  readonly errors: readonly string[]
}

export interface ChoiceRule extends Exit {
  readonly condition: Template
}

export interface State extends Exit {
  readonly name: string
  readonly type: StateType
  readonly retriers: readonly Retrier[]
  readonly catchers: readonly Catcher[]
  readonly choices: readonly ChoiceRule[]
  readonly integration?: Integration | undefined
  readonly resource: string
  /** Templates of the fields that this state's type has: Arguments, TimeoutSeconds, Seconds, Items, Error … */
  readonly fields: Readonly<Record<string, Template>>
  /** Numbers of the scopes of its branches, or of its item processor. */
  readonly branches: readonly number[]
}

/** One `States` block: the machine's own, a branch's, an item processor's. */
export interface Block {
  readonly startAt: string
  readonly states: ReadonlyMap<string, State>
}

export interface Program {
  readonly blocks: readonly Block[]
  readonly timeoutSeconds?: number | undefined
}

type Json = Readonly<Record<string, unknown>>
type Functions = Readonly<Record<string, unknown>>

const fieldNames = [
  'Arguments',
  'TimeoutSeconds',
  'HeartbeatSeconds',
  'Seconds',
  'Timestamp',
  'Error',
  'Cause',
  'Items',
  'ItemSelector',
  'MaxConcurrency',
  'ToleratedFailureCount',
  'ToleratedFailurePercentage',
]

/** Which integration a Resource names, or undefined where the runtime has none. */
export function integrationOf(resource: string): Integration | undefined {
  if (resource === 'arn:aws:states:::sqs:sendMessage') return 'sqs'
  if (resource === 'arn:aws:states:::sqs:sendMessage.waitForTaskToken') return 'sqs-token'
  if (resource === 'arn:aws:states:::lambda:invoke') return 'lambda'
  return /^arn:[^:]*:lambda:/.test(resource) ? 'lambda-direct' : undefined
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? (value as Json[]) : [])
const optional = (value: unknown): number | undefined => (typeof value === 'number' ? value : undefined)

function retrier(json: Json): Retrier {
  return {
    errors: json['ErrorEquals'] as string[],
    interval: optional(json['IntervalSeconds']) ?? 1,
    rate: optional(json['BackoffRate']) ?? 2,
    attempts: optional(json['MaxAttempts']) ?? 3,
    maxDelay: optional(json['MaxDelaySeconds']) ?? Number.POSITIVE_INFINITY,
    fullJitter: json['JitterStrategy'] === 'FULL',
  }
}

class Builder {
  readonly blocks: Block[] = []
  private readonly functions: Functions

  constructor(functions: Functions) {
    this.functions = functions
  }

  block(json: Json): number {
    const index = this.blocks.length
    const states = new Map<string, State>()
    this.blocks.push({ startAt: String(json['StartAt']), states })
    for (const [name, state] of Object.entries(json['States'] as Record<string, Json>))
      states.set(name, this.state(name, state))
    return index
  }

  private state(name: string, json: Json): State {
    const type = json['Type'] as StateType
    const resource = typeof json['Resource'] === 'string' ? json['Resource'] : ''
    const processor = json['ItemProcessor'] ?? json['Iterator']
    const inner = type === 'Parallel' ? list(json['Branches']) : type === 'Map' ? [processor as Json] : []
    const fields: Record<string, Template> = {}
    for (const field of fieldNames)
      if (json[field] !== undefined) fields[field] = prepare(json[field], field, this.functions)
    return {
      name,
      type,
      resource,
      integration: integrationOf(resource),
      fields,
      ...this.exit(json, ''),
      next: (type === 'Choice' ? json['Default'] : json['Next']) as string | undefined,
      retriers: list(json['Retry']).map(retrier),
      catchers: list(json['Catch']).map((c, i) => ({
        ...this.exit(c, `Catch[${i}]/`),
        errors: c['ErrorEquals'] as string[],
      })),
      choices: list(json['Choices']).map((c, i) => ({
        ...this.exit(c, `Choices[${i}]/`),
        condition: prepare(c['Condition'], `Choices[${i}]/Condition`, this.functions),
      })),
      branches: inner.map((branch) => this.block(branch)),
    }
  }

  private exit(json: Json, prefix: string): Exit {
    const part = (field: string): Template | undefined =>
      json[field] === undefined ? undefined : prepare(json[field], `${prefix}${field}`, this.functions)
    return { output: part('Output'), assign: part('Assign'), next: json['Next'] as string | undefined }
  }
}

/** Prepares a definition that `checkDefinition` found nothing wrong with. */
export function buildProgram(definition: Json, functions: Functions): Program {
  const builder = new Builder(functions)
  builder.block(definition)
  return { blocks: builder.blocks, timeoutSeconds: optional(definition['TimeoutSeconds']) }
}
