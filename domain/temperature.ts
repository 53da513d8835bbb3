/** Temperature: hot, warm or cold, apart from the stage. Bands overlap, so that nobody flickers. */
import type { Standing } from './scoring.ts'
import type { Band, Temperature } from './scoring-model.ts'
import { inRange } from './scoring-text.ts'
import { firstTrue, untilNow } from './since.ts'

/** Which bands a lead is in; each is entered and left on its own. */
export type Bands = readonly boolean[]

function next(bands: readonly Band[], on: Bands, parts: Readonly<Record<Band['of'], number>>): Bands {
  return bands.map((band, i) => {
    const value = parts[band.of]
    return on[i] ? !inRange(value, band.leave) : inRange(value, band.enter)
  })
}

/** The bands at an instant, given those before it; `before` = just before what happens then. */
function lookAt({ compiled, curve, fit }: Standing, on: Bands, instant: number, before = false): Bands {
  const engagement = curve.at(instant, before)
  return next(compiled.rules.bands, on, { fit, engagement, total: fit + engagement })
}

/**
 * The bands at `now`, folded through time: each instant at which engagement jumps is looked at just before and
 * just after, since between two of them it only decays.
 */
export function bandsAt(standing: Standing, now: number): Bands {
  let on: Bands = standing.compiled.rules.bands.map(() => false)
  for (const instant of standing.curve.instants) {
    if (instant > now) break
    on = lookAt(standing, lookAt(standing, on, instant, true), instant)
  }
  return lookAt(standing, on, now)
}

/** The hottest band that the lead is in. */
export const temperatureOf = (standing: Standing, on: Bands): Temperature =>
  standing.compiled.rules.bands[on.indexOf(true)]?.id ?? 'cold'

/**
 * Since when the lead has had its temperature; undefined when it never had another: before it existed, a lead was
 * cold. Hysteresis is followed through time, as `bandsAt` does.
 */
export function temperatureSince(standing: Standing, now: number): number | undefined {
  const { bands } = standing.compiled.rules
  const nameOf = (on: Bands): Temperature => temperatureOf(standing, on)
  let on: Bands = bands.map(() => false)
  let since: number | undefined
  let from: number | undefined
  for (const instant of untilNow(standing.curve.instants, now)) {
    const before = lookAt(standing, on, instant, true)
    const was = on
    const hasCooled = (at: number): boolean => nameOf(lookAt(standing, was, at)) === nameOf(before)
    if (nameOf(before) !== nameOf(on))
      since = from === undefined ? instant : firstTrue(from, instant, hasCooled)
    on = lookAt(standing, before, instant)
    if (nameOf(on) !== nameOf(before)) since = instant
    from = instant
  }
  return since
}
