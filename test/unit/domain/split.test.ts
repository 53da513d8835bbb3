import { describe, expect, test } from 'vitest'
import type { Sequence, SplitStep, Step } from '../../../domain/sequence.ts'
import { armOf, isHeldOut, tookAtStart } from '../../../domain/split.ts'

const send = (id: string): Step => ({ kind: 'send', id, template: id, immediately: false })
const split = (id: string, shares: readonly number[], steps: readonly Step[][] = []): SplitStep => ({
  kind: 'split',
  id,
  paths: shares.map((share, index) => ({
    id: `${id}.${index}`,
    name: `${index}`,
    share,
    steps: steps[index] ?? [],
  })),
})
const sequenceOf = (steps: readonly Step[], more: Partial<Sequence> = {}): Sequence => ({
  id: 'test',
  version: '0',
  name: 'Test',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps: [...steps, { kind: 'end', id: 'end', outcome: 'finished' }],
  ...more,
})

describe('the path of a split', () => {
  test('is the same for ever: these were told once', () => {
    const half = split('subject', [5000, 5000])
    const arms = ['lead-a', 'lead-b', 'lead-c', 'lead-d'].map((lead) => armOf(half, 'welcome', lead))
    expect(arms).toEqual(['subject.1', 'subject.0', 'subject.1', 'subject.0'])
  })

  test('is the winner’s once there is one, if it is a path', () => {
    const half = split('subject', [5000, 5000])
    const leads = Array.from({ length: 40 }, (_, k) => `lead-${k}`)
    expect(new Set(leads.map((lead) => armOf(half, 's', lead, 'subject.1')))).toEqual(new Set(['subject.1']))
    expect(new Set(leads.map((lead) => armOf(half, 's', lead, 'other.9'))).size).toBe(2)
  })

  test('with all of the share is everybody’s', () => {
    expect(armOf(split('s', [0, 10_000]), 's', 'lead')).toBe('s.1')
    expect(armOf(split('s', [10_000, 0]), 's', 'lead')).toBe('s.0')
  })
})

describe('what is taken from the start', () => {
  const inner = split('inner', [5000, 5000], [[send('a')], [send('b')]])
  const outer: Step = {
    kind: 'branch',
    id: 'size',
    paths: [
      { id: 'size.big', name: 'Big', if: { stage: ['mql'] }, steps: [inner] },
      { id: 'size.rest', name: 'Rest', steps: [send('c')] },
    ],
  }
  const uneven = split('uneven', [5000, 5000], [[send('d')], []])
  const sequence = sequenceOf([send('one'), outer, uneven, send('two')])

  test('is a path of every even split, wherever it lies, and of no other', () => {
    expect(tookAtStart(sequence, 'lead-a')).toEqual({ inner: armOf(inner, 'test', 'lead-a') })
    expect(tookAtStart(sequence, 'lead-a', { inner: 'inner.1', uneven: 'uneven.0' })).toEqual({
      inner: 'inner.1',
    })
  })
})

test('nobody is held out of a sequence without a holdout', () => {
  const leads = Array.from({ length: 200 }, (_, k) => `lead-${k}`)
  expect(leads.filter((lead) => isHeldOut(sequenceOf([send('a')]), lead))).toEqual([])
  expect(leads.filter((lead) => isHeldOut(sequenceOf([send('a')], { holdout: 10_000 }), lead))).toEqual(leads)
})
