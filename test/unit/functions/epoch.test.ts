/** New scoring rules take effect: an epoch, a sweep, and back. */
import { beforeEach, describe, expect, test } from 'vitest'
import { checkScoring } from '../../../domain/scoring-check.ts'
import type { ScoringRules } from '../../../domain/scoring-model.ts'
import { beginEpoch, scoringHash } from '../../../functions/shared/epoch.ts'
import type { SweepMessage, TimerMessage } from '../../../functions/shared/messages.ts'
import { refold } from '../../../functions/shared/refold.ts'
import { sweep } from '../../../functions/timers/sweep.ts'
import { viewed } from '../domain/lead-sample.ts'
import { raw, scoring, scoringText, valid } from '../domain/settings-sample.ts'
import { capture } from './api/support.ts'
import { Memory } from './handoff/memory.ts'

const keener = valid(checkScoring(raw(scoringText.replace('points: 12, at_most', 'points: 18, at_most'))))
let memory: Memory

/** Publishing, then everything that the timers queue holds. */
const publish = async (rules: ScoringRules): Promise<void> => {
  memory.content = { ...memory.content, scoring: rules }
  await beginEpoch(memory.ports, rules)
  for (let at = 0; at < memory.queued.length; at++) {
    const { queue, message } = memory.queued[at] ?? {}
    if (queue !== 'timers') continue
    const timer = message as unknown as SweepMessage | TimerMessage
    if ('kind' in timer) await sweep(memory.ports, timer)
    else await refold(memory.ports, timer.leadId)
  }
  memory.queued.length = 0
}
const sweeps = () => memory.queued.filter(({ queue, message }) => queue === 'timers' && 'kind' in message)

beforeEach(() => {
  memory = new Memory()
})

describe('an epoch', () => {
  test('begins with the first rules and with each new set of them, not with the same again', async () => {
    expect(await beginEpoch(memory.ports, scoring)).toMatchObject({ number: 1, hash: scoringHash(scoring) })
    expect(await beginEpoch(memory.ports, scoring)).toMatchObject({ number: 1 })
    expect(memory.queued).toEqual([])
    memory.now += 1000
    expect(await beginEpoch(memory.ports, keener)).toMatchObject({ number: 2, at: memory.now })
    expect(sweeps()).toMatchObject([{ message: { v: 1, kind: 'sweep', epoch: 2 }, delay: 90 }])
    expect(await beginEpoch(memory.ports, scoring)).toMatchObject({ number: 3, hash: scoringHash(scoring) })
  })

  test('owes its sweep before it is written: a crash in between only sweeps twice', async () => {
    await beginEpoch(memory.ports, scoring)
    const died = { ...memory.ports.epochs, begin: async () => Promise.reject(new Error('died')) }
    await expect(beginEpoch({ ...memory.ports, epochs: died }, keener)).rejects.toThrow('died')
    expect(memory.epoch?.number).toBe(1)
    await beginEpoch(memory.ports, keener)
    expect(sweeps()).toHaveLength(2)
  })
})

describe('a sweep', () => {
  const crowd = async (count: number): Promise<readonly string[]> => {
    const leadIds: string[] = []
    const start = memory.now - count * 1000
    for (let i = 0; i < count; i++) {
      const at = start + i * 1000
      leadIds.push(await capture(memory, `lead${i}@example.com`, at, [viewed(`v${i}`, '/pricing', at + 1)]))
    }
    memory.queued.length = 0
    return leadIds
  }

  test('reaches every lead once, page by page', async () => {
    const leadIds = await crowd(1100)
    await beginEpoch(memory.ports, scoring)
    await beginEpoch(memory.ports, keener)
    const seen: string[] = []
    for (let at = 0; at < memory.queued.length; at++) {
      const message = memory.queued[at]?.message as unknown as SweepMessage | TimerMessage
      if ('kind' in message) await sweep(memory.ports, message)
      else seen.push(message.leadId)
    }
    expect(seen.toSorted()).toEqual(leadIds.toSorted())
    expect(sweeps()).toHaveLength(3)
  })

  test('moves who crosses; an older one stops when a newer has begun', async () => {
    const [leadId = ''] = await crowd(1)
    await publish(scoring)
    const before = memory.item(leadId).head?.state
    const easy = valid(
      checkScoring(
        raw(scoringText.replace('fit: ">= 10", engagement: ">= 15", total: ">= 30"', 'engagement: ">= 5"')),
      ),
    )
    await publish(easy)
    expect(before?.stage).toBe('lead')
    expect(memory.item(leadId).head?.state.stage).toBe('mql')
    await sweep(memory.ports, { v: 1, kind: 'sweep', epoch: 1 })
    expect(memory.queued).toEqual([])
  })
})
