/** New scoring rules take effect: an epoch, a sweep, and back. */
import { beforeEach, describe, expect, test } from 'vitest'
import { checkScoring } from '../../../domain/scoring-check.ts'
import type { ScoringRules } from '../../../domain/scoring-model.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import { beginEpoch, scoringHash } from '../../../functions/shared/epoch.ts'
import type { SweepMessage, TimerMessage } from '../../../functions/shared/messages.ts'
import { refold } from '../../../functions/shared/refold.ts'
import { sweep } from '../../../functions/timers/sweep.ts'
import { on, sequenceOf } from '../domain/entry-sample.ts'
import { viewed } from '../domain/lead-sample.ts'
import { raw, scoring, scoringText, valid } from '../domain/settings-sample.ts'
import { capture } from './api/support.ts'
import { Memory } from './handoff/memory.ts'

const keener = valid(checkScoring(raw(scoringText.replace('points: 12, at_most', 'points: 18, at_most'))))
const by = (rules: ScoringRules, sequences: readonly Sequence[] = []) => ({
  scoring: rules,
  sequences: Object.fromEntries(sequences.map((sequence) => [sequence.id, sequence])),
})
let memory: Memory

/** Publishing, then everything that the timers queue holds. */
const publish = async (rules: ScoringRules): Promise<void> => {
  memory.content = { ...memory.content, scoring: rules }
  await beginEpoch(memory.ports, memory.content)
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
    expect(await beginEpoch(memory.ports, by(scoring))).toMatchObject({
      number: 1,
      hash: scoringHash(scoring),
    })
    expect(await beginEpoch(memory.ports, by(scoring))).toMatchObject({ number: 1 })
    expect(memory.queued).toEqual([])
    memory.now += 1000
    expect(await beginEpoch(memory.ports, by(keener))).toMatchObject({ number: 2, at: memory.now })
    expect(sweeps()).toMatchObject([{ message: { v: 1, kind: 'sweep', rev: 2 }, delay: 90 }])
    expect(await beginEpoch(memory.ports, by(scoring))).toMatchObject({
      number: 3,
      hash: scoringHash(scoring),
    })
  })

  test('owes its sweep before it is written: a crash in between only sweeps twice', async () => {
    await beginEpoch(memory.ports, by(scoring))
    const died = { ...memory.ports.epochs, begin: async () => Promise.reject(new Error('died')) }
    await expect(beginEpoch({ ...memory.ports, epochs: died }, by(keener))).rejects.toThrow('died')
    expect(memory.epoch?.number).toBe(1)
    await beginEpoch(memory.ports, by(keener))
    expect(sweeps()).toHaveLength(2)
  })
})

describe('sequences that begin at other dates, scores or temperatures', () => {
  const date = on({ kind: 'date', field: 'contract.end' })

  test('are told to every lead in the same epoch: their timers know only the old ones', async () => {
    await beginEpoch(memory.ports, by(scoring))
    const epoch = await beginEpoch(memory.ports, by(scoring, [date]))
    expect(epoch).toMatchObject({ number: 1, rev: 2 })
    expect(sweeps()).toMatchObject([{ message: { rev: 2 } }])
    await beginEpoch(
      memory.ports,
      by(scoring, [date, sequenceOf('two', { when: [{ kind: 'form', form: 'x' }] })]),
    )
    expect(sweeps()).toHaveLength(1)
    await beginEpoch(memory.ports, by(keener, [date]))
    expect(memory.epoch).toMatchObject({ number: 2, rev: 3 })
  })

  test('so that a lead of long ago gets its timer', async () => {
    await publish(scoring)
    const leadId = await capture(memory, 'old@example.com', memory.now - 400 * 86_400_000, [
      {
        type: 'fields.set',
        id: 'f',
        at: memory.now - 1,
        fields: { 'contract.end': ['2027-03-31'] },
        actor: 'x',
      },
    ])
    memory.timers.clear()
    memory.content = { ...memory.content, sequences: { one: date } }
    await publish(scoring)
    expect(new Date(memory.timers.get(`lead-${leadId}`) ?? 0).toISOString()).toBe('2027-03-30T23:00:00.000Z')
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
    await beginEpoch(memory.ports, by(scoring))
    await beginEpoch(memory.ports, by(keener))
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
    await sweep(memory.ports, { v: 1, kind: 'sweep', rev: 1 })
    expect(memory.queued).toEqual([])
  })
})
