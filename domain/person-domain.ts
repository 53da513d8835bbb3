/** Domains of email addresses: checked, and in ASCII. */

const base = 36
const tMin = 1
const tMax = 26

function adapt(delta: number, points: number, first: boolean): number {
  let left = first ? Math.floor(delta / 700) : delta >> 1
  left += Math.floor(left / points)
  let k = 0
  while (left > ((base - tMin) * tMax) >> 1) {
    left = Math.floor(left / (base - tMin))
    k += base
  }
  return k + Math.floor(((base - tMin + 1) * left) / (left + 38))
}

const digit = (n: number): string => String.fromCharCode(n < 26 ? n + 97 : n + 22)

function varInt(delta: number, bias: number): string {
  let left = delta
  let out = ''
  for (let k = base; ; k += base) {
    const t = k <= bias ? tMin : k >= bias + tMax ? tMax : k - bias
    if (left < t) return out + digit(left)
    out += digit(t + ((left - t) % (base - t)))
    left = Math.floor((left - t) / (base - t))
  }
}

/** RFC 3492: the ASCII form of one label. */
export function punycode(label: string): string {
  const points = Array.from(label, (char) => char.codePointAt(0) ?? 0)
  const basic = points.filter((point) => point < 128)
  let out = String.fromCharCode(...basic) + (basic.length > 0 ? '-' : '')
  let done = basic.length
  let n = 128
  let delta = 0
  let bias = 72
  while (done < points.length) {
    const next = Math.min(...points.filter((point) => point >= n))
    delta += (next - n) * (done + 1)
    n = next
    for (const point of points) {
      if (point < n) delta += 1
      if (point !== n) continue
      out += varInt(delta, bias)
      bias = adapt(delta, done + 1, done === basic.length)
      delta = 0
      done += 1
    }
    delta += 1
    n += 1
  }
  return out
}

const labelPattern = /^[\p{L}\p{M}\p{N}](?:[\p{L}\p{M}\p{N}-]*[\p{L}\p{M}\p{N}])?$/u

function asciiLabel(label: string): string | undefined {
  if (label.length > 63 || !labelPattern.test(label)) return undefined
  if (/^[\x21-\x7e]+$/.test(label)) return label
  const encoded = `xn--${punycode(label)}`
  return encoded.length <= 63 ? encoded : undefined
}

/** A lower-case domain of at least two labels in ASCII, or undefined when it is none. */
export function asciiDomain(domain: string): string | undefined {
  if (domain.length > 253) return undefined
  const labels = domain.split('.').map(asciiLabel)
  const top = labels.at(-1)
  if (labels.length < 2 || top === undefined || /^\d+$/.test(top)) return undefined
  return labels.includes(undefined) ? undefined : labels.join('.')
}
