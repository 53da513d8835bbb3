import { Stack, Validations } from 'aws-cdk-lib'
import { ManagedPolicy, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'

/**
 * The only policies with a wildcard in a resource: for actions that take no resource at all, and for leads' timers,
 * which have no name yet when the stack is deployed.
 */
export class OpenGrants extends Construct {
  /** X-Ray for a function: its actions take no resource. */
  readonly tracing: ManagedPolicy
  /** X-Ray and log delivery for a machine: their actions take no resource. */
  readonly machineTelemetry: ManagedPolicy
  /** Answers task tokens: the actions take no resource, the token itself is the key. */
  readonly answering: ManagedPolicy
  /** Reads what the account has sent and may send: the action takes no resource. */
  readonly quota: ManagedPolicy
  /** Sets leads' timers in the group `tendril`. */
  readonly scheduling: ManagedPolicy

  constructor(scope: Construct, id: string) {
    super(scope, id)
    const timers = Stack.of(this).formatArn({
      service: 'scheduler',
      resource: 'schedule',
      resourceName: 'tendril/*',
    })
    this.tracing = this.#policy('Tracing', xray, '*')
    this.machineTelemetry = this.#policy('MachineTelemetry', [...xray, ...sampling, ...logDelivery], '*')
    this.answering = this.#policy('Answering', ['states:SendTaskSuccess', 'states:SendTaskFailure'], '*')
    this.quota = this.#policy('Quota', ['ses:GetAccount'], '*')
    this.scheduling = this.#policy('Scheduling', scheduling, timers)
    Validations.of(this).acknowledge(
      {
        id: 'AwsSolutions-IAM5[Resource::*]',
        reason:
          'X-Ray, delivery of Step Functions logs, answering a task token and reading the sending quota take no resource in ' +
          'IAM (service authorization reference), so theirs can only be *. The log delivery actions are the ones that Step Functions documents; only the ' +
          'machines’ role holds them, and only Step Functions may assume it. A task is answered with its token, an unguessable ' +
          'text of several hundred characters. These are the only statements on *: a test refuses any other.',
      },
      {
        id: `AwsSolutions-IAM5[Resource::${flat(this, timers)}]`,
        reason:
          'Timers are created at run time and named after what they are for: a lead, or a read of a provider or a webhook that ' +
          'is to be repeated. The grant covers three actions on the timers of one schedule group that belongs to this application ' +
          'alone, and the role that a timer runs with can do nothing but put a message on three queues.',
      },
    )
  }

  #policy(id: string, actions: readonly string[], resource: string): ManagedPolicy {
    return new ManagedPolicy(this, id, {
      statements: [new PolicyStatement({ actions: [...actions], resources: [resource] })],
    })
  }
}

/** An ARN as the checks spell it: references in angle brackets. */
const flat = (scope: Construct, arn: string): string => {
  const resolved: unknown = Stack.of(scope).resolve(arn)
  if (typeof resolved === 'string') return resolved
  const parts = (resolved as { 'Fn::Join': [string, (string | { Ref: string })[]] })['Fn::Join'][1]
  return parts.map((part) => (typeof part === 'string' ? part : `<${part.Ref}>`)).join('')
}

const xray = ['xray:PutTraceSegments', 'xray:PutTelemetryRecords']
const sampling = ['xray:GetSamplingRules', 'xray:GetSamplingTargets']
const logDelivery = [
  'logs:CreateLogDelivery',
  'logs:GetLogDelivery',
  'logs:UpdateLogDelivery',
  'logs:DeleteLogDelivery',
  'logs:ListLogDeliveries',
  'logs:PutResourcePolicy',
  'logs:DescribeResourcePolicies',
  'logs:DescribeLogGroups',
]
const scheduling = ['scheduler:CreateSchedule', 'scheduler:UpdateSchedule', 'scheduler:DeleteSchedule']
