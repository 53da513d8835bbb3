/** Published rules take effect: a new set of scoring rules is a new epoch, in which every lead is judged anew. */
import { createHash } from 'node:crypto'
import type { Content } from '../../domain/content.ts'
import { timedTriggers } from '../../domain/entry-next.ts'
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

const hashOf = (value: unknown): string =>
  createHash('sha256').update(JSON.stringify(value)).digest('hex').slice(0, 16)

export const scoringHash = (scoring: ScoringRules): string => hashOf(scoring)

const follow = (current: Epoch | undefined, hash: string, triggers: string, at: number): Epoch => {
  const rev = (current?.rev ?? 0) + 1
  if (current?.hash === hash) return { ...current, triggers, rev }
  return { number: (current?.number ?? 0) + 1, hash, at, triggers, rev }
}

/**
 * Begins a new epoch when the scoring rules are not those of the present one. Every lead is then folded once more, and
 * also when sequences begin at other dates, scores or temperatures than before: the timers of the leads know only the
 * old ones. The sweep is owed before it is written: a crash in between only sweeps twice. The very first content finds
 * nobody to judge.
 */
export const beginEpoch = async (
  ports: EpochPorts,
  { scoring, sequences }: Pick<Content, 'scoring' | 'sequences'>,
): Promise<Epoch> => {
  const current = await ports.epochs.current()
  const [hash, triggers] = [scoringHash(scoring), hashOf(timedTriggers(sequences))]
  if (current?.hash === hash && current.triggers === triggers) return current
  const epoch = follow(current, hash, triggers, ports.clock.now())
  if (current !== undefined) {
    const message: SweepMessage = { v: 1, kind: 'sweep', rev: epoch.rev }
    await ports.queues.send('timers', message, settled)
  }
  await ports.epochs.begin(epoch)
  return epoch
}
