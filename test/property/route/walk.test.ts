/** Any sequence, walked on its paths by the machine's own expressions: acts, entries and stops are what the file says. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { stopsOf } from '../../../domain/route.ts'
import type { Sequence, Step } from '../../../domain/sequence.ts'
import { stateMachineOf } from '../../../workflows/compiler/asl.ts'
import { transitionsOf } from '../../../workflows/compiler/transitions.ts'
import { definitionProblems } from '../../../workflows/compiler/validate.ts'
import { plain, type Visit, walked } from '../../unit/compiler/walk.ts'
import { anySequence, stepsOn } from './sequences.ts'

const context = { ...plain, fields: { 'contract.end': ['2026-12-24'] } }
const idOf = (step: Step): string => ('id' in step ? step.id : '')
const waits = (step: Step): boolean => step.kind === 'wait' || step.kind === 'wait_for'

/** Where a visit did an act: at its stop, or at the fork in front of it where another path was taken. */
function placeOf(visit: Visit, way: readonly Step[], taken: ReadonlySet<string>, act: number): number {
  const own = way.findIndex((step) => idOf(step) === visit.hop.step.replace(/\.decide$/, ''))
  const isLeft = (step: Step): boolean =>
    (step.kind === 'branch' || step.kind === 'split') && step.paths.some(({ id }) => taken.has(id))
  const left = way.findIndex((step, index) => index > act && isLeft(step))
  return own === -1 || (left !== -1 && left < own) ? left : own
}

async function walks(sequence: Sequence, most: number) {
  const asl = stateMachineOf(sequence)
  const costs = transitionsOf(sequence).slice(0, most)
  return Promise.all(
    costs.map(async (cost) => {
      const taken = new Set(cost.took)
      const { visits, item } = await walked(sequence, asl, cost.took, context)
      return { cost, taken, visits, item, way: stepsOn(sequence.steps, taken) }
    }),
  )
}

describe('any sequence, on any path', () => {
  test('does each act once and in order, as close to its place as it costs nothing, and counts its entries', async () => {
    await fc.assert(
      fc.asyncProperty(anySequence, async (sequence) => {
        for (const { cost, taken, visits, way } of await walks(sequence, 8)) {
          const acts = way.flatMap((step) => (step.kind === 'act' ? [step.id] : []))
          expect(visits.flatMap((visit) => visit.acts)).toEqual(acts)
          expect(visits).toHaveLength(cost.transitions)
          for (const visit of visits)
            for (const act of visit.acts) {
              const at = way.findIndex((step) => idOf(step) === act)
              const done = placeOf(visit, way, taken, at)
              expect(way.slice(Math.min(at, done), Math.max(at, done)).some(waits)).toBe(false)
            }
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('sends what is on the way; what is beside it is recorded as such, never as overtaken', async () => {
    await fc.assert(
      fc.asyncProperty(anySequence, async (sequence) => {
        const stops = stopsOf(sequence).filter(({ silent }) => !silent)
        for (const { item, way } of await walks(sequence, 8)) {
          const passed = stops.filter(({ id }) => way.some((step) => idOf(step) === id))
          const beside = stops.filter((stop) => !passed.includes(stop))
          expect(passed.map(({ id }) => item.records[id]?.is)).toEqual(passed.map(() => 'sent'))
          // Behind a listening end nothing was planned.
          const left = beside.map(({ id }) => item.records[id] ?? { is: 'not-sent', reason: 'branched' })
          expect(left).toMatchObject(left.map(() => ({ is: 'not-sent', reason: 'branched' })))
          expect(beside.map(({ id }) => item.due[id])).toEqual(beside.map(() => undefined))
        }
      }),
      { numRuns: 1000 },
    )
  })

  test('is a valid definition', () => {
    fc.assert(
      fc.property(anySequence, (sequence) => {
        expect(definitionProblems(stateMachineOf(sequence))).toEqual([])
      }),
      { numRuns: 20 },
    )
  })
})
