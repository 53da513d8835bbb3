import { RemovalPolicy } from 'aws-cdk-lib'
import {
  AttributeType,
  Billing,
  ProjectionType,
  StreamViewType,
  TableEncryptionV2,
  TableV2,
} from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'

const string = (name: string) => ({ name, type: AttributeType.STRING })

/** Indexes of the core table; sparse, keys only. */
export const indexNames = ['byStage', 'byOwner'] as const

const base = {
  partitionKey: string('pk'),
  sortKey: string('sk'),
  billing: Billing.onDemand(),
  timeToLiveAttribute: 'ttl',
  encryption: TableEncryptionV2.dynamoOwnedKey(),
}

/** The two tables: `core` is the truth and outlives every stack, `ops` forgets by itself. */
export class Tables extends Construct {
  /** Leads, their logs and enrolments, published content. */
  readonly core: TableV2
  /** Send proofs, raw envelopes, buckets: all with a time to live. */
  readonly ops: TableV2

  constructor(scope: Construct, id: string) {
    super(scope, id)
    this.core = new TableV2(this, 'Core', {
      ...base,
      pointInTimeRecoverySpecification: { pointInTimeRecoveryEnabled: true },
      dynamoStream: StreamViewType.NEW_IMAGE,
      removalPolicy: RemovalPolicy.RETAIN,
      deletionProtection: true,
      globalSecondaryIndexes: [
        {
          indexName: 'byStage',
          partitionKey: string('stagePk'),
          sortKey: string('stageSk'),
          projectionType: ProjectionType.KEYS_ONLY,
        },
        {
          indexName: 'byOwner',
          partitionKey: string('ownerPk'),
          sortKey: string('ownerSk'),
          projectionType: ProjectionType.KEYS_ONLY,
        },
      ],
    })
    this.ops = new TableV2(this, 'Ops', { ...base, removalPolicy: RemovalPolicy.DESTROY })
  }
}
