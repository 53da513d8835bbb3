/** What the routes of `/v1` need from outside. */
import type { Desk, Leads, Proofs, Secrets } from '../shared/ports.ts'
import type { RefoldPorts } from '../shared/refold.ts'

export interface ApiPorts extends RefoldPorts {
  readonly leads: Leads
  readonly proofs: Pick<Proofs, 'ofLead'>
  readonly desk: Pick<Desk, 'parked' | 'unpark' | 'alerts'>
  readonly secrets: Secrets
  /** A fresh id. */
  readonly newId: () => string
}
