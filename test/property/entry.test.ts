/** Score, temperature and dates: each crossing is one moment, found by the timer, whenever it is looked at. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { type Entering, entriesDue } from '../../domain/entry-due.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { eventsUntil, foldLead } from '../../domain/lead.ts'
import { on, permitted } from '../unit/domain/entry-sample.ts'
import { start } from '../unit/domain/lead-sample.ts'
import { rules, scoring, settings } from '../unit/domain/settings-sample.ts'
import { behaviour } from './lead-history.ts'

const above = on({ kind: 'score', score: 'engagement', is: { atLeast: 25 } }, { again: 'always' })
const below = on({ kind: 'score', score: 'engagement', is: { below: 10 } }, { again: 'always' })
const warm = on({ kind: 'temperature', temperature: 'warm' }, { again: 'always' })

/** Whoever leaves enters nothing. */
const staying = behaviour.filter((event) => event.type === 'signal' && event.name !== 'email.unsubscribed')

const cases = [
  ['above', above, (state: ReturnType<typeof foldLead>) => state.score.engagement >= 25],
  ['below', below, (state: ReturnType<typeof foldLead>) => state.score.engagement < 10],
  ['warm', warm, (state: ReturnType<typeof foldLead>) => state.temperature === 'warm'],
] as const

type Case = (typeof cases)[number]

interface Seen {
  readonly at: number
  readonly isIn: boolean
  readonly ids: readonly string[]
}

const look = (events: readonly LeadEvent[], now: number, [, sequence, isIn]: Case) => {
  const log = eventsUntil(events, now)
  const sequences = { one: sequence }
  const state = foldLead(log, { ...rules, sequences }, now)
  const lead: Entering = { state, events: log, runs: [], settings, scoring, fresh: [], now }
  const ids = entriesDue(lead, sequences).map(({ eventId }) => eventId)
  const seen: Seen = { at: now, isIn: isIn(state), ids }
  return { seen, next: state.nextChangeAt }
}

/** Looked at when something arrives, just before it, and whenever the timer says. */
function journey(events: readonly LeadEvent[], of: Case): readonly Seen[] {
  const arrivals = [...new Set(events.flatMap(({ at }) => [at - 1, at]))].sort((a, b) => a - b)
  const all: Seen[] = []
  for (let now = start; all.length < 300; ) {
    const { seen, next = Number.POSITIVE_INFINITY } = look(events, now, of)
    all.push(seen)
    now = Math.min(next, arrivals.find((at) => at > now) ?? Number.POSITIVE_INFINITY)
    if (!Number.isFinite(now)) return all
  }
  throw new Error('does not come to rest')
}

const enters = (was: Seen, is: Seen): void => {
  expect(is.ids).toHaveLength(1)
  const since = Number(is.ids[0]?.split('-').at(-1))
  expect(since).toBeGreaterThan(was.at)
  expect(since).toBeLessThanOrEqual(is.at)
}

const check = (was: Seen, is: Seen): void => {
  if (!is.isIn) expect(is.ids).toEqual([])
  else if (!was.isIn) enters(was, is)
  else if (is.ids.length > 0) expect(is.ids).toEqual(was.ids)
}

it.each(cases)('%s: every step into the state is one moment, and stays it', (...of) => {
  fc.assert(
    fc.property(fc.uniqueArray(staying, { selector: ({ id }) => id, maxLength: 15 }), (more) => {
      const seen = journey([permitted(), ...more], of as unknown as Case)
      for (const [i, is] of seen.slice(1).entries()) check(seen[i] as Seen, is)
      // In the end everything has decayed, and the timer has been there to see it.
      expect(seen.at(-1)?.isIn).toBe(of[0] === 'below')
    }),
    { numRuns: 500 },
  )
})
