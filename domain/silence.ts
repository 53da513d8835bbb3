/** Leads that do not react: mailed more slowly (fatigue), and in the end not at all (sunset). */
import type { Sending } from './settings-sending.ts'
import { isActivity, type Signal } from './signal.ts'

/** What is known of a lead's silence. Instants in seconds. */
export interface Silence {
  /** When mails were accepted, ascending. */
  readonly mails: readonly number[]
  /** The last sign of life, or when the lead came. */
  readonly since: number
}

/** When the lead last did something itself, by what the scoring counts; else when it came. In seconds. */
export function lastSignOfLife(lead: {
  readonly counted: readonly Signal[]
  readonly createdAt: number
}): number {
  const last = lead.counted.findLast(isActivity)
  return Math.floor(Math.max(last?.at ?? 0, lead.createdAt) / 1000)
}

/** Until when the mails that nobody reacted to hold back the next one; undefined when they do not. */
export function fatigueEnds(rule: Sending['fatigue'], { mails, since }: Silence): number | undefined {
  const first = rule && mails[mails.length - rule.after]
  const last = mails.at(-1)
  if (rule === undefined || first === undefined || last === undefined || since > first) return undefined
  return last + Math.ceil(rule.gap / 1000)
}

/** Whether the lead has been silent for so long, over so many mails, that it is mailed no more until it shows up again. */
export function isSunset(rule: Sending['sunset'], { mails, since }: Silence, now: number): boolean {
  if (rule === undefined || now - since < rule.idle / 1000) return false
  return mails.filter((at) => at >= since).length >= rule.mails
}
