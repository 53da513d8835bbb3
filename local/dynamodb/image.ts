/** Images of an item, compared whatever the order of their attributes. */

const canonical = (value: unknown): string | undefined =>
  JSON.stringify(value, (_key, one) =>
    typeof one === 'object' && one !== null && !Array.isArray(one)
      ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1)))
      : one,
  )

export const isSame = (a: unknown, b: unknown): boolean => canonical(a) === canonical(b)
