/** Published scoring rules take effect: a new set of them is a new epoch, in which every lead is judged anew. */
import { createHash } from 'node:crypto'
import type { ScoringRules } from '../../domain/scoring-model.ts'
import type { SweepMessage } from './messages.ts'
import type { Clock, Epoch, Epochs, Queues } from './ports.ts'

export interface EpochPorts {
  readonly clock: Clock
  readonly epochs: Epochs
  readonly queues: Pick<Queues, 'send'>
}

/** In seconds: by then no worker goes by the content that was live before. */
const settled = 90

export const scoringHash = (scoring: ScoringRules): string =>
  createHash('sha256').update(JSON.stringify(scoring)).digest('hex').slice(0, 16)

/**
 * Begins a new epoch when the rules are not those of the present one. The sweep is owed before the epoch is written: a
 * crash in between only sweeps twice. The very first rules find nobody to judge.
 */
export const beginEpoch = async (ports: EpochPorts, scoring: ScoringRules): Promise<Epoch> => {
  const hash = scoringHash(scoring)
  const current = await ports.epochs.current()
  if (current?.hash === hash) return current
  const epoch = { number: (current?.number ?? 0) + 1, hash, at: ports.clock.now() }
  if (current !== undefined) {
    const message: SweepMessage = { v: 1, kind: 'sweep', epoch: epoch.number }
    await ports.queues.send('timers', message, settled)
  }
  await ports.epochs.begin(epoch)
  return epoch
}
