/** Milliseconds up to a minute, the same for the same id: what failed together does not come back together. */
export const spreadOf = (id: string): number =>
  ([...id].reduce((sum, character) => sum * 31 + character.charCodeAt(0), 7) % 60) * 1000
