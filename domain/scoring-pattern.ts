/** Wildcards of the marketers' files: `*` stands for any run of characters, case does not matter. */

/** A pattern cut at its stars, ready to compare with lower-cased text. */
export type Pattern = readonly string[]

export const patternOf = (text: string): Pattern => text.normalize('NFC').toLowerCase().split('*')

/** Compares in time linear in the text: no regular expression, so no text can make it slow. */
export function matches(pattern: Pattern, lowered: string): boolean {
  const first = pattern[0] ?? ''
  if (pattern.length === 1) return lowered === first
  const last = pattern[pattern.length - 1] ?? ''
  const end = lowered.length - last.length
  if (end < first.length || !lowered.startsWith(first) || !lowered.endsWith(last)) return false
  let at = first.length
  for (let i = 1; i < pattern.length - 1; i++) {
    const part = pattern[i] ?? ''
    const found = lowered.indexOf(part, at)
    if (found < 0 || found + part.length > end) return false
    at = found + part.length
  }
  return true
}

/** Whether a text fits a pattern as a marketer wrote it. */
export const fits = (pattern: string, text: string): boolean =>
  matches(patternOf(pattern), text.normalize('NFC').toLowerCase())

const grouped = /^\D{0,3}(\d{1,3}(?:[,.' ]\d{3})+)(?!\d)/
const plain = /^\D{0,3}(\d+(?:\.\d+)?)/

/** The number a profile value starts with: "51-200" → 51, "1,000+" → 1000, "about" → undefined. */
export function numberOf(text: string): number | undefined {
  const trimmed = text.trim().slice(0, 40)
  const thousands = grouped.exec(trimmed)?.[1]
  if (thousands !== undefined) return Number(thousands.replace(/[,.' ]/g, ''))
  const found = plain.exec(trimmed)?.[1]
  return found === undefined ? undefined : Number(found)
}
