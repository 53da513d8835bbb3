/**
 * The planner: when each stop of an enrolment falls due. Instants are seconds since 1970. Keys of the plan are the
 * ids of stops, of wait_for steps (until when they listen; once taken, since when) and of branches (where they
 * stand: what their paths' waits count from). Of an even split it holds the stops of the path taken and no others:
 * a state that several paths share knows by its key which stop is meant.
 */
import { addDuration } from './calendar.ts'
import type { SendWindow } from './calendar-window.ts'
import { durationOf } from './duration.ts'
import type { Due } from './enrolment.ts'
import { type At, dueOf, soonestAt, waitOn } from './planning-due.ts'
import {
  decisionId,
  type ForkNode,
  isOn,
  type Node,
  type Route,
  type RouteStop,
  routeOf,
  type StopNode,
} from './route.ts'
import { isDecidedAhead, leadsFrom, listens } from './route-lead.ts'
import type { Sequence } from './sequence.ts'

export interface PlanContext {
  readonly now: number
  /** The lead's zone (IANA). */
  readonly zone: string
  readonly window: SendWindow
  /** Seconds between two mails. */
  readonly minGap: number
  /** When the lead's last mail was accepted, if there was one: the next keeps the gap to it. */
  readonly lastAt?: number
  /** The paths taken; those of even splits are known from the start. */
  readonly took?: Readonly<Record<string, string>>
  /** The lead's profile, for waits until a date. */
  readonly fields?: Readonly<Record<string, readonly string[]>>
  /** Seconds over which the leads of a cohort are spread, each by its id. */
  readonly spread?: number
  readonly leadId?: string
}

/** How far a worker's clock may be behind another's. */
const skew = 900

type Out = Record<string, number>

/** The whole plan at enrolment, by the default paths. */
export function planFirst(sequence: Sequence, ctx: PlanContext): Due {
  const out: Out = {}
  const route = routeOf(sequence)
  walk(route, route.start, { at: ctx.now, floor: ctx.now, lastMail: ctx.lastAt }, ctx, out)
  return out
}

/** The plan when a path is taken at instant `at`: the path from there, and all behind the rejoin. */
export function planBranch(
  sequence: Sequence,
  pathId: string,
  at: number,
  current: Due,
  ctx: PlanContext,
): { readonly due: Due; readonly took: { readonly branch: string; readonly path: string } } {
  const route = routeOf(sequence)
  const fork = route.forks.find(({ paths }) => paths.some(({ id }) => id === pathId))
  const path = fork?.paths.find(({ id }) => id === pathId)
  if (!fork || !path) throw new RangeError(`no path ${pathId} in ${sequence.id}`)
  const out = upTo(route, fork, current, ctx)
  const place = placeOf(fork, at, current, ctx)
  const isOwn = fork.step.kind === 'wait_for'
  if (isOwn) out[fork.step.id] = place
  const past = pastOf(stopsBefore(route, fork), at, out)
  const lastMail = ctx.lastAt ?? past.mail
  walk(route, path.first, { at: place, floor: past.stop, lastMail, own: isOwn }, ctx, out)
  return { due: out, took: { branch: fork.step.id, path: path.id } }
}

/** The plan when a stop moves to `at`: a mail on to the next opening, all later ones so that waits and gap hold. */
export function planFrom(
  sequence: Sequence,
  stepId: string,
  at: number,
  current: Due,
  ctx: PlanContext,
): Due {
  const route = routeOf(sequence)
  const stop = route.byId.get(stepId)
  if (!stop) throw new RangeError(`no stop ${stepId} in ${sequence.id}`)
  const out = onWay(route, current, ctx)
  const { node } = stop
  const past = pastOf(route.stops.slice(0, route.stops.indexOf(stop)), at, out)
  const state: At = { at, floor: past.stop, lastMail: ctx.lastAt ?? past.mail, own: true }
  if (node.kind === 'stop') {
    const moved = arrive(node, state, ctx, out)
    if (node.next) walk(route, node.next, moved, ctx, out)
    return out
  }
  out[stepId] = at
  walk(route, node.next, { ...state, at: current[node.step.id] ?? at, lastStop: at, own: false }, ctx, out)
  return out
}

/** The plan with one stop at another time and nothing else changed: for a message that is only tried again. */
export const putOff = (
  sequence: Sequence,
  stepId: string,
  at: number,
  current: Due,
  ctx: Pick<PlanContext, 'took'>,
): Due => ({ ...onWay(routeOf(sequence), current, ctx), [stepId]: at })

/** What follows on the default way, or on the path taken at an even split. */
function onward(node: Node, { took = {} }: PlanContext): Node | undefined {
  if (node.kind !== 'split') return node.next
  return node.paths.find(({ id }) => id === took[node.step.id])?.first ?? node.next
}

/** Follows the way to its end and notes every key. */
function walk(route: Route, start: Node, from: At, ctx: PlanContext, out: Out): void {
  let state = from
  for (let node: Node | undefined = start; node; node = onward(node, ctx)) {
    if (node.kind === 'wait') state = waitOn(node.wait, state, ctx)
    else if (node.kind === 'fork') state = cross(node, state, ctx, out)
    else if (node.kind === 'stop' && (node.step.kind !== 'end' || route.byId.has(node.step.id)))
      state = arrive(node, state, ctx, out)
  }
}

function cross(fork: ForkNode, state: At, ctx: PlanContext, out: Out): At {
  const { step } = fork
  if (step.kind === 'wait_for') {
    const closes = waitOn({ for: step.timeout }, state, ctx)
    out[step.id] = closes.at
    return closes
  }
  out[step.id] = state.at
  if (!isDecidedAhead(fork)) return state
  const decided = decisionAt(fork, state, ctx)
  out[decisionId(step.id)] = decided
  return { ...state, lastStop: decided }
}

/** A branch decided ahead is decided when the first of its paths falls due, or at once when one begins to listen. */
function decisionAt(fork: ForkNode, state: At, ctx: PlanContext): number {
  const least = soonestAt(state)
  if (fork.paths.some((path) => leadsFrom(path.first).some(listens))) return least
  return Math.max(least, Math.min(...fork.paths.map((path) => firstDue(path.first, state, ctx))))
}

function firstDue(start: Node, from: At, ctx: PlanContext): number {
  let state = from
  for (let node: Node | undefined = start; node; node = onward(node, ctx)) {
    if (node.kind === 'stop') return dueOf(node, state, ctx).due
    if (node.kind === 'wait') state = waitOn(node.wait, state, ctx)
    if (node.kind !== 'fork') continue
    if (isDecidedAhead(node)) return decisionAt(node, state, ctx)
    state = cross(node, state, ctx, {})
  }
  throw new RangeError('a path leads nowhere')
}

function arrive(node: StopNode, state: At, ctx: PlanContext, out: Out): At {
  const { base, due } = dueOf(node, state, ctx)
  out[node.step.id] = due
  const lastMail = node.step.kind === 'send' ? due : state.lastMail
  return { at: base, late: due - base, floor: state.floor, lastStop: due, lastMail }
}

/** What a path's waits count from: where a branch stands, the instant of an event but not before its wait_for. */
function placeOf(fork: ForkNode, at: number, current: Due, { zone }: PlanContext): number {
  const known = current[fork.step.id]
  if (known === undefined) return at
  if (fork.step.kind !== 'wait_for') return known
  const { months, days, seconds } = durationOf(fork.step.timeout)
  return Math.max(at, addDuration(zone, known - seconds, { months: -months, days: -days, seconds: 0 }))
}

/** The plan without the stops of even splits' other paths. */
function onWay({ splits, stops }: Route, current: Due, { took = {} }: Pick<PlanContext, 'took'>): Out {
  const known = new Set(splits.map(({ step }) => step.id))
  const isBeside = ({ on }: RouteStop): boolean =>
    !isOn(
      on.filter(({ branch }) => known.has(branch)),
      took,
    )
  const beside = new Set(splits.length === 0 ? [] : stops.filter(isBeside).map(({ id }) => id))
  return Object.fromEntries(Object.entries(current).filter(([key]) => !beside.has(key)))
}

/** The plan up to a fork: what follows is planned again, as far as the path taken leads to it. */
function upTo(route: Route, fork: ForkNode, current: Due, ctx: PlanContext): Out {
  const stops = [...stopsBefore(route, fork).map(({ id }) => id), decisionId(fork.step.id)]
  const forks = route.forks.slice(0, route.forks.indexOf(fork) + 1).map(({ step }) => step.id)
  const kept = new Set([...stops, ...forks])
  return Object.fromEntries(Object.entries(onWay(route, current, ctx)).filter(([key]) => kept.has(key)))
}

/** The stops in front of a fork, in file order. */
function stopsBefore({ stops }: Route, fork: ForkNode): readonly RouteStop[] {
  const after = new Set(leadsFrom(fork.after).map(({ stop }) => stop))
  const inside = stops.findIndex(
    ({ node, on }) => node === fork || on.some(({ branch }) => branch === fork.step.id),
  )
  const end = inside === -1 ? stops.findIndex(({ node }) => after.has(node)) : inside
  return end === -1 ? stops : stops.slice(0, end)
}

/** The last stop and the last mail that were planned to lie behind an instant; clocks differ, so nearly is behind. */
function pastOf(
  stops: readonly RouteStop[],
  at: number,
  current: Due,
): { stop: number; mail: number | undefined } {
  const isPast = ({ id }: RouteStop): boolean => (current[id] ?? Number.POSITIVE_INFINITY) <= at + skew
  const past = stops.filter(isPast).map(({ id, kind }) => ({ kind, due: current[id] ?? at }))
  const mails = past.flatMap(({ kind, due }) => (kind === 'send' ? [due] : []))
  return {
    stop: Math.max(at, ...past.map(({ due }) => due)),
    mail: mails.length === 0 ? undefined : Math.max(...mails),
  }
}
