/** ISO 8601 durations in exact milliseconds: weeks, days, hours, minutes and seconds; no months, whose length varies. */

const shape = /^P(?:(\d+)W)?(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/
const units = [7 * 86_400_000, 86_400_000, 3_600_000, 60_000, 1000]

/** Undefined when the text is no such duration. */
export const parseDuration = (text: string): number | undefined => {
  const parts = shape.exec(text)?.slice(1)
  if (parts === undefined || parts.every((part) => part === undefined)) return undefined
  return parts.reduce((sum, part, index) => sum + Number(part ?? 0) * (units[index] ?? 0), 0)
}
