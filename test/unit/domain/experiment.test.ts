import * as fc from 'fast-check'
import { expect, test } from 'vitest'
import { winnerOf } from '../../../domain/experiment.ts'

const arm = (path: string, sends: number, clicks: number) => ({ path, sends, clicks })

test('no winner before so many sends, however clear it looks', () => {
  expect(winnerOf([arm('a', 200, 100), arm('b', 200, 10)], 500)).toBeUndefined()
  expect(winnerOf([arm('a', 260, 130), arm('b', 260, 13)], 500)).toBe('a')
})

test('a difference that chance explains wins nothing', () => {
  expect(winnerOf([arm('a', 500, 55), arm('b', 500, 50)], 500)).toBeUndefined()
})

test('the best of three must be clear of both others', () => {
  expect(winnerOf([arm('a', 500, 100), arm('b', 500, 95), arm('c', 500, 20)], 500)).toBeUndefined()
  expect(winnerOf([arm('a', 500, 150), arm('b', 500, 60), arm('c', 500, 20)], 500)).toBe('a')
})

test('arms that do the same have a winner by chance in few of many looks', () => {
  let seed = 7
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const clicks = (): number => Array.from({ length: 400 }).filter(() => random() < 0.1).length
  const won = Array.from({ length: 1000 }).filter(
    () => winnerOf([arm('a', 400, clicks()), arm('b', 400, clicks())], 500) !== undefined,
  )
  expect(won.length).toBeLessThan(80)
  expect(won.length).toBeGreaterThan(20)
})

test('the order of the arms and arms without clicks do not matter', () => {
  const count = fc.record({ sends: fc.nat(1000), rate: fc.double({ min: 0, max: 1, noNaN: true }) })
  fc.assert(
    fc.property(fc.array(count, { minLength: 2, maxLength: 4 }), (counts) => {
      const arms = counts.map(({ sends, rate }, i) => arm(`p${i}`, sends, Math.floor(sends * rate)))
      expect(winnerOf([...arms].reverse(), 100)).toBe(winnerOf(arms, 100))
    }),
  )
})
