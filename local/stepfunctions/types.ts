/** The data of the Step Functions runtime: executions are plain objects that JSON can carry, and nothing hides in a promise. */

/** An execution's status, as the service names them. */
export type Status = 'RUNNING' | 'SUCCEEDED' | 'FAILED' | 'TIMED_OUT' | 'ABORTED'

/** Where a frame stands inside its state. */
export type Step =
  | 'entered'
  | 'scheduled'
  | 'sending'
  | 'awaiting'
  | 'waiting'
  | 'backoff'
  | 'children'
  | 'done'
  | 'failed'
  | 'aborted'

/** Why a state failed. An absent error or cause stays absent in events and is null in `$states.errorOutput`. */
export interface Failure {
  readonly error?: string | undefined
  readonly cause?: string | undefined
}

/** What a callback said before the service's answer to the send was recorded. */
export interface Answer {
  readonly output?: string | undefined
  readonly failure?: Failure | undefined
}

/** The present item of a Map. */
export interface MapItem {
  readonly index: number
  readonly value: unknown
}

/** One thread of an execution: the root, a branch of a Parallel, an iteration of a Map. Inputs and outputs are JSON text. */
export interface Frame {
  readonly id: number
  readonly scope: number
  state: string
  step: Step
  input: string
  variables: Record<string, unknown>
  /** Id of the newest event of this thread, of the one before the state was entered, and of the entry itself. */
  last: number
  before: number
  entered: number
  enteredAt: number
  /** Attempts used by each retrier, and in all. */
  retries: number[]
  retryCount: number
  output?: string | undefined
  token?: string | undefined
  /** Number of tries to reach the service: a late answer to an older one is ignored. */
  attempt: number
  /** What is still to be sent, as JSON text: present from the moment it is scheduled until the answer is recorded. */
  request?: string | undefined
  answer?: Answer | undefined
  /** Instants in milliseconds since 1970: end of a wait, a back-off or a time-out; end of the heartbeat. */
  due?: number | undefined
  heartbeatDue?: number | undefined
  heartbeatSeconds?: number | undefined
  item?: MapItem | undefined
  children?: Frame[] | undefined
  /** JSON text of a Map's items, how many were started, and how many may run at once. */
  items?: string | undefined
  started?: number | undefined
  concurrency?: number | undefined
}

export interface Execution {
  readonly id: number
  readonly arn: string
  readonly name: string
  readonly machineArn: string
  readonly machineName: string
  readonly versionArn?: string | undefined
  readonly aliasArn?: string | undefined
  readonly definition: string
  readonly roleArn: string
  readonly input: string
  readonly startedAt: number
  status: Status
  stoppedAt?: number | undefined
  output?: string | undefined
  failure?: Failure | undefined
  redriveCount: number
  redrivenAt?: number | undefined
  /** Id of the newest event; frames ever made; states entered and retried, which is what AWS bills. */
  events: number
  frames: number
  transitions: number
  /** When the machine's own TimeoutSeconds ends it. */
  deadline?: number | undefined
  root: Frame
}

/** One event of the history, details under the key that the service uses. `timestamp` in seconds. */
export interface HistoryEvent {
  readonly timestamp: number
  readonly type: string
  readonly id: number
  readonly previousEventId: number
  readonly [details: string]: unknown
}

/** One message to a queue, as `sqs:SendMessage` takes it. */
export interface SendMessageInput {
  readonly QueueUrl: string
  readonly MessageBody: string
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
  readonly DelaySeconds?: number
  readonly MessageAttributes?: Record<string, unknown>
}

export type SendMessagePort = (input: SendMessageInput) => Promise<Record<string, unknown>>

/** Answers the function's result, or throws a TaskFault with the error and cause of the function. */
export type InvokeLambdaPort = (functionName: string, payload: unknown) => Promise<unknown>

/** Thrown by a port for a call that is never answered: time passes on, and only the Task's time-out ends it. */
export class NoAnswer extends Error {
  override readonly name = 'NoAnswer'
}

/** Thrown by a port to fail a Task with exactly this error and cause; anything else thrown is worded as AWS words it. */
export class TaskFault extends Error {
  override readonly name = 'TaskFault'
  readonly failure: Failure

  constructor(failure: Failure) {
    super(failure.cause ?? failure.error ?? 'task failed')
    this.failure = failure
  }
}
