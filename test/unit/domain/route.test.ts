import { describe, expect, test } from 'vitest'
import { planBranch, planFirst } from '../../../domain/planning.ts'
import { routeOf, stopsOf } from '../../../domain/route.ts'
import {
  branchesBefore,
  decisionsAt,
  listeningNow,
  listensAt,
  nextSequenceAfter,
  stopOfId,
} from '../../../domain/route-ask.ts'
import { isHeldFrom } from '../../../domain/route-lead.ts'
import { stepsCompiled } from '../compiler/helpers.ts'
import { plain } from '../compiler/walk.ts'

const ids = (branches: readonly { readonly id: string }[]) => branches.map(({ id }) => id)
const branch = (id: string, vip: string, other: string) =>
  `  - branch: { id: ${id}, paths: [ { name: VIP, if: { fit: ">= 9" }, steps: [ ${vip} ] }, { name: Rest, else: true, steps: [ ${other} ] } ] }`

describe('branches before a stop', () => {
  const { sequence } = stepsCompiled(
    [
      '  - send: one',
      branch('outer', '{ send: two }, { wait: 1 day }', branch('inner', '{ send: three }', '').slice(4)),
      branch('later', '{ send: four }', ''),
      '  - send: five',
    ].join('\n'),
  )

  test('are decided at the default path’s next message, outermost first', () => {
    expect(ids(branchesBefore(sequence, 'five'))).toEqual(['outer', 'inner', 'later'])
    expect(ids(branchesBefore(sequence, 'one'))).toEqual([])
    expect(ids(branchesBefore(sequence, 'three'))).toEqual([])
  })

  test('not again, and not those of a path not taken', () => {
    expect(ids(branchesBefore(sequence, 'five', { outer: 'outer.vip' }))).toEqual(['later'])
    expect(ids(branchesBefore(sequence, 'five', { outer: 'outer.other' }))).toEqual([])
    expect(ids(branchesBefore(sequence, 'five', { outer: 'outer.rest' }))).toEqual(['inner', 'later'])
    expect(ids(branchesBefore(sequence, 'five', { inner: 'inner.vip' }))).toEqual(['later'])
    expect(ids(branchesBefore(sequence, 'five', { later: 'later.vip' }))).toEqual([])
  })

  test('a hold decides only at its own stop, and not when it was diverted there', () => {
    const ahead = stepsCompiled(
      `  - send: one\n${branch('b', '{ wait: 1 day }, { send: two }', '{ wait: 4 days }, { send: three }')}`,
    )
    const item = { due: { 'b.decide': 100, three: 2000 }, took: {} }
    const at = (op: 'send' | 'hold', step: string, now: number, via?: string) =>
      ids(decisionsAt(ahead.sequence, { op, step, n: 1, ...(via && { via }) }, item, now))
    expect(at('hold', 'b.decide', 100)).toEqual(['b'])
    expect(at('hold', 'b.decide', 100, 'Tendril.Replan')).toEqual([])
    expect(at('send', 'three', 2000)).toEqual([])
    expect(at('hold', 'three', 2000)).toEqual([])
  })
})

describe('listening', () => {
  const { sequence } = stepsCompiled(`
  - send: one
  - wait_for: { id: first, event: email.clicked, timeout: 2 days, if_yes: [ { send: two } ] }
  - wait_for: { id: second, event: page.viewed, timeout: 3 days, if_yes: [ { send: three } ] }
  - wait: 1 day
  - send: four`)
  const due = planFirst(sequence, plain)
  const open = (step: string, days: number, took = {}) =>
    listeningNow(sequence, { step, due, took }, plain.now + days * 86_400).map(({ path }) => path)

  test('one after the other, until the timeout', () => {
    expect(listensAt(sequence, 'one').map(({ path, opens, closes }) => [path, opens, closes])).toEqual([
      ['first.yes', 'one', 'first'],
      ['second.yes', 'first', 'second'],
    ])
    expect(open('one', 1)).toEqual(['first.yes'])
    expect(open('one', 3)).toEqual(['second.yes'])
    expect(open('one', 5.5)).toEqual([])
    expect(open('one', -1)).toEqual([])
  })

  test('in the Hold of the next stop too, not in one further on, not twice', () => {
    expect(open('four', 1)).toEqual(['first.yes'])
    expect(open('two', 1)).toEqual([])
    expect(open('one', 1, { first: 'first.yes' })).toEqual([])
    expect(listeningNow(sequence, { due, took: {} }, plain.now)).toEqual([])
  })
})

test('the next sequence is that of its own stop', () => {
  const { sequence } = stepsCompiled('  - send: one\n  - next: welcome')
  expect(stopsOf(sequence).map(({ id }) => nextSequenceAfter(sequence, id))).toEqual([undefined, 'welcome'])
  expect(stopOfId(sequence, 'next')?.kind).toBe('next')
})

test('an end inside a path is listened at; the last messages are last', () => {
  const { sequence } = stepsCompiled(`  - send: one\n${branch('b', '{ end: enough }', '{ send: two }')}`)
  expect(stopsOf(sequence).map(({ id, kind, last }) => [id, kind, last])).toEqual([
    ['one', 'send', false],
    ['b.decide', 'decide', false],
    ['end', 'listen', true],
    ['two', 'send', true],
  ])
})

test('a wait_for behind a path that was taken opens with it', () => {
  const { sequence } = stepsCompiled(`
  - send: one
  - wait_for: { id: first, event: email.clicked, timeout: 2 days }
  - wait_for: { id: second, event: page.viewed, timeout: 3 days, if_yes: [ { send: three } ] }
  - send: four`)
  const at = plain.now + 3600
  const { due, took } = planBranch(sequence, 'first.yes', at, planFirst(sequence, plain), plain)
  const item = { step: 'four', due, took: { [took.branch]: took.path } }
  expect(listeningNow(sequence, item, at + 60).map(({ path }) => path)).toEqual(['second.yes'])
})

test('a decision is made at once only where a path begins at once for every lead', () => {
  const decided = (arm: string) => {
    const { sequence } = stepsCompiled(
      `  - branch:
      id: b
      paths:
        - { name: VIP, if: { fit: ">= 9" }, steps: [ { wait: 20 minutes } ] }
        - name: Rest
          else: true
          steps:
            - split: { id: s, paths: [ { name: A, share: 50%, steps: [ ${arm} ] }, { name: B, share: 50%, steps: [ { wait: 20 minutes } ] } ] }
            - next: keep-warm
  - send: five`,
    )
    return isHeldFrom(routeOf(sequence).start)
  }
  expect(decided('')).toBe(true)
  expect(decided('{ wait: 20 minutes }')).toBe(true)
})
