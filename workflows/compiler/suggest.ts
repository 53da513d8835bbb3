/** "Did you mean": the nearest of the allowed words. */

function distance(left: string, right: string): number {
  let row = Array.from({ length: right.length + 1 }, (_, index) => index)
  for (let i = 1; i <= left.length; i++) {
    const next = [i]
    for (let j = 1; j <= right.length; j++) {
      const same = left[i - 1] === right[j - 1] ? 0 : 1
      next.push(Math.min((row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1, (row[j - 1] ?? 0) + same))
    }
    row = next
  }
  return row[right.length] ?? 0
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
