/**
 * Who takes which path of a split, and who is held out. A hash decides, of the lead, the sequence and the split
 * alone: the same over versions, over re-entry and on every machine.
 */
import { hashOf } from './hash.ts'
import { routeOf } from './route.ts'
import type { Sequence, SplitStep } from './sequence.ts'

/** Shares are in hundredths of a percent. */
const whole = 10_000

const placeOf = (salt: string, sequenceId: string, leadId: string): number =>
  hashOf(salt, sequenceId, leadId) % whole

/** The id of the path that a lead takes: the winner's, once there is one, else that of its share. */
export function armOf(split: SplitStep, sequenceId: string, leadId: string, winner?: string): string {
  const won = split.paths.find(({ id }) => id === winner)
  if (won) return won.id
  const place = placeOf(`split.${split.id}`, sequenceId, leadId)
  let end = 0
  const mine = split.paths.find(({ share }) => {
    end += share
    return place < end
  })
  const last = mine ?? split.paths.at(-1)
  if (!last) throw new RangeError(`the split ${split.id} has no paths`)
  return last.id
}

/** Whether the lead belongs to those that get nothing, to compare with. */
export const isHeldOut = (sequence: Sequence, leadId: string): boolean =>
  placeOf('holdout', sequence.id, leadId) < (sequence.holdout ?? 0)

/**
 * What a new enrolment has taken already: its path at every split whose paths share their states, wherever that
 * split lies. The other splits are decided like branches, on the way. `winners` by split.
 */
export const tookAtStart = (
  sequence: Sequence,
  leadId: string,
  winners: Readonly<Record<string, string>> = {},
): Readonly<Record<string, string>> =>
  Object.fromEntries(
    routeOf(sequence).splits.map(({ step }) => [step.id, armOf(step, sequence.id, leadId, winners[step.id])]),
  )
