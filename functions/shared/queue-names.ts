/** The queues that handlers send to; functions/topology.ts says what consumes each. */
export type QueueName =
  | 'capture'
  | 'enrol'
  | 'send'
  | 'send-dead'
  | 'signals'
  | 'timers'
  | 'handoff'
  | 'reconcile'
  | 'webhooks'
