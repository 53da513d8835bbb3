/** Replays one recorded sequence of API calls and answers how the answers differ. */
import { WireError } from '../../../local/wire.ts'
import { type Bindings, differences } from './comparing.ts'
import { type Harness, harness, type Json, runnable } from './harness.ts'

interface Step {
  readonly step?: number
  readonly call?: string
  readonly wait?: string
  readonly params?: Json
  readonly restatedDefinition?: Json
  readonly fails?: boolean
  readonly recordedAs?: string
  readonly of?: unknown
}

export interface ApiCase {
  readonly id: string
  readonly given: { readonly steps: readonly Step[] }
  readonly expected: { readonly recorded: Readonly<Record<string, unknown>> }
}

interface Refusal {
  readonly action: string
  readonly error: WireError
}

interface Run extends Harness {
  readonly answers: Map<string, Json>
  readonly originals: Map<string, unknown>
  refused: Refusal | undefined
}

const minute = 60_000
/** Refusals of the recording client itself: the service never saw these calls. */
const clientSide = 'Parameter validation failed'

function filled(value: unknown, run: Run): unknown {
  const text = JSON.stringify(value).replace(/\{\{step:(\d+)\.(\w+)\}\}/g, (_, step: string, field: string) =>
    String(run.answers.get(step)?.[field] ?? ''),
  )
  return JSON.parse(text)
}

function paramsOf(step: Step, run: Run): Json {
  const params = filled(runnable(step.params ?? {}), run) as Json
  const { definition } = params
  if (typeof definition !== 'object' || definition === null) return params
  const stated = runnable(step.restatedDefinition ?? definition)
  const text = JSON.stringify(stated, null, step.fails === true ? 2 : 0)
  run.originals.set(text, definition)
  const named = step.call?.startsWith('run:') ? { name: 'machine', roleArn: 'role' } : {}
  return { ...named, ...params, definition: text }
}

/** The recording made some machines by a helper of its own, which also made their role. */
function actionOf(call: string): string {
  return call.startsWith('run:create_state_machine')
    ? 'CreateStateMachine'
    : call.replace('stepfunctions:', '')
}

async function receive(run: Run): Promise<void> {
  const body = run.messages.shift() ?? '{}'
  const { TaskToken: taskToken } = JSON.parse(body) as Json
  await run.service.call('SendTaskHeartbeat', { taskToken })
  await run.service.call('SendTaskSuccess', { taskToken, output: body })
}

async function take(step: Step, run: Run): Promise<void> {
  if (step.wait !== undefined) {
    await run.clock.drain()
    if (step.wait === 'await_execution_terminated') await run.clock.advance(run.clock.now() + 10 * minute)
  }
  if (step.call === 'sqs:ReceiveMessage') return receive(run)
  if (step.call === undefined) return
  const action = actionOf(step.call)
  run.refused = undefined
  try {
    run.answers.set(String(step.step), await run.service.call(action, paramsOf(step, run)))
  } catch (error) {
    if (!(error instanceof WireError) || step.fails !== true) throw error
    run.refused = { action, error }
  }
  await run.clock.advance(run.clock.now() + 1)
}

/** What the recording's client made of an answer or a refusal. */
function seen(of: unknown, run: Run): unknown {
  if (typeof of === 'string' && !of.startsWith('{{')) return run.answers.get(of)
  const { action, error } = run.refused ?? { action: '', error: new WireError('none', 'was not refused') }
  const line = `An error occurred (${error.name}) when calling the ${action} operation: ${error.message}`
  if (of === '{{error}}') return line
  if (of === '{{error.response}}')
    return { Error: { Code: error.name, Message: error.message }, message: error.message }
  return { exception_typename: error.name, exception_value: line }
}

/** Puts the definition back as the recording has it, where it was run restated. */
function restored(answer: unknown, run: Run): unknown {
  if (typeof answer !== 'object' || answer === null || !('definition' in answer)) return answer
  return { ...answer, definition: run.originals.get(String(answer.definition)) ?? answer.definition }
}

export async function replayApi(recorded: ApiCase): Promise<string[]> {
  const base = harness(
    async () => ({ MessageId: 'm', MD5OfMessageBody: 'd' }),
    async (_, payload) => payload,
  )
  const run: Run = { ...base, answers: new Map(), originals: new Map(), refused: undefined }
  const bindings: Bindings = new Map()
  const found: string[] = []
  for (const step of recorded.given.steps) {
    await take(step, run)
    if (step.recordedAs === undefined) continue
    const expected = recorded.expected.recorded[step.recordedAs]
    if (expected === undefined || JSON.stringify(expected).includes(clientSide)) continue
    const actual = restored(seen(step.of, run), run)
    found.push(...differences(runnable(expected), actual, bindings, step.recordedAs))
  }
  return found
}
