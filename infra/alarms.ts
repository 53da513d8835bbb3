import { Duration } from 'aws-cdk-lib'
import {
  Alarm,
  ComparisonOperator,
  type IMetric,
  MathExpression,
  Metric,
  Stats,
  TreatMissingData,
} from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Topic } from 'aws-cdk-lib/aws-sns'
import { EmailSubscription } from 'aws-cdk-lib/aws-sns-subscriptions'
import { Construct } from 'constructs'
import type { TendrilFunction } from './function.ts'
import type { Machines } from './machines.ts'
import type { Mail } from './mail.ts'
import type { Queues } from './queues.ts'
import type { Tables } from './tables.ts'

export interface AlarmsProps {
  readonly queues: Queues
  readonly machines: Machines
  readonly functions: ReadonlyMap<string, TendrilFunction>
  readonly tables: Tables
  readonly mail: Mail
  /** Who is mailed. Default: subscribe to the topic by hand */
  readonly alarmEmail?: string
  /** Where the runbook can be read; its section is appended. Default: docs/runbook.md */
  readonly runbook?: string
}

const five = Duration.minutes(5)

interface Watch {
  readonly metric: IMetric
  /** Above it the alarm fires. */
  readonly above: number
  readonly meaning: string
  /** The runbook's section. */
  readonly section: string
  readonly periods?: number
}

/** Alarms to one topic; each names its section of the runbook. */
export class Alarms extends Construct {
  readonly topic: Topic
  readonly alarms: Alarm[] = []
  readonly #action: SnsAction
  readonly #runbook: string

  constructor(scope: Construct, id: string, props: AlarmsProps) {
    super(scope, id)
    this.#runbook = props.runbook ?? 'docs/runbook.md'
    this.topic = new Topic(this, 'Topic', { enforceSSL: true, displayName: 'Tendril alarms' })
    this.#action = new SnsAction(this.topic)
    if (props.alarmEmail !== undefined) this.topic.addSubscription(new EmailSubscription(props.alarmEmail))
    this.#queues(props.queues)
    this.#machines(props.machines)
    for (const [name, { fn }] of props.functions) this.#function(name, fn.metricErrors({ period: five }))
    this.#capacity(props)
    this.#reputation(props.mail)
    this.#guard(props.functions)
  }

  #watch(id: string, { metric, above, meaning, section, periods = 1 }: Watch): void {
    const alarm = new Alarm(this, id, {
      alarmDescription: `${meaning} Runbook: ${this.#runbook}#${section}`,
      metric,
      threshold: above,
      comparisonOperator: ComparisonOperator.GREATER_THAN_THRESHOLD,
      evaluationPeriods: periods,
      treatMissingData: TreatMissingData.NOT_BREACHING,
    })
    alarm.addAlarmAction(this.#action)
    alarm.addOkAction(this.#action)
    this.alarms.push(alarm)
  }

  #queues(queues: Queues): void {
    this.#watch('send-age', {
      metric: queues
        .named('send')
        .metricApproximateAgeOfOldestMessage({ period: five, statistic: Stats.MAXIMUM }),
      above: 900,
      meaning: 'Emails wait for more than 15 minutes to be sent.',
      section: 'send-age',
    })
    for (const name of queues.deadLetterNames)
      this.#watch(`dead-${name}`, {
        metric: queues
          .named(name)
          .metricApproximateNumberOfMessagesVisible({ period: five, statistic: Stats.MAXIMUM }),
        above: 0,
        meaning: `Messages lie in ${name}: they could not be processed.`,
        section: 'dead-letters',
      })
  }

  #machines({ byId }: Machines): void {
    for (const [id, machine] of byId)
      this.#watch(`executions-${id}`, {
        metric: new MathExpression({
          expression: 'FILL(failed, 0) + FILL(late, 0)',
          usingMetrics: {
            failed: machine.metricFailed({ period: five }),
            late: machine.metricTimedOut({ period: five }),
          },
          label: `${id}: failed or timed out`,
          period: five,
        }),
        above: 0,
        meaning: `Enrolments of the sequence ${id} failed or timed out: their leads get no further email.`,
        section: 'executions-failed',
      })
  }

  #function(name: string, errors: Metric): void {
    this.#watch(`errors-${name}`, {
      metric: errors,
      above: 0,
      meaning: `The function ${name} fails, three times five minutes in a row.`,
      section: 'function-errors',
      periods: 3,
    })
  }

  #capacity({ tables, functions }: AlarmsProps): void {
    this.#watch('throttled-executions', {
      metric: new Metric({
        namespace: 'AWS/States',
        metricName: 'ThrottledEvents',
        dimensionsMap: { ServiceMetric: 'StateTransition' },
        statistic: Stats.SUM,
        period: five,
      }),
      above: 0,
      meaning: 'Step Functions holds state transitions back: the account’s quota is reached.',
      section: 'throttles',
      periods: 3,
    })
    this.#watch('throttled-functions', {
      metric: new Metric({
        namespace: 'AWS/Lambda',
        metricName: 'Throttles',
        statistic: Stats.SUM,
        period: five,
      }),
      above: 0,
      meaning: 'Lambda refuses invocations: the account’s concurrency is used up.',
      section: 'throttles',
      periods: 3,
    })
    for (const [name, table] of [['core', tables.core] as const, ['ops', tables.ops] as const])
      this.#watch(`throttled-${name}`, {
        metric: new MathExpression({
          expression: 'FILL(r, 0) + FILL(w, 0)',
          usingMetrics: {
            r: table.metric('ReadThrottleEvents', { statistic: Stats.SUM, period: five }),
            w: table.metric('WriteThrottleEvents', { statistic: Stats.SUM, period: five }),
          },
          label: `${name}: throttled requests`,
          period: five,
        }),
        above: 0,
        meaning: `DynamoDB throttles the ${name} table.`,
        section: 'throttles',
        periods: 3,
      })
    const stream = functions.get('stream')
    if (stream)
      this.#watch('stream-age', {
        metric: stream.fn.metric('IteratorAge', { statistic: Stats.MAXIMUM, period: five }),
        above: 300_000,
        meaning: 'New events of leads wait for more than five minutes to be acted upon.',
        section: 'stream-age',
      })
  }

  /** The blast guard says in the log of the worker that met it. */
  #guard(functions: AlarmsProps['functions']): void {
    const metric = {
      metricNamespace: 'Tendril',
      metricName: `SendingStopped-${this.node.addr.slice(-8)}`,
    }
    for (const name of ['send', 'reconcile']) {
      const worker = functions.get(name)
      if (worker === undefined) throw new Error(`The function ${name} is not here`)
      new MetricFilter(this, `stopped-${name}`, {
        logGroup: worker.fn.logGroup,
        filterPattern: FilterPattern.stringValue('$.event', '=', 'sending.stopped'),
        metricValue: '1',
        ...metric,
      })
    }
    this.#watch('blast-guard', {
      metric: new Metric({
        namespace: metric.metricNamespace,
        metricName: metric.metricName,
        statistic: Stats.SUM,
        period: five,
      }),
      above: 0,
      meaning: 'The blast guard stopped a sequence, or all sending: mails wait for a person.',
      section: 'blast-guard',
    })
  }

  #reputation({ configurationSet }: Mail): void {
    const rate = (metricName: string) =>
      new Metric({
        namespace: 'AWS/SES',
        metricName,
        dimensionsMap: { 'ses:configuration-set': configurationSet.configurationSetName },
        statistic: Stats.AVERAGE,
        period: Duration.hours(1),
      })
    this.#watch('bounces', {
      metric: rate('Reputation.BounceRate'),
      above: 0.03,
      meaning: 'More than 3 % of mails bounce; SES reviews the account at 5 %.',
      section: 'bounces-and-complaints',
    })
    this.#watch('complaints', {
      metric: rate('Reputation.ComplaintRate'),
      above: 0.0007,
      meaning: 'More than 0.07 % of mails are reported as spam; SES reviews the account at 0.1 %.',
      section: 'bounces-and-complaints',
    })
  }
}
