/** multipart/form-data (RFC 7578), as browsers send it; files are ignored. */

import { utf8Of } from '../shared/json-body.ts'
import { Problem } from '../shared/problem.ts'

const broken = (): Problem => new Problem(400, 'The multipart body is broken.')

/** RFC 7578 §4.2: browsers write a quote in a name as %22 and line breaks as %0D %0A. */
const plainName = (text: string): string =>
  text.replace(/%22/g, '"').replace(/%0D/gi, '\r').replace(/%0A/gi, '\n')

const disposition = /^content-disposition:\s*form-data\s*;(.*)$/im
const nameParameter = /(?:^|;)\s*name=(?:"([^"]*)"|([^\s;"]+))/i
const fileParameter = /(?:^|;)\s*filename\*?=/i

const partOf = (part: Buffer): [string, string] | undefined => {
  const end = part.indexOf('\r\n\r\n')
  if (end < 0) throw broken()
  const parameters = disposition.exec(utf8Of(part.subarray(0, end)))?.[1]
  if (parameters === undefined) throw broken()
  if (fileParameter.test(parameters)) return undefined
  const found = nameParameter.exec(parameters)
  const name = found?.[1] ?? found?.[2]
  if (name === undefined) throw broken()
  return [plainName(name), utf8Of(part.subarray(end + 4))]
}

/** The parts between the boundaries; the last boundary must be there, or the body was cut off. */
const partsOf = (body: Buffer, boundary: string): Buffer[] => {
  const marker = Buffer.from(`\r\n--${boundary}`)
  const whole = Buffer.concat([Buffer.from('\r\n'), body])
  const parts: Buffer[] = []
  let from = whole.indexOf(marker)
  while (from >= 0) {
    const start = from + marker.length
    if (whole.toString('latin1', start, start + 2) === '--') return parts
    const next = whole.indexOf(marker, start)
    if (whole.toString('latin1', start, start + 2) !== '\r\n' || next < 0) throw broken()
    parts.push(whole.subarray(start + 2, next))
    from = next
  }
  throw broken()
}

/** Names and values in the order they came. */
export const multipartPairs = (body: Buffer, boundary: string | undefined): [string, string][] => {
  if (boundary === undefined) throw new Problem(400, 'multipart/form-data needs its boundary.')
  return partsOf(body, boundary).flatMap((part) => {
    const pair = partOf(part)
    return pair === undefined ? [] : [pair]
  })
}
