/** A hash for shares and spreads: the same everywhere and for ever. Not for secrets. */

const turn = (value: number, by: number): number => (value << by) | (value >>> (32 - by))

/** MurmurHash3 (32 bits, seed 0), each character as one block: every bit of the text moves half of the result's. */
export function hashOf(...words: readonly string[]): number {
  const text = words.join('\n')
  let hash = 0
  for (let index = 0; index < text.length; index++) {
    const block = Math.imul(turn(Math.imul(text.charCodeAt(index), 0xcc9e2d51), 15), 0x1b873593)
    hash = Math.imul(turn(hash ^ block, 13), 5) + 0xe6546b64
  }
  hash ^= text.length * 4
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}
