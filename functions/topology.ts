/**
 * Which Lambda functions there are, what calls them and what each may touch.
 * One table for both places: infra/ deploys it with least privilege, local/ runs it.
 */

export interface Queue {
  readonly fifo: boolean
  /** Where a message goes that failed `maxReceives` times. */
  readonly deadLetter: string
  readonly maxReceives: number
}

/** Queues by name. A dead-letter queue without an entry of its own is plain storage with an alarm. */
export const queues = {
  capture: { fifo: false, deadLetter: 'capture-dead', maxReceives: 6 },
  enrol: { fifo: false, deadLetter: 'enrol-dead', maxReceives: 6 },
  send: { fifo: true, deadLetter: 'send-dead', maxReceives: 4 },
  'send-dead': { fifo: true, deadLetter: 'send-buried', maxReceives: 20 },
  signals: { fifo: false, deadLetter: 'signals-dead', maxReceives: 6 },
  timers: { fifo: false, deadLetter: 'timers-dead', maxReceives: 6 },
  handoff: { fifo: false, deadLetter: 'handoff-dead', maxReceives: 6 },
  reconcile: { fifo: false, deadLetter: 'reconcile-dead', maxReceives: 6 },
  webhooks: { fifo: false, deadLetter: 'webhooks-dead', maxReceives: 6 },
} as const satisfies Record<string, Queue>
export type QueueName = keyof typeof queues

export type TableAccess = 'none' | 'read' | 'readWrite'

export interface FunctionSpec {
  readonly name: string
  /** The module whose `handler` is bundled. */
  readonly entry: string
  readonly timeoutSeconds: number
  readonly memoryMb: number
  /** `METHOD /path/{parameter}` of the HTTP API. */
  readonly routes?: readonly string[]
  /** The queue it consumes, and how many messages at a time. */
  readonly consumes?: {
    readonly queue: QueueName
    readonly batchSize: number
    /** Batches side by side, at least 2 on AWS. */
    readonly concurrency?: number
  }
  /** Consumes the stream of the core table. */
  readonly stream?: true
  readonly core: TableAccess
  readonly ops: TableAccess
  readonly sendsTo: readonly QueueName[]
  /** Sends mail by SES. */
  readonly mails?: true
  /** Asks SES how much the account has sent. */
  readonly quota?: true
  /** Starts executions of the sequences' machines. */
  readonly starts?: true
  /** Lists the running executions of the sequences' machines. */
  readonly lists?: true
  /** Answers task tokens. */
  readonly answers?: true
  /** Creates one-shot schedules. */
  readonly schedules?: true
  /** Reads the secret: provider keys, link keys, pepper, API token. */
  readonly secrets?: true
}

/** Visibility of a queue = 6 × the timeout of the function that consumes it. */
export const functions: readonly FunctionSpec[] = [
  {
    name: 'ingest',
    entry: 'functions/ingest/handler.ts',
    timeoutSeconds: 10,
    memoryMb: 512,
    routes: [
      'GET /webhooks/meta',
      'POST /webhooks/meta',
      'GET /webhooks/linkedin',
      'POST /webhooks/linkedin',
      'GET /forms/{formId}',
      'POST /forms/{formId}',
      'POST /v1/submissions',
      'POST /v1/signals',
    ],
    core: 'read',
    ops: 'readWrite',
    sendsTo: ['capture', 'signals'],
    secrets: true,
  },
  {
    name: 'capture',
    entry: 'functions/capture/handler.ts',
    timeoutSeconds: 60,
    memoryMb: 512,
    consumes: { queue: 'capture', batchSize: 10 },
    core: 'readWrite',
    ops: 'readWrite',
    sendsTo: ['capture', 'handoff', 'reconcile', 'enrol'],
    answers: true,
    schedules: true,
    secrets: true,
  },
  {
    name: 'stream',
    entry: 'functions/stream/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 256,
    stream: true,
    core: 'none',
    ops: 'none',
    sendsTo: ['enrol', 'handoff', 'webhooks'],
  },
  {
    name: 'enrol',
    entry: 'functions/enrol/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    consumes: { queue: 'enrol', batchSize: 10 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['enrol', 'handoff', 'reconcile'],
    starts: true,
    answers: true,
    schedules: true,
    mails: true,
    secrets: true,
  },
  {
    name: 'send',
    entry: 'functions/send/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    // What is in flight is what a crash leaves unclear; if nothing else was sent in those minutes, it is parked.
    consumes: { queue: 'send', batchSize: 10, concurrency: 2 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['reconcile', 'enrol', 'timers', 'webhooks'],
    mails: true,
    quota: true,
    starts: true,
    answers: true,
    secrets: true,
  },
  {
    name: 'dead-letter',
    entry: 'functions/dead-letter/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 256,
    consumes: { queue: 'send-dead', batchSize: 10 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['reconcile', 'timers', 'webhooks'],
    starts: true,
    answers: true,
    secrets: true,
  },
  {
    name: 'reconcile',
    entry: 'functions/reconcile/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    consumes: { queue: 'reconcile', batchSize: 10 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['reconcile', 'enrol'],
    mails: true,
    quota: true,
    answers: true,
    secrets: true,
  },
  {
    name: 'signals',
    entry: 'functions/signals/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    consumes: { queue: 'signals', batchSize: 10 },
    core: 'readWrite',
    ops: 'readWrite',
    sendsTo: ['signals', 'handoff', 'reconcile', 'enrol'],
    answers: true,
    schedules: true,
    mails: true,
    secrets: true,
  },
  {
    name: 'timers',
    entry: 'functions/timers/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 256,
    consumes: { queue: 'timers', batchSize: 10 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['handoff', 'reconcile', 'enrol', 'timers'],
    answers: true,
    schedules: true,
    mails: true,
    secrets: true,
  },
  {
    name: 'handoff',
    entry: 'functions/handoff/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    consumes: { queue: 'handoff', batchSize: 5 },
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['reconcile', 'handoff', 'enrol'],
    mails: true,
    answers: true,
    schedules: true,
    secrets: true,
  },
  {
    name: 'webhook',
    entry: 'functions/webhook/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 512,
    consumes: { queue: 'webhooks', batchSize: 10 },
    core: 'readWrite',
    ops: 'none',
    sendsTo: ['timers'],
    schedules: true,
    secrets: true,
  },
  {
    name: 'feedback',
    entry: 'functions/feedback/handler.ts',
    timeoutSeconds: 15,
    memoryMb: 256,
    routes: ['GET /handoffs/{token}', 'POST /handoffs/{token}', 'GET /tasks/{token}', 'POST /tasks/{token}'],
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['handoff', 'reconcile', 'enrol'],
    answers: true,
    schedules: true,
    mails: true,
    secrets: true,
  },
  {
    name: 'preferences',
    entry: 'functions/preferences/handler.ts',
    timeoutSeconds: 15,
    memoryMb: 256,
    routes: ['GET /u/{token}', 'POST /u/{token}'],
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['handoff', 'reconcile', 'enrol'],
    answers: true,
    schedules: true,
    mails: true,
    secrets: true,
  },
  {
    name: 'api',
    entry: 'functions/api/handler.ts',
    timeoutSeconds: 15,
    memoryMb: 512,
    routes: [
      'GET /v1/leads',
      'GET /v1/leads/{leadId}',
      'GET /v1/leads/{leadId}/timeline',
      'GET /v1/leads/{leadId}/score',
      'GET /v1/leads/{leadId}/messages',
      'GET /v1/leads/{leadId}/replay',
      'POST /v1/leads/{leadId}/enrolments',
      'DELETE /v1/leads/{leadId}/enrolments/{enrolmentId}',
      'POST /v1/leads/{leadId}/stage',
      'GET /v1/parked',
      'POST /v1/parked/{id}/replay',
      'GET /v1/alerts',
      'GET /v1/handoffs',
      'GET /v1/stops',
      'PUT /v1/stops/{scope}',
      'DELETE /v1/stops/{scope}',
      'GET /v1/publish/live',
    ],
    core: 'readWrite',
    ops: 'read',
    sendsTo: ['capture', 'handoff', 'reconcile', 'enrol', 'webhooks'],
    starts: true,
    lists: true,
    answers: true,
    schedules: true,
    secrets: true,
  },
  {
    name: 'rescore',
    entry: 'functions/rescore/handler.ts',
    timeoutSeconds: 30,
    memoryMb: 1024,
    routes: ['POST /v1/scoring/preview'],
    core: 'read',
    ops: 'none',
    sendsTo: [],
    secrets: true,
  },
]
