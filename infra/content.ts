import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { CustomResource, Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import type { FunctionSpec } from '../functions/topology.ts'
import { TendrilFunction } from './function.ts'
import type { OpenGrants } from './open-grants.ts'
import { environmentOf, statementsOf, type Wiring } from './wiring.ts'

/** Runs once per deployment; not part of the topology, for nothing calls it at run time. */
export const publishSpec = {
  name: 'publish',
  entry: 'functions/publish/handler.ts',
  // A publication that changes steps looks at every lead under way.
  timeoutSeconds: 840,
  memoryMb: 512,
  core: 'readWrite',
  ops: 'none',
  sendsTo: ['timers'],
  lists: true,
} as const satisfies FunctionSpec

export interface ContentProps {
  /** The compiled content as JSON. */
  readonly json: string
  /** Its address. */
  readonly hash: string
  /** By sequence: the ARN of the machine version that runs it. */
  readonly versionArns: Readonly<Record<string, string>>
  /** The folder of the publisher's bundle; the content is put beside it. */
  readonly bundle: string
  /** Publishes though more is forecast than planned. */
  readonly acceptForecast?: boolean
  readonly wiring: Wiring
  readonly open: OpenGrants
}

/** Publishes the content: deploying writes it to the core table under its hash, then points at it. */
export class Content extends Construct {
  readonly publisher: TendrilFunction

  constructor(scope: Construct, id: string, props: ContentProps) {
    super(scope, id)
    writeFileSync(join(props.bundle, 'content.json.gz'), gzipSync(props.json, { level: 9 }))
    this.publisher = new TendrilFunction(this, publishSpec.name, {
      description: 'Tendril publish: writes the content at deploy time',
      bundle: props.bundle,
      timeoutSeconds: publishSpec.timeoutSeconds,
      memoryMb: publishSpec.memoryMb,
      environment: environmentOf(publishSpec, props.wiring),
      statements: statementsOf(publishSpec, props.wiring),
      policies: [props.open.tracing],
    })
    new CustomResource(this, 'Publication', {
      resourceType: 'Custom::TendrilContent',
      serviceToken: this.publisher.fn.functionArn,
      serviceTimeout: Duration.minutes(15),
      properties: {
        contentHash: props.hash,
        machines: { ...props.versionArns },
        ...(props.acceptForecast && { acceptForecast: 'true' }),
      },
    })
  }
}
