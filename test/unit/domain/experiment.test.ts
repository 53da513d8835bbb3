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

test('arms that do the same seldom have a winner, though it is asked at every send', () => {
  let seed = 7
  const random = (): number => {
    seed = (seed * 1_103_515_245 + 12_345) % 2_147_483_648
    return seed / 2_147_483_648
  }
  const isWon = (): boolean => {
    const arms = [arm('a', 0, 0), arm('b', 0, 0)] as const
    for (let sends = 1; sends <= 3000; sends++) {
      const mine = arms[random() < 0.5 ? 0 : 1]
      mine.sends++
      if (random() < 0.1) mine.clicks++
      if (sends % 5 === 0 && winnerOf(arms, 500) !== undefined) return true
    }
    return false
  }
  expect(Array.from({ length: 200 }).filter(isWon).length).toBeLessThanOrEqual(10)
})

test('an arm that is clicked half as often again is found', () => {
  expect(winnerOf([arm('a', 1000, 150), arm('b', 1000, 100)], 500)).toBe('a')
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
