/** Why a lead has never been in a sequence. */
import { factsOf, holds } from './facts.ts'
import type { LeadState } from './lead.ts'
import type { Sequence } from './sequence.ts'

export const notEnteredReasons = [
  'suppressed',
  'test-lead',
  'undeliverable',
  'no-consent',
  'only-if',
  'not-triggered',
] as const
export type NotEnteredReason = (typeof notEnteredReasons)[number]

/** What would keep the lead out now, the gravest first; else nothing that starts the sequence has happened. `now` in ms. */
export function whyNotEntered({ topic, enrol }: Sequence, state: LeadState, now: number): NotEnteredReason {
  if (state.suppressed !== false) return 'suppressed'
  if (state.isTest) return 'test-lead'
  if (!state.deliverable) return 'undeliverable'
  if (state.permissions[topic] === undefined) return 'no-consent'
  if (enrol.onlyIf && !holds(enrol.onlyIf, factsOf(state), now)) return 'only-if'
  return 'not-triggered'
}
