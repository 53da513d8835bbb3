/** Shares are kept, leads stay where they are, and no split knows of another. */
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { hashOf } from '../../domain/hash.ts'
import type { Sequence, SplitStep } from '../../domain/sequence.ts'
import { armOf, isHeldOut } from '../../domain/split.ts'

const leads = Array.from({ length: 100_000 }, (_, k) => `c4zvtqqzr333wwd37brgrdi${k.toString(36)}`)
const split = (id: string, shares: readonly number[]): SplitStep => ({
  kind: 'split',
  id,
  paths: shares.map((share, index) => ({ id: `${index}`, name: `${index}`, share, steps: [] })),
})
const sequence = (id: string, holdout: number): Sequence => ({
  id,
  version: '0',
  name: id,
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  holdout,
  exits: [],
  steps: [],
})

/** Shares in hundredths of a percent that add up to 10,000. */
const anyShares = fc
  .array(fc.integer({ min: 1, max: 100 }), { minLength: 2, maxLength: 5 })
  .map((weights) => {
    const sum = weights.reduce((total, weight) => total + weight, 0)
    const shares = weights.map((weight) => Math.floor((weight * 10_000) / sum))
    const rest = 10_000 - shares.reduce((total, share) => total + share, 0)
    return shares.map((share, index) => (index === 0 ? share + rest : share))
  })
const anyId = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/)

test('every path gets its share, within 1 %', () => {
  fc.assert(
    fc.property(anyShares, anyId, anyId, (shares, id, sequenceId) => {
      const counts = shares.map(() => 0)
      for (const lead of leads) {
        const arm = Number(armOf(split(id, shares), sequenceId, lead))
        counts[arm] = (counts[arm] ?? 0) + 1
      }
      for (const [index, share] of shares.entries())
        expect(Math.abs((counts[index] ?? 0) / leads.length - share / 10_000)).toBeLessThan(0.01)
    }),
    { numRuns: 12 },
  )
})

/** The share of leads in both, where each takes a fifth or a half by itself. */
const both = (one: (lead: string) => boolean, other: (lead: string) => boolean) =>
  leads.filter((lead) => one(lead) && other(lead)).length / leads.length

describe('one decision does not depend on another', () => {
  const half = split('subject', [5000, 5000])
  const inFirst = (of: SplitStep, sequenceId: string) => (lead: string) => armOf(of, sequenceId, lead) === '0'

  test.each([
    ['splits of a sequence', inFirst(half, 'a'), inFirst(split('subject-2', [5000, 5000]), 'a'), 0.25],
    ['the same split in two sequences', inFirst(half, 'a'), inFirst(half, 'b'), 0.25],
    [
      'a split and the holdout',
      inFirst(half, 'a'),
      (lead: string) => isHeldOut(sequence('a', 2000), lead),
      0.1,
    ],
    [
      'two holdouts',
      (lead: string) => isHeldOut(sequence('a', 2000), lead),
      (lead: string) => isHeldOut(sequence('b', 2000), lead),
      0.04,
    ],
    [
      'ids that follow one another',
      inFirst(half, 'a'),
      (lead: string) => inFirst(half, 'a')(`${lead}a`),
      0.25,
    ],
  ])('%s', (_, one, other, expected) => {
    expect(Math.abs(both(one, other) - expected)).toBeLessThan(0.006)
  })
})

test('a lead stays in the holdout when the share grows, and out of it when it shrinks', () => {
  const held = (share: number) =>
    new Set(leads.slice(0, 5000).filter((lead) => isHeldOut(sequence('a', share), lead)))
  const [few, many] = [held(500), held(1500)]
  expect([...few].filter((lead) => !many.has(lead))).toEqual([])
  expect(few.size).toBeLessThan(many.size)
})

test('each bit of the text moves half of the hash', () => {
  let moved = 0
  const words = leads.slice(0, 2000)
  for (const word of words) {
    const last = word.charCodeAt(word.length - 1)
    const other = word.slice(0, -1) + String.fromCharCode(last ^ 1)
    for (let bits = (hashOf(word) ^ hashOf(other)) >>> 0; bits > 0; bits >>>= 1) moved += bits & 1
  }
  expect(moved / words.length).toBeGreaterThan(15)
  expect(moved / words.length).toBeLessThan(17)
})
