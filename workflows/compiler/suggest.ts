/** "Did you mean": the nearest of the allowed words. */

type Row = readonly number[]

/** Letters to add, drop, change or swap with their neighbour. */
function distance(left: string, right: string): number {
  let older: Row = []
  let row: Row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = rowOf(left, right, i, row, older)
    older = row
    row = next
  }
  return row[right.length] ?? 0
}

function rowOf(left: string, right: string, i: number, row: Row, older: Row): Row {
  const next = [i]
  for (let j = 1; j <= right.length; j++) {
    const same = left[i - 1] === right[j - 1] ? 0 : 1
    const isSwap = left[i - 1] === right[j - 2] && left[i - 2] === right[j - 1]
    const swapped = isSwap ? (older[j - 2] ?? 0) + 1 : Number.POSITIVE_INFINITY
    next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same, swapped))
  }
  return next
}

/** The allowed word that was probably meant, if one is near enough. */
export function nearest(word: string, allowed: Iterable<string>): string | undefined {
  let best: string | undefined
  let least = Math.max(1, Math.floor(word.length / 3)) + 1
  for (const candidate of allowed) {
    const far = distance(word.toLowerCase(), candidate.toLowerCase())
    if (far < least) [best, least] = [candidate, far]
  }
  return best
}

/** `; did you mean "x"?` or what is allowed, to end an error message with. */
export function hint(word: string, allowed: Iterable<string>): string {
  const known = [...allowed]
  const meant = nearest(word, known)
  if (meant !== undefined) return `; did you mean "${meant}"?`
  if (known.length === 0) return ''
  const shown = known.slice(0, 12).join(', ')
  return `; allowed: ${shown}${known.length > 12 ? ', …' : ''}`
}
