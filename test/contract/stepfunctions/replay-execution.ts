/** Replays one recorded execution and answers how it differs. */
import { type Bindings, differences } from './comparing.ts'
import { harness, type Json, outcome, runnable, waitingToken } from './harness.ts'

export interface ExecutionCase {
  readonly id: string
  readonly definition: Json
  readonly restated?: Json
  readonly input: unknown
  readonly given: readonly { readonly resource: string; readonly outcomes: readonly Json[] }[]
  readonly expected: Json & { readonly status: string; readonly events: readonly Json[] }
  readonly unordered?: string
}

const day = 24 * 3600 * 1000
const jsonText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value))

/** Cases whose events lost their order have no `given`: what the service did is read off their events. */
function givenOf(recorded: ExecutionCase): { resource: string; outcomes: Json[] }[] {
  if (recorded.given.length > 0)
    return runnable(recorded.given).map((g) => ({ ...g, outcomes: [...g.outcomes] }))
  return recorded.expected.events
    .filter((event) => event['type'] === 'TaskFailed')
    .map((event) => {
      const { error, cause } = event['taskFailedEventDetails'] as Json
      return { resource: 'lambda:invoke', outcomes: [{ serviceFailed: { error, cause } }] }
    })
}

export async function replayExecution(recorded: ExecutionCase): Promise<string[]> {
  const given = givenOf(recorded)
  const callbacks: Json[] = []
  const next = (direct: boolean): unknown => {
    const task = given.shift()
    if (task === undefined) throw new Error('more calls than were recorded')
    const [first, ...rest] = task.outcomes
    callbacks.push(...rest.filter((o) => o['noAnswer'] === undefined))
    return outcome(first!, direct)
  }
  const { clock, service } = harness(
    async () => next(false) as Json,
    async (name) => {
      const direct = given[0]?.resource.startsWith('arn:') ?? false
      const result = next(direct)
      if (direct) return typeof result === 'string' ? JSON.parse(result) : result
      return (result as Json | undefined)?.['Payload'] ?? name
    },
  )
  const definition = JSON.stringify(runnable(recorded.restated ?? recorded.definition))
  const { stateMachineArn } = await service.call('CreateStateMachine', {
    name: 'machine',
    roleArn: 'role',
    definition,
  })
  const input = jsonText(runnable(recorded.input))
  const { executionArn } = await service.call('StartExecution', { stateMachineArn, name: 'run', input })
  await clock.drain()
  for (const callback of callbacks) {
    const taskToken = waitingToken(service.engine.ledger.byArn(String(executionArn))!.root)
    const done = callback['SendTaskSuccess']
    const output = jsonText(done ?? '').replaceAll('{{TaskToken:1}}', String(taskToken))
    if (done !== undefined) await service.call('SendTaskSuccess', { taskToken, output })
    else await service.call('SendTaskFailure', { taskToken, ...(callback['SendTaskFailure'] as Json) })
    await clock.drain()
  }
  await clock.advance(clock.now() + day)
  const described = await service.call('DescribeExecution', { executionArn })
  const { events } = await service.call('GetExecutionHistory', { executionArn, maxResults: 1000 })
  return compare(recorded, described, events as Json[])
}

function compare(recorded: ExecutionCase, described: Json, events: readonly Json[]): string[] {
  const bindings: Bindings = new Map()
  const { events: expected, describeExecution, ...outcomes } = recorded.expected
  const found = Object.entries(outcomes).flatMap(([key, value]) =>
    differences(value, described[key], new Map(), key),
  )
  for (const key of ['output', 'error', 'cause'])
    if (!(key in outcomes) && described[key] !== undefined) found.push(`${key} is not in the recording`)
  if (describeExecution !== undefined)
    found.push(...differences(describeExecution, described, new Map(), 'describeExecution'))
  const ordered = runnable([...expected])
  if (recorded.unordered !== undefined) found.push(...asSet(ordered, events, true))
  else if (interleaves(recorded)) found.push(...asSet(ordered, events, false))
  else found.push(...differences(ordered, events, bindings, 'events'))
  return found
}

/** A Map whose items run side by side may write their events in any order. */
function interleaves(recorded: ExecutionCase): boolean {
  const text = JSON.stringify(recorded.restated ?? recorded.definition)
  return text.includes('"Type":"Map"') && !text.includes('"MaxConcurrency"')
}

function withoutIds({ id: _, previousEventId: __, ...rest }: Json): Json {
  return rest
}

/**
 * Every recorded event has one like it. With `kept`, events that kept their id are found at that very id, and the
 * fan-out's own closing events, which the recording lost, may be more.
 */
function asSet(expected: readonly Json[], actual: readonly Json[], kept: boolean): string[] {
  const left = [...actual]
  const found: string[] = []
  for (const event of expected) {
    const exact = kept && typeof event['id'] === 'number'
    const match = left.findIndex((candidate) => {
      const pair = exact ? [event, candidate] : [withoutIds(event), withoutIds(candidate)]
      return differences(pair[0], pair[1], new Map()).length === 0
    })
    if (match < 0) found.push(`no event like ${JSON.stringify(event)}`)
    else left.splice(match, 1)
  }
  const lost = /^ParallelState(Started|Succeeded|Failed|Exited)$/
  const extra = left.filter((event) => !(kept && lost.test(String(event['type']))))
  return [...found, ...extra.map((event) => `not recorded: ${JSON.stringify(event)}`)]
}
