/** Checks a state machine definition against the subset that the runtime runs, worded as the service words diagnostics. */
import { compile, isExpression } from './expression.ts'
import { instantOf } from './instant.ts'
import { syntaxProblem } from './json-syntax.ts'
import { integrationOf } from './program.ts'

export interface Diagnostic {
  readonly severity: 'ERROR'
  readonly code: string
  readonly message: string
  readonly location?: string
}

type Json = Readonly<Record<string, unknown>>
type Report = (location: string, message: string, code?: string) => undefined

const types = new Set(['Pass', 'Task', 'Choice', 'Wait', 'Succeed', 'Fail', 'Parallel', 'Map'])
const pathFields =
  /^(InputPath|OutputPath|ResultPath|Parameters|ResultSelector|Result|ItemsPath|.*Path|Variable)$/
const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

const schema = 'SCHEMA_VALIDATION_FAILED'

/** Everything wrong with the definition; empty when it can run. */
export function checkDefinition(text: string): Diagnostic[] {
  if (text.trim() === '')
    return [{ severity: 'ERROR', code: schema, message: 'Definition must be a valid JSON object' }]
  const problem = syntaxProblem(text)
  if (problem !== undefined) {
    const location = `[Source: (String)"${text}"; line: ${problem.line}, column: ${problem.column}]`
    const message = `${problem.message}\n at ${location}`
    return [{ severity: 'ERROR', code: 'INVALID_JSON_DESCRIPTION', location, message }]
  }
  const definition: unknown = JSON.parse(text)
  if (!isObject(definition))
    return [{ severity: 'ERROR', code: schema, message: 'Definition must be a valid JSON object' }]
  const found: Diagnostic[] = []
  const report: Report = (location, message, code = schema) => {
    found.push({ severity: 'ERROR', code, location, message })
  }
  checkBlock(definition, '/', definition['QueryLanguage'] === 'JSONata', report)
  checkSeconds(definition, '/', report)
  return found
}

function checkBlock(block: Json, at: string, jsonata: boolean, report: Report): undefined {
  const missing = ['StartAt', 'States'].filter((field) => block[field] === undefined)
  if (missing.length > 0) return report(at, `These fields are required: [${missing.join(', ')}]`)
  const states = block['States']
  if (!isObject(states)) return report(at, 'Expected value of type Object for States')
  if (states[String(block['StartAt'])] === undefined)
    report(
      `${at === '/' ? '' : at}/StartAt`,
      `MISSING_TRANSITION_TARGET: Missing 'Next' target: ${block['StartAt']}`,
    )
  const root = at === '/' ? '' : at
  for (const [name, state] of Object.entries(states)) {
    const place = `${root}/States/${name}`
    if (isObject(state)) checkState(state, place, new Set(Object.keys(states)), jsonata, report)
    else report(place, 'Expected value of type Object')
  }
}

function checkState(
  state: Json,
  at: string,
  names: Set<string>,
  inherited: boolean,
  report: Report,
): undefined {
  const type = String(state['Type'])
  if (!types.has(type)) return report(at, `Unknown state type: ${type}`)
  const own = state['QueryLanguage']
  if (inherited && own === 'JSONPath')
    return report(at, "'QueryLanguage' can not be 'JSONPath' if set to 'JSONata' for whole state machine")
  const jsonata = inherited || own === 'JSONata'
  if (!jsonata)
    return report(
      at,
      "The local runtime runs JSONata states only: set QueryLanguage to 'JSONata' for the whole machine",
      'JSONPATH_NOT_SUPPORTED',
    )
  for (const field of Object.keys(state))
    if (pathFields.test(field)) report(at, `Field '${field}' is not supported with JSONata`)
  checkTargets(state, type, at, names, report)
  checkByType(state, type, at, report)
  checkSeconds(state, at, report)
  checkExpressions(state, at, report)
  checkInner(state, type, at, jsonata, report)
}

const list = (value: unknown): Json[] => (Array.isArray(value) ? value.filter(isObject) : [])

function checkTargets(state: Json, type: string, at: string, names: Set<string>, report: Report): undefined {
  const targets = [state['Next'], state['Default'], ...list(state['Choices']).map((c) => c['Next'])]
  targets.push(...list(state['Catch']).map((c) => c['Next']))
  for (const target of targets)
    if (target !== undefined && !names.has(String(target)))
      report(at, `Missing 'Next' target: ${String(target)}`, 'MISSING_TRANSITION_TARGET')
  const ends = type === 'Succeed' || type === 'Fail' || type === 'Choice'
  if (!ends && state['Next'] === undefined && state['End'] !== true)
    report(at, "These fields are required: one of 'Next' or 'End'")
  for (const rule of [...list(state['Retry']), ...list(state['Catch'])])
    if (!Array.isArray(rule['ErrorEquals']) || rule['ErrorEquals'].length === 0)
      report(at, 'These fields are required: [ErrorEquals]')
}

function checkByType(state: Json, type: string, at: string, report: Report): undefined {
  if (type === 'Task' && integrationOf(String(state['Resource'])) === undefined)
    report(at, `The resource '${String(state['Resource'])}' is not one that the local runtime has`)
  if (type === 'Choice' && list(state['Choices']).length === 0)
    report(at, 'These fields are required: [Choices]')
  if (type === 'Choice' && list(state['Choices']).some((c) => c['Condition'] === undefined))
    report(at, 'These fields are required: [Condition]')
  if (type === 'Wait' && (state['Seconds'] === undefined) === (state['Timestamp'] === undefined))
    report(at, "Exactly one of 'Seconds' and 'Timestamp' is required")
  const timestamp = state['Timestamp']
  if (typeof timestamp === 'string' && !isExpression(timestamp) && instantOf(timestamp) === undefined)
    report(`${at}/Timestamp`, 'String does not match RFC3339 timestamp')
}

function checkSeconds(state: Json, at: string, report: Report): undefined {
  for (const field of ['TimeoutSeconds', 'HeartbeatSeconds']) {
    const value = state[field]
    if (typeof value === 'number' && !(Number.isInteger(value) && value >= 1 && value <= 99_999_999))
      report(at, `${field} must be an integer from 1 to 99999999`)
  }
}

function checkExpression(text: string, at: string, report: Report): undefined {
  try {
    if (/\$eval\s*\(/.test(compile(text, {}).source)) report(at, 'Function $eval is not supported')
  } catch (error) {
    report(at, `Invalid JSONata expression: ${(error as { message?: string }).message}`, 'INVALID_JSONATA')
  }
}

/** Compiles every expression once; a nested block is left to its own check. */
function checkExpressions(value: unknown, at: string, report: Report): undefined {
  if (typeof value === 'string' && isExpression(value)) checkExpression(value, at, report)
  if (typeof value !== 'object' || value === null) return
  for (const [key, field] of Object.entries(value))
    if (key !== 'States') checkExpressions(field, `${at}/${key}`, report)
}

function checkInner(state: Json, type: string, at: string, jsonata: boolean, report: Report): undefined {
  if (type === 'Parallel')
    for (const [i, branch] of list(state['Branches']).entries())
      checkBlock(branch, `${at}/Branches[${i}]`, jsonata, report)
  if (type !== 'Map') return
  const processor = state['ItemProcessor'] ?? state['Iterator']
  if (!isObject(processor)) return report(at, 'These fields are required: [ItemProcessor]')
  const config = processor['ProcessorConfig']
  if (isObject(config) && config['Mode'] === 'DISTRIBUTED')
    return report(at, 'The local runtime has no distributed Map')
  checkBlock(processor, `${at}/ItemProcessor`, jsonata, report)
}
