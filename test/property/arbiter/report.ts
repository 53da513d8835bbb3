/** What a search found, in words. */
import type { Result } from './search.ts'

const count = (number: number): string => number.toLocaleString('en')

export const tellOf = (name: string, result: Result, milliseconds: number): string => {
  const { states, edges, ends, inFlight, violation } = result
  const seconds = (milliseconds / 1000).toFixed(1)
  const size = `${count(states)} states, ${count(edges)} moves, ${count(ends)} ends, ${seconds} s`
  const late =
    inFlight === 0 ? '' : `; ${count(inFlight)} SES calls that a suppression overtook after the last read`
  if (violation === undefined) return `${name}: ${size}${late}`
  return [
    `${name}: ${size}: BROKEN ${violation.promise}`,
    ...violation.trace.map((move) => `    ${move}`),
  ].join('\n')
}
