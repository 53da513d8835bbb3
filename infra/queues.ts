import { Duration } from 'aws-cdk-lib'
import { DeduplicationScope, FifoThroughputLimit, Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import { Construct } from 'constructs'
import { functions, type QueueName, queues } from '../functions/topology.ts'

/** The failure destination of the stream consumer; it keeps pointers to the records that could not be translated. */
export const streamDead = 'stream-dead'

/** A worker's message stays hidden for six of its time-outs: it never outlives its visibility. */
const visibilityOf = (name: string): Duration => {
  const consumer = functions.find((spec) => spec.consumes?.queue === name)
  return Duration.seconds(6 * (consumer?.timeoutSeconds ?? 30))
}

const pascal = (name: string): string =>
  name.replaceAll(/(?:^|[-_])(\w)/g, (_all, letter: string) => letter.toUpperCase())

/** All queues of the topology with their dead-letter queues. */
export class Queues extends Construct {
  readonly #byName = new Map<string, Queue>()
  readonly #dead: string[] = []

  constructor(scope: Construct, id: string) {
    super(scope, id)
    for (const name of Object.keys(queues) as QueueName[]) this.#ensure(name)
    this.#dead.push(streamDead)
    this.#byName.set(streamDead, this.#storage(streamDead, false))
  }

  /** A queue of the topology, or a dead-letter queue, by its name there. */
  named(name: string): Queue {
    const queue = this.#byName.get(name)
    if (queue === undefined) throw new Error(`functions/topology.ts names no queue ${name}`)
    return queue
  }

  /** Where messages end that could not be processed: one alarm each. */
  get deadLetterNames(): readonly string[] {
    return this.#dead
  }

  #ensure(name: string): Queue {
    const known = this.#byName.get(name)
    if (known !== undefined) return known
    const queue = name in queues ? this.#working(name as QueueName) : this.#storage(name, false)
    this.#byName.set(name, queue)
    return queue
  }

  #working(name: QueueName): Queue {
    const { fifo, deadLetter, maxReceives } = queues[name]
    this.#dead.push(deadLetter)
    if (!(deadLetter in queues)) this.#byName.set(deadLetter, this.#storage(deadLetter, fifo))
    const isDead = Object.values(queues).some((other) => other.deadLetter === name)
    return new Queue(this, pascal(name), {
      ...safe,
      ...(fifo && fifoProps),
      retentionPeriod: Duration.days(isDead ? 14 : 4),
      visibilityTimeout: visibilityOf(name),
      deadLetterQueue: { queue: this.#ensure(deadLetter), maxReceiveCount: maxReceives },
    })
  }

  #storage(name: string, fifo: boolean): Queue {
    return new Queue(this, pascal(name), {
      ...safe,
      ...(fifo && fifoProps),
      retentionPeriod: Duration.days(14),
    })
  }
}

const safe = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true }

/** A group is a lead: order and deduplication are needed per lead only, so throughput need not be limited. */
const fifoProps = {
  fifo: true,
  contentBasedDeduplication: false,
  deduplicationScope: DeduplicationScope.MESSAGE_GROUP,
  fifoThroughputLimit: FifoThroughputLimit.PER_MESSAGE_GROUP_ID,
}
