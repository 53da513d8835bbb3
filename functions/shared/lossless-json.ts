/** JSON whose long ids keep their digits: `12345678901234567890` stays the text that it was. */

/** What the engine tells a reviver beside the value (ECMAScript: JSON.parse source text access; Node 22 and later). */
interface Source {
  readonly source?: string
}

type Parse = (text: string, reviver: (key: string, value: unknown, context?: Source) => unknown) => unknown

const keepDigits = (_key: string, value: unknown, context?: Source): unknown =>
  typeof value === 'number' && !Number.isSafeInteger(value) && /^-?\d+$/.test(context?.source ?? '')
    ? context?.source
    : value

/** Parses; whole numbers that a double cannot hold become strings (contracts: external §0.3). */
export const losslessJson = (text: string): unknown => (JSON.parse as Parse)(text, keepDigits)

/** An object of parsed JSON, else an empty one. */
export const objectOf = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Record<string, unknown>)
    : {}

export const listOf = (value: unknown): readonly unknown[] => (Array.isArray(value) ? value : [])

/** A text or a number as text; everything else, and an empty text, is undefined. */
export const textOf = (value: unknown): string | undefined => {
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return typeof value === 'string' && value !== '' ? value : undefined
}

/** Names that mean something to JavaScript objects are nobody's data (contracts: reliability S19). */
const poison = new Set(['__proto__', 'constructor', 'prototype'])

/** False for a name, or a dotted path of names, that no record may carry. */
export const isHarmlessName = (name: string): boolean => !name.split('.').some((part) => poison.has(part))

/** The entries whose names are harmless. */
export const harmless = <Value>(values: Readonly<Record<string, Value>>): Record<string, Value> =>
  Object.fromEntries(Object.entries(values).filter(([name]) => isHarmlessName(name)))
