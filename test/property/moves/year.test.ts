/** A sequence of years: executions end by their day 350, and the lead does not notice. */
import { describe, expect, it } from 'vitest'
import { planFirst } from '../../../domain/planning.ts'
import { stopsOf } from '../../../domain/route.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { planContext } from '../../../functions/shared/plan-context.ts'
import { settings } from '../../unit/domain/settings-sample.ts'
import { days, send, sequenceOf } from './edits.ts'
import { begin, World } from './world.ts'

const year = 365 * 86_400

const planned = (sequence: Sequence): readonly (readonly [string, number])[] => {
  const due = planFirst(
    sequence,
    planContext(settings, { zone: 'UTC' }, begin, { leadId: 'lead'.padEnd(26, 'a') }),
  )
  return stopsOf(sequence)
    .filter(({ kind }) => kind === 'send')
    .map(({ id }) => [id, due[id] ?? 0])
}

const branchTo = (big: readonly Step[], rest: readonly Step[]): Step => ({
  kind: 'branch',
  id: 'size',
  paths: [
    { id: 'size.big', name: 'Big', if: { stage: ['mql'] }, steps: big },
    { id: 'size.rest', name: 'Rest', steps: rest },
  ],
})

const lived = async (steps: readonly Step[], wishes: readonly string[] = []): Promise<World> => {
  const world = new World(sequenceOf(steps), wishes)
  await world.enrol()
  await world.run()
  return world
}

describe('past a year', () => {
  it.each([
    [
      'waits of more than a year',
      [send('a'), days(400), send('b'), days(800), send('c'), days(30), send('d')],
    ],
    ['a wait of ten years', [send('a'), days(3650), send('b')]],
    ['a first wait of two years', [days(730), send('a'), days(2), send('b')]],
    ['many mails', Array.from({ length: 40 }, (_, index) => [send(`m${index}`), days(28)]).flat()],
  ])('%s: every mail once, when it is due', async (_, steps) => {
    const world = await lived(steps)
    const expected = planned(sequenceOf(steps))
    expect(world.sent.map(({ step }) => step)).toEqual(expected.map(([id]) => id))
    for (const [index, { at }] of world.sent.entries())
      expect(Math.abs(at - (expected[index]?.[1] ?? 0))).toBeLessThan(86_400 * 4)
    const years = (world.engine.now - begin) / year
    expect(world.runs.length).toBeGreaterThanOrEqual(Math.ceil(years))
    for (const { createdAt } of world.runs) expect(createdAt).toBe(begin)
  })

  it('no execution lives for a year', async () => {
    const world = await lived([send('a'), days(1200), send('b'), days(1200), send('c')])
    for (const { start, end } of world.engine.executions.values())
      expect((end - start) / 86_400).toBeLessThan(352)
  })

  it.each([
    ['behind a mail', [send('a'), days(1500)]],
    ['from the start of a path', [send('a'), branchTo([days(1500)], [send('b')])]],
  ])('an end that is listened at %s is listened at to its end', async (_, steps) => {
    const world = await lived(steps, ['size.big'])
    expect((world.engine.now - begin) / 86_400).toBeGreaterThan(1499)
    expect(world.engine.entered.at(-1)).toBe('Completed')
    expect(world.sent.map(({ step }) => step)).toEqual(['a'])
  })
})
