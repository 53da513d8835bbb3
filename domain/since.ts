/** Since when something has been true, of what changes at known instants and otherwise only decays. */

/** First instant in (from, to] at which something becomes true that stays so until `to`; to the millisecond. */
export function firstTrue(from: number, to: number, isTrue: (at: number) => boolean): number {
  let low = from
  let high = to
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2)
    if (isTrue(middle)) high = middle
    else low = middle
  }
  return high
}

/** The instants up to `now`, and `now` itself: ascending, each once. */
export const untilNow = (instants: readonly number[], now: number): readonly number[] =>
  [...new Set([...instants, now])].filter((at) => at <= now).sort((a, b) => a - b)

/**
 * Since when something has held without a break; undefined when it does not hold at `now`. `isTrue` is asked with
 * `before` for the moment just before what happens at an instant.
 */
export function sinceWhen(
  isTrue: (at: number, before?: boolean) => boolean,
  instants: readonly number[],
  now: number,
): number | undefined {
  let since: number | undefined
  let from: number | undefined
  for (const at of untilNow(instants, now)) {
    if (!isTrue(at, true)) since = undefined
    else if (from !== undefined) since ??= firstTrue(from, at, (t) => isTrue(t))
    since = isTrue(at) ? (since ?? at) : undefined
    from = at
  }
  return since
}
