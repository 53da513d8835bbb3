/** What the routes of `/v1` need from outside. */
import type { FoldPorts } from '../shared/lead-facts.ts'
import type { Desk, Leads, Proofs, Queues, Secrets } from '../shared/ports.ts'

export interface ApiPorts extends FoldPorts {
  readonly leads: Pick<
    Leads,
    'collection' | 'pointer' | 'pointers' | 'alias' | 'byStage' | 'byOwner' | 'handoffs'
  >
  readonly proofs: Pick<Proofs, 'ofLead'>
  readonly desk: Pick<Desk, 'parked' | 'unpark' | 'alerts'>
  readonly queues: Pick<Queues, 'send'>
  readonly secrets: Secrets
}
