/** The log folded once more, beside what is stored of the lead: `GET /v1/leads/{leadId}/replay`. */
import { isDeepStrictEqual } from 'node:util'
import type { LeadState } from '../../domain/lead.ts'
import { cachedHead, type LeadHead } from '../../domain/lead-view.ts'
import { promotion } from '../../domain/stage-promotion.ts'
import type { Found } from './lead.ts'
import type { ApiPorts } from './ports.ts'

interface Difference {
  readonly field: string
  readonly stored: unknown
  readonly folded: unknown
}

/** A score moves with time, and the timer with the score: whoever shows them folds the log, so they may be old. */
const moving: readonly (keyof LeadHead)[] = ['fit', 'engagement', 'total', 'nextChangeAt']

const headDifferences = (stored: LeadHead | undefined, folded: LeadHead): readonly Difference[] => {
  if (stored === undefined) return [{ field: 'head', stored: null, folded: 'a lead' }]
  const fields = new Set([...Object.keys(stored), ...Object.keys(folded)] as (keyof LeadHead)[])
  return [...fields]
    .filter((field) => !moving.includes(field) && !isDeepStrictEqual(stored[field], folded[field]))
    .map((field) => ({ field, stored: stored[field] ?? null, folded: folded[field] ?? null }))
}

const suppressionDifference = ({ collection, state }: Found): readonly Difference[] => {
  const stored = collection.suppression?.reason ?? false
  return stored === state.suppressed
    ? []
    : [{ field: 'suppression', stored: stored || null, folded: state.suppressed || null }]
}

/** A move that the rules ask for and that is not in the log. */
const owedMove = (to: string | undefined, { stage }: LeadState): readonly Difference[] =>
  to === undefined ? [] : [{ field: 'stage by the rules', stored: stage, folded: to }]

/** The shape of the answer: no differences mean that everything beside the log can be thrown away and made again. */
export const replayBody = async (ports: ApiPorts, found: Found) => {
  const { state, events, now, collection } = found
  const content = await ports.content.live()
  return {
    events: events.length,
    from: new Date(events[0]?.at ?? now).toISOString(),
    to: new Date(events.at(-1)?.at ?? now).toISOString(),
    folded: { stage: state.stage, temperature: state.temperature, score: state.score },
    differences: [
      ...headDifferences(collection.head?.state, cachedHead(state)),
      ...suppressionDifference(found),
      ...owedMove(promotion(state, content, now)?.to, state),
    ],
  }
}
