/** What is said when a split or a repeat is misused. Steps begin in line 7. */
import { describe, expect, test } from 'vitest'
import { misuse, said } from './helpers.ts'

describe('split', () => {
  const split = (paths: string, more = '') => `  - split: { id: s, paths: [ ${paths} ]${more} }`
  misuse([
    [
      split('{ name: A, share: 50%, steps: [ { send: one } ] }, { name: B, share: 40.5% }'),
      '7:28 the shares add up to 90.5 %; they must add up to 100 %',
    ],
    [
      split('{ name: A, share: 100%, steps: [ { send: one } ] }'),
      '7:28 paths: found a list; allowed: at least 2 entries',
    ],
    [
      split('{ name: A, share: 50 }, { name: B, share: half }, { name: C, share: 101% }'),
      '7:48 share: found 50; write a share like 50% or 12.5%',
      '7:72 share: found "half"; write a share like 50% or 12.5%',
      '7:98 share: found "101%"; at most 100%',
    ],
    [
      split('{ name: A, share: 50% }, { name: B, share: 50% }'),
      '7:28 all paths are empty: the split changes nothing',
    ],
    [
      split('{ name: A b, share: 50%, steps: [ { send: one } ] }, { name: a B!, share: 50% }'),
      '7:91 two paths are called "a B!"',
    ],
    [
      split(
        '{ name: A, share: 50%, steps: [ { send: one } ] }, { name: B, share: 50% }',
        ', winner: { by: opens, after: 500 }',
      ),
      '7:122 by: found "opens"; allowed: click-rate',
      '7:136 after: found 500; write a number of mails like "500 sends"',
    ],
    [
      split(
        '{ name: A, share: 50%, steps: [ { send: one } ] }, { name: B, share: 50% }',
        ', winner: { by: click-rate, after: 500 sends }',
      ),
      '7:116 the path "B" sends no mail, so it has no click rate to win by',
    ],
  ])

  test('thirds are whole', () => {
    const thirds = ['33.33%', '33.33%', '33.34 %'].map(
      (share, i) => `{ name: P${i}, share: ${share}, steps: [ { tag: { add: a } } ] }`,
    )
    expect(said(`${split(thirds.join(', '))}\n  - send: six`)).toEqual([])
  })

  test('nothing follows a split whose paths all end', () => {
    const both = split(
      '{ name: A, share: 50%, steps: [ { end: a } ] }, { name: B, share: 50%, steps: [ { end: b } ] }',
    )
    expect(said(`${both}\n  - send: six`)).toEqual([
      'test.yaml:8:5 this step is never reached: all paths end before it',
    ])
  })
})

describe('repeat', () => {
  misuse([
    ['  - repeat: { id: r, times: 1, steps: [ { send: one } ] }', '7:29 times: found 1; allowed: at least 2'],
    [
      '  - repeat: { id: r, times: 21, steps: [ { send: one } ] }',
      '7:29 times: found 21; allowed: at most 20',
    ],
    ['  - repeat: { id: r, times: 3, steps: [] }', '7:39 there is nothing to repeat'],
    [
      '  - repeat: { times: 3, step: [ { send: one } ] }',
      '7:13 "id" is missing; expected a text',
      '7:13 "steps" is missing; expected a list',
      '7:25 unknown key "step"; did you mean "steps"?',
    ],
    [
      '  - repeat: { id: r, times: 2, steps: [ { send: one, id: a23456789-123456789-123456789 } ] }',
      '7:58 the id "a23456789-123456789-123456789" is too long for a step that is repeated',
    ],
  ])

  test('a mistake inside is told once', () => {
    expect(said('  - repeat: { id: r, times: 5, steps: [ { send: oen } ] }')).toEqual([
      'test.yaml:7:49 unknown template "oen"; did you mean "one"?',
    ])
  })

  test('an id that a later round takes', () => {
    expect(
      said('  - repeat: { id: r, times: 2, steps: [ { send: one } ] }\n  - { send: two, id: one-2 }'),
    ).toEqual(['test.yaml:8:22 the id "one-2" is already that of the step in line 7; give this one another'])
  })

  test('steps that end the sequence', () => {
    expect(said('  - repeat: { id: r, times: 2, steps: [ { send: one }, { end: x } ] }')).toEqual([
      'test.yaml:7:13 these steps end the sequence: there is no second round',
    ])
  })

  test('repeats in repeats without measure are refused before they are written out', () => {
    const deep = (steps: string, level: number): string =>
      level === 0 ? steps : deep(`{ repeat: { id: r${level}, times: 20, steps: [ ${steps} ] } }`, level - 1)
    const began = performance.now()
    expect(said(`  - ${deep('{ tag: { add: a } }', 6)}`)[0]).toMatch(/more than 600 steps/)
    expect(performance.now() - began).toBeLessThan(1000)
  })
})
