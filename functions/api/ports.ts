/** What the routes of `/v1` need from outside. */
import type { Desk, Epochs, Experiments, Leads, Proofs, Releases, Secrets, Stops } from '../shared/ports.ts'
import type { RefoldPorts } from '../shared/refold.ts'

export interface ApiPorts extends RefoldPorts {
  readonly leads: Leads
  readonly proofs: Pick<Proofs, 'ofLead'>
  readonly desk: Pick<Desk, 'parked' | 'unpark' | 'alert' | 'alerts'>
  readonly secrets: Secrets
  readonly stops: Stops
  readonly experiments: Experiments
  readonly epochs: Pick<Epochs, 'current'>
  readonly releases: Releases
  /** A fresh id. */
  readonly newId: () => string
}
