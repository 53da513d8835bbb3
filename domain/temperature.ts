/** Temperature: hot, warm or cold, apart from the stage. Bands overlap, so that nobody flickers. */
import { partsAt, type Standing } from './scoring.ts'
import type { Band, Temperature } from './scoring-model.ts'
import { inRange } from './scoring-text.ts'

/** Which bands a lead is in; each is entered and left on its own. */
export type Bands = readonly boolean[]

function next(bands: readonly Band[], on: Bands, parts: Readonly<Record<Band['of'], number>>): Bands {
  return bands.map((band, i) => {
    const value = parts[band.of]
    return on[i] ? !inRange(value, band.leave) : inRange(value, band.enter)
  })
}

/**
 * The bands at `now`, folded through time: each instant at which engagement jumps is looked at just before and
 * just after, since between two of them it only decays.
 */
export function bandsAt(standing: Standing, now: number): Bands {
  const { bands } = standing.compiled.rules
  const { curve, fit } = standing
  const look = (on: Bands, instant: number, before: boolean): Bands => {
    const engagement = curve.at(instant, before)
    return next(bands, on, { fit, engagement, total: fit + engagement })
  }
  let on: Bands = bands.map(() => false)
  for (const instant of curve.instants) {
    if (instant > now) break
    on = look(look(on, instant, true), instant, false)
  }
  return next(bands, on, partsAt(standing, now))
}

/** The hottest band that the lead is in. */
export const temperatureOf = (standing: Standing, on: Bands): Temperature =>
  standing.compiled.rules.bands[on.indexOf(true)]?.id ?? 'cold'
