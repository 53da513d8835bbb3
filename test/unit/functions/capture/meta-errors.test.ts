import { describe, expect, it } from 'vitest'
import { now } from '../ingest/support.ts'
import { failure, lead, read, upstream } from './graph.ts'
import { World } from './support.ts'

const hour = 3_600_000

describe('errors of Graph', () => {
  it.each([1, 2, 4, 17, 32, 341, 368, 613, 80_000, 80_005, 80_014, 9999])(
    'code %i is tried again',
    async (code) => {
      const world = await read(new World(), failure(code))
      expect(world.schedules.size).toBe(1)
      expect(world.parkedItems).toMatchObject([{ id: 'facebook-7', reason: 'unavailable' }])
      expect(world.parkedItems[0]?.detail).not.toContain('secret')
    },
  )

  it.each([
    [190, 458, 'reauth', 1],
    [102, undefined, 'reauth', 1],
    [10, undefined, 'permission', 1],
    [200, undefined, 'permission', 1],
    [299, undefined, 'permission', 1],
    [100, 33, 'not-found', 0],
  ])('code %i/%s parks as %s', async (code, subcode, reason, alerts) => {
    const world = await read(new World(), failure(code, subcode))
    expect(world.parkedItems).toMatchObject([{ reason }])
    expect(world.parkedItems[0]?.nextAttemptAt).toBeUndefined()
    expect([world.schedules.size, world.alerts.length]).toEqual([0, alerts])
  })

  it.each([
    ['a 500 page', upstream(500, '<html>')],
    ['a 503', upstream(503, {})],
    ['silence', []],
  ])('%s is tried again', async (_name, answers) => {
    expect((await read(new World(), answers)).schedules.size).toBe(1)
  })

  it('a missing token parks and alerts instead of looping', async () => {
    const world = new World()
    delete world.secrets['META_ACCESS_TOKEN']
    await read(world, [])
    expect(world.parkedItems).toMatchObject([{ reason: 'reauth' }])
    expect([world.asked.length, world.alerts.length]).toEqual([0, 1])
  })

  it('goes on for more than a day, then asks a person; the lead is not lost', async () => {
    const world = await read(new World(), failure(2))
    let tries = 1
    for (; world.schedules.size > 0; tries++) await world.wait()
    expect(world.clock - now).toBeGreaterThan(24 * hour)
    expect(tries).toBeLessThan(20)
    expect(world.parkedItems).toHaveLength(1)
    expect(world.parkedItems[0]?.nextAttemptAt).toBeUndefined()
    expect(world.alerts).toMatchObject([{ kind: 'capture.unavailable' }])
    world.upstream = lead({ email: ['a@example.com'] })
    world.queue.push(world.parkedItems[0]?.replay.message as never)
    await world.drain()
    expect([world.captured.length, world.parkedItems.length]).toEqual([1, 0])
  })

  it('a later read that succeeds takes the item off the list', async () => {
    const world = await read(new World(), failure(2))
    world.upstream = lead({ email: ['a@example.com'] })
    await world.wait()
    expect([world.captured.length, world.parkedItems.length]).toEqual([1, 0])
  })
})
