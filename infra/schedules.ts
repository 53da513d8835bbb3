import { Stack } from 'aws-cdk-lib'
import { PolicyDocument, PolicyStatement, Role, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import { CfnScheduleGroup } from 'aws-cdk-lib/aws-scheduler'
import { Construct } from 'constructs'
import type { Queues } from './queues.ts'

/** Where a one-shot may put its message. */
export const scheduledQueues = ['timers', 'capture', 'webhooks'] as const

export interface SchedulesProps {
  readonly queues: Queues
}

/** The group of the leads' one-shot timers, and the role by which the scheduler delivers them. */
export class Schedules extends Construct {
  readonly role: Role

  constructor(scope: Construct, id: string, props: SchedulesProps) {
    super(scope, id)
    const stack = Stack.of(this)
    // The functions name the group: it is the one physical name they know.
    new CfnScheduleGroup(this, 'Group', { name: 'tendril' })
    this.role = new Role(this, 'Role', {
      assumedBy: new ServicePrincipal('scheduler.amazonaws.com', {
        conditions: { StringEquals: { 'aws:SourceAccount': stack.account } },
      }),
      description: 'EventBridge Scheduler puts the timer of a lead on its queue',
      inlinePolicies: {
        own: new PolicyDocument({
          statements: [
            new PolicyStatement({
              actions: ['sqs:SendMessage'],
              resources: scheduledQueues.map((name) => props.queues.named(name).queueArn),
            }),
          ],
        }),
      },
    })
  }
}
