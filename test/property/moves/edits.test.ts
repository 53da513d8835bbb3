/** A sequence is edited while leads are on their way: none skips a step, and none gets one twice. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { isSameShape } from '../../../domain/move-shape.ts'
import { stateMachineOf } from '../../../workflows/compiler/asl.ts'
import { anySequence } from '../route/sequences.ts'
import { anyOps, editedBy } from './any-edit.ts'
import { check, edited, mailsOn } from './check.ts'
import { base, edits, sequenceOf } from './edits.ts'
import { World } from './world.ts'

/** A machine without what only people read. */
const bare = (sequence: Parameters<typeof stateMachineOf>[0]): unknown => {
  const { States, StartAt } = stateMachineOf(sequence)
  const names = new Map(Object.keys(States).map((name, index) => [name, `state ${index}`]))
  const text = JSON.stringify({ States, StartAt }, (key, value) => (key === 'Comment' ? undefined : value))
  return [...names].reduce(
    (all, [name, plain]) => all.replaceAll(JSON.stringify(name), () => `"${plain}"`),
    text,
  )
}

describe.each(Object.entries(edits))('%s', (_, next) => {
  it.each([
    ['the default path', []],
    ['the other path', ['size.big', 'late.big', 'early.big']],
  ] as const)('leads on %s, at every step', async (_, wishes) => {
    let moved = 0
    for (let turn = 0; ; turn++) {
      const told = await edited(base, next, wishes, turn)
      if (!told) break
      check(told, base, next)
      moved += told.last.version === next.version ? 1 : 0
    }
    expect(moved > 0).toBe(!next.pinned)
  })
})

/** The step that a lead waits for is what it gets next, wherever it lies now. */
it('a lead gets the step that it waits for next', async () => {
  for (const [name, next] of Object.entries(edits)) {
    const ids = mailsOn(next.steps, {})
    if (next.pinned || !ids.includes('e') || name.includes('split')) continue
    const world = new World(base)
    await world.enrol()
    await world.run(() => world.sent.length === 3)
    world.publish(next)
    await world.run(() => world.sent.length === 4)
    expect(
      world.sent.map(({ step }) => step),
      name,
    ).toEqual(['a', 'b', 'd', 'e'])
  }
})

describe('any edit of any sequence', () => {
  it('skips nothing and repeats nothing', { timeout: 240_000 }, async () => {
    let moved = 0
    await fc.assert(
      fc.asyncProperty(
        anySequence,
        anyOps,
        fc.nat({ max: 25 }),
        fc.boolean(),
        async (drawn, ops, turn, other) => {
          const old = sequenceOf(drawn.steps)
          const next = editedBy(old, ops)
          if (!next) return
          const wishes = other
            ? old.steps.flatMap((step) => (step.kind === 'branch' ? [step.paths[0]?.id ?? ''] : []))
            : []
          const told = await edited(old, next, wishes, turn)
          if (!told) return
          check(told, old, next)
          moved += told.world.places.size
        },
      ),
      { numRuns: 400 },
    )
    expect(moved).toBeGreaterThan(30)
  })

  it('and taken back again: nothing is repeated', { timeout: 240_000 }, async () => {
    let back = 0
    const turn = fc.nat({ max: 12 })
    await fc.assert(
      fc.asyncProperty(anySequence, anyOps, turn, turn, async (drawn, ops, first, second) => {
        const old = sequenceOf(drawn.steps)
        const next = editedBy(old, ops)
        if (!next) return
        const world = new World(old)
        await world.enrol()
        let turns = 0
        await world.run(() => turns++ >= first)
        world.publish(next)
        await world.run(() => turns++ >= first + second)
        world.publish(old)
        await world.run()
        const sent = world.sent.map(({ step }) => step)
        expect(world.engine.isOver()).toBe(true)
        expect(sent).toEqual([...new Set(sent)])
        back += world.runs.length > 2 ? 1 : 0
      }),
      { numRuns: 200 },
    )
    expect(back).toBeGreaterThan(10)
  })

  it('is one machine where the shape is the same', () => {
    fc.assert(
      fc.property(anySequence, fc.string(), (drawn, text) => {
        const old = sequenceOf(drawn.steps)
        const next = sequenceOf(
          JSON.parse(
            JSON.stringify(drawn.steps).replaceAll(
              '"template":"',
              () => `"name":${JSON.stringify(text)},"template":"other-`,
            ),
          ),
        )
        expect(isSameShape(old, next)).toBe(true)
        expect(bare(next)).toEqual(bare(old))
      }),
    )
  })
})
