/** An engine whose queue and functions answer what a recording says they answered. */
import { VirtualClock } from '../../../local/clock.ts'
import { StepFunctionsService } from '../../../local/stepfunctions/service.ts'
import { type Frame, NoAnswer, TaskFault } from '../../../local/stepfunctions/types.ts'
import { Store } from '../../../local/store.ts'

export type Json = Record<string, unknown>

export interface Harness {
  readonly clock: VirtualClock
  readonly service: StepFunctionsService
  /** Bodies of the messages sent and not yet received. */
  readonly messages: string[]
}

type Reply = (input: Json) => Promise<Json>

/** `send` and `invoke` are the ports; random bits come from a fixed sequence. */
export function harness(send: Reply, invoke: (name: string, payload: unknown) => Promise<unknown>): Harness {
  const clock = new VirtualClock({ start: Date.parse('2026-11-21T19:12:00Z'), wall: () => 0 })
  let seed = 1
  const randomBytes = (n: number): Uint8Array =>
    Uint8Array.from({ length: n }, () => {
      seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
      return seed >> 16
    })
  const messages: string[] = []
  const service = new StepFunctionsService({
    clock,
    store: new Store(':memory:', ''),
    region: 'us-east-1',
    account: '000000000000',
    randomBytes,
    invokeLambda: invoke,
    sendMessage: async (input) => {
      messages.push(input.MessageBody)
      return send({ ...input })
    },
  })
  return { clock, service, messages }
}

/** Python's way to write JSON, which is how functions named directly were recorded to word their errors. */
function spaced(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(spaced).join(', ')}]`
  if (typeof value === 'object' && value !== null)
    return `{${Object.entries(value)
      .map(([k, v]) => `${JSON.stringify(k)}: ${spaced(v)}`)
      .join(', ')}}`
  return JSON.stringify(value)
}

/** What a service did, from an outcome's `serviceReturned`, `serviceFailed` or `noAnswer`. */
export function outcome(given: Json, direct: boolean): unknown {
  if (given['noAnswer'] !== undefined) throw new NoAnswer()
  const failed = given['serviceFailed'] as { error?: string; cause?: unknown } | undefined
  if (failed === undefined) return given['serviceReturned']
  const { error, cause } = failed
  const write = direct ? spaced : JSON.stringify
  throw new TaskFault({
    error,
    cause: typeof cause === 'object' ? write(cause) : (cause as string | undefined),
  })
}

/** The token of a task that waits for its callback, if there is one. */
export function waitingToken(frame: Frame): string | undefined {
  if (frame.step === 'awaiting') return frame.token
  for (const child of frame.children ?? []) {
    const token = waitingToken(child)
    if (token !== undefined) return token
  }
  return undefined
}

/** Replaces the placeholders whose form matters to the engine. */
export function runnable<T>(value: T): T {
  const text = JSON.stringify(value)
    .replaceAll('{{region}}', 'us-east-1')
    .replaceAll('{{account}}', '000000000000')
    .replaceAll('{{partition}}', 'aws')
    .replace(
      /\{\{FunctionArn:\{\{FunctionName:(\w+)\}\}\}\}/g,
      'arn:aws:lambda:us-east-1:000000000000:function:$1',
    )
    .replace(/\{\{FunctionArn:(\w+)\}\}/g, 'arn:aws:lambda:us-east-1:000000000000:function:$1')
    .replace(/\{\{execution-name\}\}/g, 'execution-1')
    .replace(/\{\{repeat:(.):(\d+)\}\}/g, (_, c: string, n: string) => c.repeat(Number(n)))
  return JSON.parse(text) as T
}
