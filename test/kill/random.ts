/** Chance that one number repeats. */

export interface Dice {
  /** From 0 up to, not including, 1. */
  roll(): number
  /** A whole number from 0 up to, not including, `n`. */
  below(n: number): number
  /** True in `share` of all cases. */
  chance(share: number): boolean
}

/** Mulberry32. */
export const diceOf = (seed: number): Dice => {
  let state = seed >>> 0
  const roll = (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296
  }
  return { roll, below: (n) => Math.floor(roll() * n), chance: (share) => roll() < share }
}
