/** New rules, applied to everybody and taken back: every score is exactly what it was. */
import fc from 'fast-check'
import { expect, it } from 'vitest'
import { foldLead } from '../../domain/lead.ts'
import { scoreLead } from '../../domain/scoring.ts'
import type { ScoringRules } from '../../domain/scoring-model.ts'
import { beginEpoch } from '../../functions/shared/epoch.ts'
import type { SweepMessage, TimerMessage } from '../../functions/shared/messages.ts'
import { refold } from '../../functions/shared/refold.ts'
import { sweep } from '../../functions/timers/sweep.ts'
import { permitted } from '../unit/domain/entry-sample.ts'
import { scoring } from '../unit/domain/settings-sample.ts'
import { Memory } from '../unit/functions/handoff/memory.ts'
import { adjustment, behaviour, mixed, span } from './lead-history.ts'

const count = 1000
const idOf = (n: number): string => `lead${String(n).padStart(22, 'x')}`

/** Publishes, and works off what that puts on the queue of the timers; answers how many leads were folded. */
const publish = async (memory: Memory, rules: ScoringRules): Promise<number> => {
  memory.content = { ...memory.content, scoring: rules }
  await beginEpoch(memory.ports, memory.content)
  const folded = new Set<string>()
  for (let at = 0; at < memory.queued.length; at++) {
    if (memory.queued[at]?.queue !== 'timers') continue
    const message = memory.queued[at]?.message as unknown as SweepMessage | TimerMessage
    if ('kind' in message) await sweep(memory.ports, message)
    else {
      folded.add(message.leadId)
      await refold(memory.ports, message.leadId)
    }
  }
  memory.queued.length = 0
  return folded.size
}

it('1,000 leads, applied and reverted', async () => {
  const memory = new Memory()
  memory.now += span
  await publish(memory, scoring)
  const histories = fc.sample(fc.array(fc.oneof(behaviour, adjustment), { maxLength: 20 }), {
    numRuns: count,
    seed: 7,
  })
  for (const [n, events] of histories.entries()) {
    memory.write(idOf(n), permitted(), ...events)
    await refold(memory.ports, idOf(n))
  }
  const scores = () =>
    histories.map((_, n) => {
      const state = foldLead(memory.events(idOf(n)), memory.content, memory.now)
      const { entries, total, fit, engagement } = scoreLead(state, memory.content, memory.now)
      return { entries, total, fit, engagement, temperature: state.temperature }
    })
  const before = scores()
  expect(await publish(memory, mixed.scoring)).toBe(count)
  const between = scores()
  expect(between.filter(({ total }, n) => total !== before[n]?.total).length).toBeGreaterThan(count / 3)
  expect(await publish(memory, scoring)).toBe(count)
  expect(scores()).toEqual(before)
  expect(memory.epoch?.number).toBe(3)
})
