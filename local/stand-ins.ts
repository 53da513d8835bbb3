/** The AWS services that the local runtime serves itself, on one wire port, over one store and one clock. */
import { randomBytes } from 'node:crypto'
import { mkdirSync } from 'node:fs'
import { join } from 'node:path'
import type { SQSEvent } from 'aws-lambda'
import { functions, queues } from '../functions/topology.ts'
import { VirtualClock } from './clock.ts'
import { type LocalDynamo, startDynamo } from './dynamodb/start.ts'
import { StreamReader } from './dynamodb/stream-reader.ts'
import { account, coreTable, type LocalConfig, queueFile, region, visibilityOf } from './env.ts'
import type { LambdaHost } from './lambda-host.ts'
import type { Pace } from './pace.ts'
import { Scheduler } from './scheduler/scheduler.ts'
import { SchedulerService } from './scheduler/service.ts'
import { SesService } from './ses/service.ts'
import { Ses } from './ses/ses.ts'
import { Sqs } from './sqs/sqs.ts'
import { SqsService } from './sqs/wire-actions.ts'
import { StepFunctionsService } from './stepfunctions/service.ts'
import { Store } from './store.ts'
import { wallNow } from './virtual-date.ts'
import { startWireServer, type WireServer } from './wire-server.ts'

export interface StandIns {
  readonly clock: VirtualClock
  readonly store: Store
  readonly sqs: Sqs
  readonly ses: Ses
  readonly sesService: SesService
  readonly engine: StepFunctionsService
  readonly wire: WireServer
  readonly dynamo: LocalDynamo
}

const schema =
  'CREATE TABLE IF NOT EXISTS setting (name TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID;'

/** Flowing time is noted once a second: what was not noted is skipped, so that no instant comes twice. */
const UNNOTED_MS = 1000

/** The clock goes on from where it was noted last: it never goes back. */
const openClock = (config: LocalConfig, store: Store): VirtualClock => {
  const noted = store.get<{ value: string }>("SELECT value FROM setting WHERE name = 'clock'")
  const start = noted === undefined ? (config.startAt ?? wallNow()) : Number(noted.value) + UNNOTED_MS
  return new VirtualClock({
    start: config.realClock ? wallNow() : start,
    wall: wallNow,
    onMove: (now) => store.run("INSERT OR REPLACE INTO setting VALUES ('clock', ?)", String(now)),
  })
}

/** Every queue of the topology with its dead-letter queue. */
const openQueues = (sqs: Sqs): void => {
  for (const { deadLetter } of Object.values(queues)) {
    if (!(deadLetter in queues)) sqs.createQueue(queueFile(deadLetter))
  }
  for (const [name, spec] of Object.entries(queues).reverse()) {
    sqs.createQueue(queueFile(name), {
      VisibilityTimeout: String(visibilityOf(name)),
      RedrivePolicy: JSON.stringify({
        deadLetterTargetArn: sqs.arn(queueFile(spec.deadLetter)),
        maxReceiveCount: spec.maxReceives,
      }),
    })
  }
}

/** Starts everything that answers to an SDK client. */
export const startStandIns = async (config: LocalConfig, host: LambdaHost): Promise<StandIns> => {
  if (!config.memory) mkdirSync(config.dataDir, { recursive: true })
  const store = new Store(config.memory ? ':memory:' : join(config.dataDir, 'stand-ins.sqlite'), schema)
  const clock = openClock(config, store)
  const endpoint = config.endpoints.DYNAMODB
  const dynamo = await startDynamo({
    ...(endpoint !== undefined && { endpoint }),
    ...(!config.memory && { dataDir: config.dataDir }),
    ...(config.dynamoDriver !== undefined && { driver: config.dynamoDriver }),
  })
  const sqs = new Sqs({ store, clock, region, account })
  openQueues(sqs)
  const ses = new Ses({
    store,
    clock,
    region,
    account,
    emit: (event) => {
      sqs.send(queueFile('signals'), { body: JSON.stringify(event) })
    },
  })
  const sesService = new SesService(ses)
  const engine = new StepFunctionsService({
    clock,
    store,
    region,
    account,
    randomBytes: (n) => randomBytes(n),
    sendMessage: async (input) => engineSend(sqs, input),
    invokeLambda: async (name, payload) => {
      const spec = functions.find((known) => name.endsWith(known.name))
      if (spec === undefined) throw new Error(`There is no function ${name}.`)
      return host.invoke(spec, payload)
    },
  })
  const scheduler = new Scheduler({ store, clock, queues: sqs, region, account })
  let url = ''
  const wire = await startWireServer({
    clock,
    json: [engine, new SqsService(sqs, () => url)],
    rest: [sesService, new SchedulerService(scheduler)],
  })
  url = wire.url
  return { clock, store, sqs, ses, sesService, engine, wire, dynamo }
}

interface EngineMessage {
  readonly QueueUrl: string
  readonly MessageBody: string
  readonly MessageGroupId?: string
  readonly MessageDeduplicationId?: string
  readonly DelaySeconds?: number
}

const engineSend = (sqs: Sqs, input: EngineMessage): Record<string, unknown> => {
  const sent = sqs.send(input.QueueUrl, {
    body: input.MessageBody,
    groupId: input.MessageGroupId,
    dedupeId: input.MessageDeduplicationId,
    delaySeconds: input.DelaySeconds,
  })
  return { MessageId: sent.messageId }
}

/** Event-source mappings: what Lambda does between queues, the stream and the functions. */
export const connect = (
  parts: StandIns,
  host: LambdaHost,
  pace: Pace,
  onError: (error: unknown) => void,
): StreamReader => {
  for (const spec of functions) {
    if (spec.consumes === undefined) continue
    const { queue, batchSize, concurrency } = spec.consumes
    parts.sqs.subscribe(
      queueFile(queue),
      {
        batchSize,
        reportBatchItemFailures: true,
        onError,
        pace,
        ...(concurrency !== undefined && { concurrency }),
      },
      async (event: SQSEvent) => host.invoke(spec, event) as Promise<undefined>,
    )
  }
  const consumer = functions.find((spec) => spec.stream)
  if (consumer === undefined) throw new Error('The topology has no consumer of the stream.')
  let seen = -1
  const reader = new StreamReader({
    endpoint: parts.dynamo.endpoint,
    tableName: coreTable,
    store: parts.store,
    clock: parts.clock,
    region,
    dirty: () => {
      const changed = host.activity !== seen
      seen = host.activity
      return changed
    },
    handler: async (event) => host.invoke(consumer, event) as Promise<undefined>,
    onError,
  })
  parts.clock.onSettle(() => reader.poll())
  return reader
}
