import { Duration, RemovalPolicy } from 'aws-cdk-lib'
import {
  type IManagedPolicy,
  PolicyDocument,
  PolicyStatement,
  Role,
  ServicePrincipal,
} from 'aws-cdk-lib/aws-iam'
import {
  ApplicationLogLevel,
  Architecture,
  Code,
  Function as LambdaFunction,
  LoggingFormat,
  RecursiveLoop,
  Runtime,
  SystemLogLevel,
  Tracing,
} from 'aws-cdk-lib/aws-lambda'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import type { IQueue } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'

export interface TendrilFunctionProps {
  readonly description: string
  /** The folder of its bundle. */
  readonly bundle: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  readonly environment: Readonly<Record<string, string>>
  /** What it may do, besides its log. */
  readonly statements: readonly PolicyStatement[]
  /** Policies with wildcards, from `OpenGrants`. */
  readonly policies: readonly IManagedPolicy[]
  /** Where the input of a failed asynchronous invocation goes. */
  readonly deadLetterQueue?: IQueue
  /** It sends to the queue that it consumes: its own retries, bounded by its own count. */
  readonly feedsItself?: boolean
}

/** One Lambda function with a role, a log group and nothing else of its own. */
export class TendrilFunction extends Construct {
  readonly fn: LambdaFunction

  constructor(scope: Construct, id: string, props: TendrilFunctionProps) {
    super(scope, id)
    const logGroup = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    const role = this.#role(props, logGroup)
    this.fn = new LambdaFunction(this, 'Function', {
      description: props.description,
      runtime: Runtime.NODEJS_24_X,
      architecture: Architecture.ARM_64,
      handler: 'index.handler',
      code: Code.fromAsset(props.bundle),
      timeout: Duration.seconds(props.timeoutSeconds),
      memorySize: props.memoryMb,
      environment: { ...props.environment },
      logGroup,
      loggingFormat: LoggingFormat.JSON,
      applicationLogLevelV2: ApplicationLogLevel.INFO,
      systemLogLevelV2: SystemLogLevel.WARN,
      tracing: Tracing.ACTIVE,
      ...(props.deadLetterQueue && { deadLetterQueue: props.deadLetterQueue }),
      // Lambda stops a chain after 16 rounds unless told that the loop is meant.
      ...(props.feedsItself && { recursiveLoop: RecursiveLoop.ALLOW }),
      // All it may do is in the role above: nothing is added behind its back.
      role: role.withoutPolicyUpdates(),
    })
  }

  #role(props: TendrilFunctionProps, logGroup: LogGroup): Role {
    const log = new PolicyStatement({
      actions: ['logs:CreateLogStream', 'logs:PutLogEvents'],
      resources: [logGroup.logGroupArn],
    })
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('lambda.amazonaws.com'),
      managedPolicies: [...props.policies],
      inlinePolicies: { own: new PolicyDocument({ statements: [log, ...props.statements] }) },
    })
  }
}
