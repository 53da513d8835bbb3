/** A figure that a benchmark measured, beside what it is held to. */
export interface Figure {
  readonly what: string
  readonly value: number
  readonly unit: string
  /** Undefined where nothing is promised. */
  readonly limit?: number
  /** `most`: the value may not exceed the limit; `least`: it may not fall below. */
  readonly is?: 'most' | 'least'
}

export const most = (what: string, value: number, unit: string, limit: number): Figure => ({
  what,
  value,
  unit,
  limit,
  is: 'most',
})
export const least = (what: string, value: number, unit: string, limit: number): Figure => ({
  what,
  value,
  unit,
  limit,
  is: 'least',
})
export const plain = (what: string, value: number, unit: string): Figure => ({ what, value, unit })

/** The value at a share of a sorted list, such as 0.99. */
export const percentile = (values: readonly number[], share: number): number => {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.min(sorted.length - 1, Math.ceil(sorted.length * share) - 1)] ?? 0
}
