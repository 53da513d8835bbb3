/** How much mail a lead wants, by the preference centre: signals of the log, the last word counts. */
import type { LeadEvent } from './event.ts'

/** Properties: `until`, an ISO 8601 instant. */
export const pausedName = 'preferences.paused'
export const resumedName = 'preferences.resumed'
/** Properties: `on`, "true" or "false". */
export const fewerName = 'preferences.fewer'

export interface Preferences {
  /** Milliseconds. */
  readonly pausedUntil?: number
  readonly fewer: boolean
}

const instantOf = (text: string | undefined): number | undefined => {
  const ms = Date.parse(text ?? '')
  return Number.isNaN(ms) ? undefined : ms
}

/** Folds the preferences of a sorted log. */
export function preferencesOf(sorted: readonly LeadEvent[]): Preferences {
  let pausedUntil: number | undefined
  let fewer = false
  for (const event of sorted) {
    if (event.type !== 'signal') continue
    if (event.name === pausedName) pausedUntil = instantOf(event.properties['until']) ?? pausedUntil
    else if (event.name === resumedName) pausedUntil = undefined
    else if (event.name === fewerName) fewer = event.properties['on'] !== 'false'
  }
  return { fewer, ...(pausedUntil === undefined ? {} : { pausedUntil }) }
}
