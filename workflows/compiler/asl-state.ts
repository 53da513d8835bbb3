/** The parts of a state: the message it sends, how long it listens, and the words it catches. */

export interface Catcher {
  readonly ErrorEquals: readonly string[]
  readonly Next: string
  readonly Output: string
}

export interface TaskState {
  readonly Type: 'Task'
  readonly Comment: string
  readonly Resource: string
  readonly Arguments: Readonly<Record<string, unknown>>
  readonly TimeoutSeconds?: string
  readonly Retry: readonly unknown[]
  readonly Catch: readonly Catcher[]
  readonly Output?: string
  readonly Next?: string
  readonly End?: true
}

export interface SucceedState {
  readonly Type: 'Succeed'
}

export interface StateMachine {
  readonly Comment: string
  readonly QueryLanguage: 'JSONata'
  readonly StartAt: string
  readonly TimeoutSeconds: number
  readonly States: Readonly<Record<string, TaskState | SucceedState>>
}

export const terminal = {
  completed: 'Completed',
  exited: 'Exited',
  salesReady: 'Handed to sales',
  moved: 'Moved',
} as const

const resource = 'arn:aws:states:::sqs:sendMessage.waitForTaskToken'

/** The next hop by itself: `via` lives for one hop. */
const onward = `{% $merge([$states.input, {'n': $states.input.n + 1, 'via': null}]) %}`
/** The next hop by a divert, whose Cause brings the new plan and `via`. */
const diverted = `{% $merge([$states.input, {'n': $states.input.n + 1, 'via': null}, $parse($states.errorOutput.Cause)]) %}`

/** An execution lives for a year: its states end by this day, and whoever is told then moves on to another. */
const lastDay = 350
/** Past that day a state gives its worker this long to move on. */
const moveSeconds = 86_400

const dueKey = (step: string): string => `$states.input.due.\`${step}\``

/** The first of these steps that the plan holds, as the expressions say; an error when it holds none. */
const planned = (steps: readonly string[], say: (step: string) => string): string =>
  [
    ...steps.map((step) => `$exists(${dueKey(step)}) ? ${say(step)}`),
    `$error('due.${steps.join(', due.')} is missing')`,
  ].join(' : ')

/** Seconds until a stop is due, at least 1; a plan without it is an error, never a short wait. */
export const secondsUntil = (...steps: readonly string[]): string =>
  `{% ($due := ${planned(steps, dueKey)}; $start := $states.context.Execution.StartTime; ` +
  `$last := $exists($start) ? $toMillis($start) / 1000 + ${lastDay * 86_400} : $error('no StartTime'); ` +
  `$now := $millis() / 1000; ` +
  `$max([1, $ceil($min([$due - $now, $max([$last - $now, ${moveSeconds}])]))])) %}`

/** The step that a state is entered for: the one of its steps that the plan holds. */
const stepOf = (steps: readonly string[]): string =>
  steps.length === 1 ? (steps[0] ?? '') : `{% ${planned(steps, (step) => `'${step}'`)} %}`

/**
 * A redrive and a retry come with a new token: were their message dropped as a duplicate of one that SQS took while
 * its answer was lost, nobody would ever answer that token. The worker meets the same n twice and adopts the new one.
 */
const deduplicationId =
  "{% $states.input.enrolmentId & '.' & $states.input.n & '.' & $states.context.Execution.RedriveCount & '.' & $states.context.State.RetryCount %}"

/** The message of domain/enrolment.ts (Hop) on the lead's group of the send queue. */
const messageOf = (op: 'send' | 'hold', steps: readonly string[]): Readonly<Record<string, unknown>> => ({
  QueueUrl: '${SendQueueUrl}',
  MessageGroupId: '{% $states.input.leadId %}',
  MessageDeduplicationId: deduplicationId,
  MessageBody: {
    op,
    token: '{% $states.context.Task.Token %}',
    enrolmentId: '{% $states.input.enrolmentId %}',
    leadId: '{% $states.input.leadId %}',
    step: stepOf(steps),
    n: '{% $states.input.n %}',
    via: '{% $exists($states.input.via) ? $states.input.via : null %}',
  },
})

const retry = [
  {
    ErrorEquals: ['SQS.AmazonSQSException', 'SQS.SdkClientException'],
    IntervalSeconds: 2,
    MaxAttempts: 4,
    BackoffRate: 2,
  },
]

const caught = (names: readonly string[], next: string): Catcher => ({
  ErrorEquals: names,
  Next: next,
  Output: diverted,
})

export interface TaskPlan {
  readonly op: 'send' | 'hold'
  /** Several when they share the state: the plan holds one of them. */
  readonly steps: readonly string[]
  readonly comment: string
  /** Where it goes when the time has come, and the steps whose time that is; none: the worker's word ends it. */
  readonly next?: { readonly state: string; readonly steps: readonly string[] }
  readonly ownHold: string
  readonly replan: string
  /** Divert names of branch paths, with the states they lead to. */
  readonly branches: ReadonlyMap<string, string>
  /** Where an execution that goes on from another one begins: the steps by the states that wait for them. */
  readonly starts: ReadonlyMap<string, readonly string[]>
}

/** One state of the machine. No catch-all: an unknown failure fails the execution, which can be redriven. */
export function taskOf(plan: TaskPlan): TaskState {
  const { next } = plan
  const timeout: readonly Catcher[] = next
    ? [{ ErrorEquals: ['States.Timeout'], Next: next.state, Output: onward }]
    : []
  return {
    Type: 'Task',
    Comment: plan.comment,
    Resource: resource,
    Arguments: messageOf(plan.op, plan.steps),
    ...(next ? { TimeoutSeconds: secondsUntil(...next.steps) } : {}),
    Retry: retry,
    Catch: [
      ...timeout,
      caught(['Tendril.Defer'], plan.ownHold),
      caught(['Tendril.Replan'], plan.replan),
      ...[...plan.branches].map(([path, state]) => caught([`Tendril.Branch.${path}`], state)),
      ...[...plan.starts].map(([state, steps]) =>
        caught(
          steps.map((step) => `Tendril.At.${step}`),
          state,
        ),
      ),
      caught(['Tendril.Move'], terminal.moved),
      caught(['Tendril.Exit'], terminal.exited),
      caught(['Tendril.SalesReady'], terminal.salesReady),
    ],
    ...(next ? { Output: onward, Next: next.state } : { End: true }),
  }
}
