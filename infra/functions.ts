import { Duration } from 'aws-cdk-lib'
import { EventSourceMapping, FilterCriteria, FilterRule, StartingPosition } from 'aws-cdk-lib/aws-lambda'
import { SqsDlq } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import type { FunctionSpec } from '../functions/topology.ts'
import { TendrilFunction } from './function.ts'
import type { OpenGrants } from './open-grants.ts'
import { environmentOf, statementsOf, type Wiring } from './wiring.ts'

export interface FunctionsProps {
  readonly specs: readonly FunctionSpec[]
  /** The folder of each function's bundle. */
  readonly bundles: ReadonlyMap<string, string>
  readonly wiring: Wiring
  readonly open: OpenGrants
  /** How many workers mail at once: the pace towards SES. Default: 10 */
  readonly sendConcurrency?: number
}

const policiesOf = (spec: FunctionSpec, open: OpenGrants) => [
  open.tracing,
  ...(spec.answers ? [open.answering] : []),
  ...(spec.quota ? [open.quota] : []),
  ...(spec.schedules ? [open.scheduling] : []),
]

/** The functions of the topology with what calls them, HTTP routes apart. */
export class Functions extends Construct {
  readonly byName: ReadonlyMap<string, TendrilFunction>

  constructor(scope: Construct, id: string, props: FunctionsProps) {
    super(scope, id)
    this.byName = new Map(props.specs.map((spec) => [spec.name, this.#one(spec, props)]))
  }

  #one(spec: FunctionSpec, props: FunctionsProps): TendrilFunction {
    const { wiring, open } = props
    const bundle = props.bundles.get(spec.name)
    if (bundle === undefined) throw new Error(`The function ${spec.name} was not bundled`)
    const made = new TendrilFunction(this, spec.name, {
      description: `Tendril ${spec.name}`,
      bundle,
      timeoutSeconds: spec.timeoutSeconds,
      memoryMb: spec.memoryMb,
      environment: environmentOf(spec, wiring),
      statements: statementsOf(spec, wiring),
      policies: policiesOf(spec, open),
      // A batch that somebody replays by hand, asynchronously, fails into the same place.
      ...(spec.stream && { deadLetterQueue: wiring.queues.named('stream-dead') }),
      feedsItself: spec.consumes !== undefined && spec.sendsTo.includes(spec.consumes.queue),
    })
    if (spec.consumes) this.#queueSource(spec, made, props)
    if (spec.stream) this.#streamSource(made, wiring)
    return made
  }

  #queueSource(spec: FunctionSpec, { fn }: TendrilFunction, props: FunctionsProps): void {
    const { queue, batchSize, concurrency } = spec.consumes as NonNullable<FunctionSpec['consumes']>
    new EventSourceMapping(fn, 'Messages', {
      target: fn,
      eventSourceArn: props.wiring.queues.named(queue).queueArn,
      batchSize,
      reportBatchItemFailures: true,
      ...(concurrency !== undefined && { maxConcurrency: props.sendConcurrency ?? concurrency }),
    })
  }

  /** Only new events of leads are translated; what cannot be is kept as a pointer, and the rest goes on. */
  #streamSource({ fn }: TendrilFunction, { tables, queues }: Wiring): void {
    new EventSourceMapping(fn, 'Records', {
      target: fn,
      eventSourceArn: tables.core.tableStreamArn as string,
      startingPosition: StartingPosition.TRIM_HORIZON,
      batchSize: 100,
      bisectBatchOnError: true,
      reportBatchItemFailures: true,
      retryAttempts: 10,
      maxRecordAge: Duration.hours(20),
      onFailure: new SqsDlq(queues.named('stream-dead')),
      filters: [
        FilterCriteria.filter({
          eventName: FilterRule.isEqual('INSERT'),
          dynamodb: { Keys: { sk: { S: FilterRule.beginsWith('V#') } } },
        }),
      ],
    })
  }
}
