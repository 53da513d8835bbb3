/** An engine for tests: its queue keeps what is sent, its functions are given, its time is virtual. */
import { VirtualClock } from '../../../local/clock.ts'
import { StepFunctionsService } from '../../../local/stepfunctions/service.ts'
import type { SendMessageInput } from '../../../local/stepfunctions/types.ts'
import { Store } from '../../../local/store.ts'

export type Json = Record<string, unknown>

export const second = 1000
export const day = 24 * 3600 * second
export const start = Date.parse('2026-03-02T08:00:00Z')
export const queueUrl = 'http://127.0.0.1/queue/email.fifo'

export interface Bench {
  readonly clock: VirtualClock
  readonly service: StepFunctionsService
  readonly sent: SendMessageInput[]
  readonly store: Store
}

export interface BenchOptions {
  readonly file?: string
  readonly at?: number
  readonly seed?: number
  readonly invoke?: (name: string, payload: unknown) => Promise<unknown>
  readonly send?: (input: SendMessageInput) => Promise<Json>
}

export function bench(options: BenchOptions = {}): Bench {
  const clock = new VirtualClock({ start: options.at ?? start, wall: () => 0 })
  const store = new Store(options.file ?? ':memory:', '')
  const sent: SendMessageInput[] = []
  let seed = options.seed ?? 7
  const service = new StepFunctionsService({
    clock,
    store,
    region: 'eu-central-1',
    account: '123456789012',
    randomBytes: (n) =>
      Uint8Array.from({ length: n }, () => {
        seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
        return seed >> 16
      }),
    invokeLambda: options.invoke ?? (async (_, payload) => payload),
    sendMessage: async (input) => {
      const answer = options.send === undefined ? {} : await options.send(input)
      sent.push(input)
      return { MessageId: `m-${sent.length}`, ...answer }
    },
  })
  return { clock, service, sent, store }
}

/** Makes a machine of these states; answers its ARN. */
export async function machine(b: Bench, states: Json, more: Json = {}): Promise<string> {
  const definition = { QueryLanguage: 'JSONata', StartAt: Object.keys(states)[0], States: states, ...more }
  const made = await b.service.call('CreateStateMachine', {
    name: 'welcome',
    roleArn: 'arn:aws:iam::123456789012:role/engine',
    definition: JSON.stringify(definition),
  })
  return String(made['stateMachineArn'])
}

/** Starts an execution and lets it go as far as it can now; answers its ARN. */
export async function run(
  b: Bench,
  stateMachineArn: string,
  input: unknown = {},
  name?: string,
): Promise<string> {
  const given = { stateMachineArn, input: JSON.stringify(input), ...(name === undefined ? {} : { name }) }
  const { executionArn } = await b.service.call('StartExecution', given)
  await b.clock.drain()
  return String(executionArn)
}

export async function describeRun(b: Bench, executionArn: string): Promise<Json> {
  return b.service.call('DescribeExecution', { executionArn })
}

export async function history(b: Bench, executionArn: string): Promise<Json[]> {
  const { events } = await b.service.call('GetExecutionHistory', { executionArn, maxResults: 1000 })
  return events as Json[]
}

export async function types(b: Bench, executionArn: string): Promise<string[]> {
  return (await history(b, executionArn)).map((event) => String(event['type']))
}

/** The token in the newest message. */
export function tokenOf(b: Bench, index = -1): string {
  return String((JSON.parse(b.sent.at(index)!.MessageBody) as Json)['token'])
}

/** An email step: sends, then listens for `timeout` seconds (a number or an expression). */
export function email(timeout: unknown, more: Json = {}): Json {
  return {
    Type: 'Task',
    Resource: 'arn:aws:states:::sqs:sendMessage.waitForTaskToken',
    Arguments: {
      QueueUrl: queueUrl,
      MessageGroupId: '{% $states.input.leadId %}',
      MessageDeduplicationId:
        '{% $states.input.leadId & "-" & $string($states.input.n) & "-" & $string($states.context.Execution.RedriveCount) %}',
      MessageBody: { token: '{% $states.context.Task.Token %}', n: '{% $states.input.n %}' },
    },
    TimeoutSeconds: timeout,
    ...more,
  }
}
