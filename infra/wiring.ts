import { PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { FunctionSpec, TableAccess } from '../functions/topology.ts'
import type { Machines } from './machines.ts'
import type { Mail } from './mail.ts'
import type { Queues } from './queues.ts'
import { type Schedules, scheduledQueues } from './schedules.ts'
import type { TendrilSecret } from './secret.ts'
import { indexNames, type Tables } from './tables.ts'

/** What functions are connected to. */
export interface Wiring {
  readonly tables: Tables
  readonly queues: Queues
  readonly mail: Mail
  readonly schedules: Schedules
  readonly machines: Machines
  readonly secret: TendrilSecret
  /** Without a trailing slash; stands in every mailed link. */
  readonly publicUrl: string
}

const reading = ['dynamodb:GetItem', 'dynamodb:BatchGetItem', 'dynamodb:Query']
const writing = ['dynamodb:PutItem', 'dynamodb:BatchWriteItem', 'dynamodb:UpdateItem', 'dynamodb:DeleteItem']

const allow = (
  actions: readonly string[],
  resources: readonly string[],
  conditions?: Record<string, object>,
) =>
  new PolicyStatement({
    actions: [...actions],
    resources: [...resources],
    ...(conditions && { conditions }),
  })

/** No scan, ever; writes go to the table, reads to its indexes too. */
const tableStatements = (access: TableAccess, arn: string, indexes: readonly string[]): PolicyStatement[] => [
  ...(access === 'none' ? [] : [allow(reading, [arn, ...indexes.map((name) => `${arn}/index/${name}`)])]),
  ...(access === 'readWrite' ? [allow(writing, [arn])] : []),
]

const mailStatement = ({ mail }: Wiring): PolicyStatement =>
  allow(['ses:SendEmail'], mail.arns, { StringLike: { 'ses:FromAddress': [...mail.fromPatterns] } })

const queueStatements = (spec: FunctionSpec, { queues }: Wiring): PolicyStatement[] => {
  const targets = spec.sendsTo.map((name) => queues.named(name).queueArn)
  return [
    ...(targets.length > 0 ? [allow(['sqs:SendMessage'], targets)] : []),
    ...(spec.consumes
      ? [
          allow(
            [
              'sqs:ReceiveMessage',
              'sqs:DeleteMessage',
              'sqs:GetQueueAttributes',
              'sqs:ChangeMessageVisibility',
            ],
            [queues.named(spec.consumes.queue).queueArn],
          ),
        ]
      : []),
  ]
}

/** IAM judges a version by its machine's ARN, so this covers the version that an enrolment pins. */
const startStatements = ({ machines }: Wiring): PolicyStatement[] => {
  const arns = [...machines.byId.values()].map((machine) => machine.stateMachineArn)
  return arns.length > 0 ? [allow(['states:StartExecution'], arns)] : []
}

/** Who is under way: the running executions of any version. */
const listStatements = ({ machines }: Wiring): PolicyStatement[] => {
  const arns = [...machines.byId.values()].map((machine) => machine.stateMachineArn)
  return arns.length > 0 ? [allow(['states:ListExecutions'], arns)] : []
}

const streamStatements = ({ tables, queues }: Wiring): PolicyStatement[] => [
  allow(
    ['dynamodb:DescribeStream', 'dynamodb:GetRecords', 'dynamodb:GetShardIterator', 'dynamodb:ListStreams'],
    [tables.core.tableStreamArn as string],
  ),
  allow(['sqs:SendMessage'], [queues.named('stream-dead').queueArn]),
]

/** What the topology says a function may do, as statements on named resources. */
export const statementsOf = (spec: FunctionSpec, wiring: Wiring): PolicyStatement[] => [
  ...tableStatements(spec.core, wiring.tables.core.tableArn, indexNames),
  ...tableStatements(spec.ops, wiring.tables.ops.tableArn, []),
  ...queueStatements(spec, wiring),
  ...(spec.stream ? streamStatements(wiring) : []),
  ...(spec.starts ? startStatements(wiring) : []),
  ...(spec.lists ? listStatements(wiring) : []),
  ...(spec.mails ? [mailStatement(wiring)] : []),
  ...(spec.secrets ? [allow(['secretsmanager:GetSecretValue'], [wiring.secret.secret.secretArn])] : []),
  ...(spec.schedules ? [allow(['iam:PassRole'], [wiring.schedules.role.roleArn], passedToScheduler)] : []),
]

const passedToScheduler = { StringEquals: { 'iam:PassedToService': 'scheduler.amazonaws.com' } }

const variable = (queue: string): string => queue.toUpperCase().replaceAll('-', '_')

/** The environment as functions/shared/env.ts reads it: names and addresses, never a secret. */
export const environmentOf = (spec: FunctionSpec, wiring: Wiring): Record<string, string> => ({
  ...(spec.core !== 'none' && { TENDRIL_CORE_TABLE: wiring.tables.core.tableName }),
  ...(spec.ops !== 'none' && { TENDRIL_OPS_TABLE: wiring.tables.ops.tableName }),
  ...Object.fromEntries(
    spec.sendsTo.map((name) => [`TENDRIL_QUEUE_${variable(name)}`, wiring.queues.named(name).queueUrl]),
  ),
  ...(spec.schedules && {
    TENDRIL_SCHEDULER_ROLE: wiring.schedules.role.roleArn,
    ...Object.fromEntries(
      scheduledQueues.map((name) => [
        `TENDRIL_QUEUE_ARN_${variable(name)}`,
        wiring.queues.named(name).queueArn,
      ]),
    ),
  }),
  ...(spec.mails && {
    TENDRIL_CONFIGURATION_SET: wiring.mail.configurationSet.configurationSetName,
  }),
  ...((spec.mails || spec.routes) && { TENDRIL_PUBLIC_URL: wiring.publicUrl }),
  ...(spec.secrets && { TENDRIL_SECRET_ARN: wiring.secret.secret.secretArn }),
})
