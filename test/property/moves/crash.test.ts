/** The worker that moves a run crashes before or after any of its calls: the message comes again, and all is well. */
import { expect, it } from 'vitest'
import type { Sequence } from '../../../domain/sequence.ts'
import { base, days, edits, send, sequenceOf } from './edits.ts'
import { World } from './world.ts'

const live = async (first: Sequence, next: Sequence | undefined, crashAt: number): Promise<World> => {
  const world = new World(first)
  await world.enrol()
  world.calls = 0
  world.crashAt = crashAt
  await world.run(() => next !== undefined && world.sent.length === 2)
  if (next !== undefined) world.publish(next)
  await world.run()
  return world
}

/** What a lead can notice, and what is kept of it. */
const outcomeOf = (world: World) => ({
  sent: world.sent,
  runs: world.runs.map(({ token: _, ...run }) => run),
  executions: [...world.engine.executions.values()].map(({ name, status }) => ({ name, status })),
})

it.each([
  ['an edit', base, edits['a mail on the default path']],
  ['a step taken out', base, edits['the branch taken out']],
  ['a step that takes its leads along', base, edits['the second taken out, with its leads']],
  ['a year', sequenceOf([send('a'), days(500), send('b'), days(500), send('c')]), undefined],
])('%s', { timeout: 60_000 }, async (_, first, next) => {
  const calm = await live(first, next, Number.POSITIVE_INFINITY)
  const expected = outcomeOf(calm)
  expect(expected.runs.length).toBeGreaterThan(1)
  for (let crashAt = 0; crashAt < calm.calls; crashAt++) {
    const world = await live(first, next, crashAt)
    expect(outcomeOf(world), `a crash at call ${crashAt} of ${calm.calls}`).toEqual(expected)
    expect(world.looks).toBeGreaterThanOrEqual(calm.looks)
  }
})

it('the run that goes on takes the next free number, and is found again by its mark', async () => {
  const world = new World(base)
  await world.enrol()
  await world.run(() => world.sent.length === 1)
  const [run] = world.runs
  if (!run) throw new Error('there is no run')
  const { pend: _, ...other } = { ...run, enrolmentId: `${world.leadId}-test-2`, run: 2, key: 'another' }
  await world.ports.enrolments.create({ ...other, exit: { reason: 'goal', at: 0 } }, 'another event')
  world.publish(edits['shorter waits'] ?? base)
  await world.run()
  expect(world.runs.map(({ run: number, key }) => [number, key])).toEqual([
    [1, undefined],
    [2, 'another'],
    [3, undefined],
  ])
  expect(world.sent.map(({ step }) => step)).toEqual(['a', 'b', 'd', 'e', 'f'])
})

it('of a lead that was erased meanwhile nothing goes on', async () => {
  const world = new World(base)
  await world.enrol()
  await world.run(() => world.sent.length === 1)
  world.events.length = 0
  world.publish(edits['shorter waits'] ?? base)
  await world.run()
  expect(world.runs).toHaveLength(1)
  expect(world.engine.isOver()).toBe(true)
})
