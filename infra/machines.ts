import { RemovalPolicy, Stack, Validations } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { LogGroup, RetentionDays } from 'aws-cdk-lib/aws-logs'
import {
  type CfnStateMachine,
  CfnStateMachineVersion,
  DefinitionBody,
  LogLevel,
  StateMachine,
  StateMachineType,
} from 'aws-cdk-lib/aws-stepfunctions'
import { Construct } from 'constructs'
import type { CompiledSequence } from './compiled.ts'
import type { OpenGrants } from './open-grants.ts'
import type { Queues } from './queues.ts'

/** A machine bears the name of its sequence, so that it is found in the console. */
const machinePrefix = 'tendril-'

export interface MachinesProps {
  readonly sequences: readonly CompiledSequence[]
  readonly queues: Queues
  readonly open: OpenGrants
}

/** One state machine per sequence; each definition is a version that its enrolments keep to their end. */
export class Machines extends Construct {
  readonly byId = new Map<string, StateMachine>()
  /** The ARN of the version that this deployment publishes, by sequence. */
  readonly versionArns: Record<string, string> = {}

  constructor(scope: Construct, id: string, props: MachinesProps) {
    super(scope, id)
    const role = this.#role(props)
    const log = new LogGroup(this, 'Log', {
      retention: RetentionDays.ONE_MONTH,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    for (const spec of props.sequences) this.#one(spec, role, log, props.queues)
    Validations.of(this).acknowledge({
      id: 'AwsSolutions-SF1',
      reason:
        'A sequence waits by a time-out that is caught: at level ALL or ERROR every email of every lead would log a normal ' +
        'event, at more cost than the email’s own transition. Nothing is lost: Step Functions keeps each execution’s full ' +
        'history for 90 days, the enrolment item records the outcome of every step for good, and FATAL logs what ends badly, ' +
        'on which an alarm fires.',
    })
  }

  /** All a machine does is to put a message on the send queue. */
  #role({ queues, open }: MachinesProps): Role {
    return new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('states.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': Stack.of(this).account } },
      }),
      managedPolicies: [open.machineTelemetry],
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: [queues.named('send').queueArn],
            }),
          ],
        }),
      },
    })
  }

  #one({ id, definition }: CompiledSequence, role: Role, log: LogGroup, queues: Queues): void {
    const machine = new StateMachine(this, id, {
      stateMachineName: `${machinePrefix}${id}`,
      stateMachineType: StateMachineType.STANDARD,
      definitionBody: DefinitionBody.fromString(definition),
      definitionSubstitutions: { SendQueueUrl: queues.named('send').queueUrl },
      role: role.withoutPolicyUpdates(),
      logs: { destination: log, level: LogLevel.FATAL, includeExecutionData: false },
      tracingEnabled: true,
      // A sequence taken out of the files still carries the leads that are in it.
      removalPolicy: RemovalPolicy.RETAIN,
    })
    const resource = machine.node.defaultChild as CfnStateMachine
    // A change of the revision makes a new version; the ones before stay for those who began with them.
    const version = new CfnStateMachineVersion(machine, 'Version', {
      stateMachineArn: machine.stateMachineArn,
      stateMachineRevisionId: resource.attrStateMachineRevisionId,
    })
    version.applyRemovalPolicy(RemovalPolicy.RETAIN)
    this.byId.set(id, machine)
    this.versionArns[id] = version.ref
  }
}
