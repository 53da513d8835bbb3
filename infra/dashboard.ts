import { Duration } from 'aws-cdk-lib'
import { AlarmStatusWidget, Dashboard, GraphWidget, type IMetric, Stats } from 'aws-cdk-lib/aws-cloudwatch'
import { Construct } from 'constructs'
import type { Alarms, AlarmsProps } from './alarms.ts'

export interface OverviewProps extends Pick<AlarmsProps, 'queues' | 'machines' | 'functions' | 'tables'> {
  readonly alarms: Alarms
}

const five = { period: Duration.minutes(5) }
const width = 12

/** One dashboard: what fires, what waits, what runs, what fails. */
export class Overview extends Construct {
  constructor(scope: Construct, id: string, props: OverviewProps) {
    super(scope, id)
    const { queues, machines, functions, tables, alarms } = props
    const graph = (title: string, left: IMetric[]) => new GraphWidget({ title, left, width })
    const dashboard = new Dashboard(this, 'Dashboard')
    dashboard.addWidgets(new AlarmStatusWidget({ title: 'Alarms', alarms: alarms.alarms, width: 24 }))
    dashboard.addWidgets(
      graph(
        'Oldest message (s)',
        ['capture', 'enrol', 'send', 'signals', 'handoff', 'timers', 'reconcile'].map((name) =>
          queues
            .named(name)
            .metricApproximateAgeOfOldestMessage({ ...five, label: name, statistic: Stats.MAXIMUM }),
        ),
      ),
      graph(
        'Enrolments started',
        [...machines.byId].map(([name, machine]) => machine.metricStarted({ ...five, label: name })),
      ),
    )
    dashboard.addWidgets(
      graph(
        'Function errors',
        [...functions].map(([name, { fn }]) => fn.metricErrors({ ...five, label: name })),
      ),
      graph(
        'Function duration, p99 (ms)',
        [...functions].map(([name, { fn }]) => fn.metricDuration({ ...five, label: name, statistic: 'p99' })),
      ),
    )
    dashboard.addWidgets(
      graph(
        'Write units',
        [tables.core, tables.ops].map((table) =>
          table.metric('ConsumedWriteCapacityUnits', { ...five, statistic: Stats.SUM, label: table.node.id }),
        ),
      ),
    )
  }
}
