/** When time alone could change a lead's stage or temperature: the instant of its one timer. */
import type { Range } from './condition.ts'
import type { Standing } from './scoring.ts'
import type { Curve } from './scoring-curve.ts'
import type { Part, PromoteRule } from './scoring-model.ts'
import { meetsLower, meetsUpper } from './scoring-text.ts'
import type { Settings } from './settings.ts'
import { firstTrue } from './since.ts'
import { type Case, heldSince, isOpen, standingFor } from './stage-promotion.ts'
import type { Bands } from './temperature.ts'

/** A range that something happens in when the value enters it. */
export interface Gate {
  readonly part: Part
  readonly range: Range
}

interface Segment {
  readonly from: number
  readonly to: number
}

const partValue = (part: Part, fit: number, engagement: number): number =>
  part === 'fit' ? fit : part === 'total' ? fit + engagement : engagement

/** How far ahead decay can still move a whole point. */
const halvings = 24

/** The stretches after `now` within which engagement only decays. */
function segmentsOf(curve: Curve, now: number): readonly Segment[] {
  const ahead = curve.instants.filter((at) => at > now)
  const end = Math.max(now, ...ahead) + Math.max(1, curve.halfLife * halvings)
  const step = curve.isMixed ? curve.halfLife / 4 : Number.POSITIVE_INFINITY
  const cuts: number[] = []
  for (let at = now + step; at < end; at += step) cuts.push(Math.floor(at))
  const points = [...new Set([now, ...ahead, ...cuts, end])].sort((a, b) => a - b)
  return points.slice(1).map((to, i) => ({ from: points[i] ?? now, to }))
}

/** The first instant at which the gate's value moves into its range, within a segment or at the jump that ends it. */
function enters(gate: Gate, { curve, fit }: Standing, { from, to }: Segment): number | undefined {
  const value = (at: number, before = false): number => partValue(gate.part, fit, curve.at(at, before))
  const crosses = (start: number, end: number): boolean =>
    (meetsUpper(end, gate.range) && !meetsUpper(start, gate.range)) ||
    (meetsLower(end, gate.range) && !meetsLower(start, gate.range))
  const start = value(from)
  const end = value(to, true)
  if (crosses(start, end)) {
    const meets = end < start ? meetsUpper : meetsLower
    return firstTrue(from, to, (at) => meets(value(at), gate.range))
  }
  return crosses(end, value(to)) ? to : undefined
}

/** The next instant at which time alone brings a value into its range. */
export function firstCrossing(gates: readonly Gate[], standing: Standing, now: number): number | undefined {
  if (gates.length === 0) return undefined
  for (const segment of segmentsOf(standing.curve, now)) {
    const found = gates.flatMap((gate) => enters(gate, standing, segment) ?? [])
    if (found.length > 0) return Math.min(...found)
  }
  return undefined
}

/** Time moves engagement, never fit. */
export const moving = (gates: readonly Gate[]): readonly Gate[] => gates.filter(({ part }) => part !== 'fit')

const temperatureGates = (standing: Standing, on: Bands): readonly Gate[] =>
  moving(
    standing.compiled.rules.bands.map((band, i) => ({
      part: band.of,
      range: on[i] ? band.leave : band.enter,
    })),
  )

const ruleGates = (rule: PromoteRule): readonly Gate[] =>
  moving([
    ...(rule.engagement ? [{ part: 'engagement', range: rule.engagement } as const] : []),
    ...(rule.total ? [{ part: 'total', range: rule.total } as const] : []),
  ])

/** When a rule with `for` comes true, if its condition holds now and goes on to hold. */
function deadline(rule: PromoteRule, whole: Case, now: number): number | undefined {
  if (rule.for === undefined) return undefined
  const since = heldSince(rule, whole.lead, standingFor(rule, whole), now)
  const due = since === undefined ? undefined : since + rule.for
  return due !== undefined && due > now ? due : undefined
}

/** The next instant (ms) after `now` at which stage or temperature could change by time alone, or undefined. */
export function nextChange(whole: Case, on: Bands, settings: Settings, now: number): number | undefined {
  const open = whole.all.compiled.rules.promote.filter(
    (rule) => rule.event === undefined && isOpen(rule, whole.lead.stage, settings),
  )
  const isAll = (rule: PromoteRule): boolean => standingFor(rule, whole) === whole.all
  const gates = [...temperatureGates(whole.all, on), ...open.filter(isAll).flatMap(ruleGates)]
  const earned = open.filter((rule) => !isAll(rule)).flatMap(ruleGates)
  const candidates = [
    firstCrossing(gates, whole.all, now),
    firstCrossing(earned, whole.earned, now),
    ...open.map((rule) => deadline(rule, whole, now)),
  ].filter((at) => at !== undefined)
  return candidates.length === 0 ? undefined : Math.min(...candidates)
}
