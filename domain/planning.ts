/**
 * The planner: when each stop of an enrolment falls due. Instants are seconds since 1970. Keys of the plan are the
 * ids of stops, of wait_for steps (until when they listen) and of branches (where they stand: what their paths'
 * waits count from).
 */
import { addDuration } from './calendar.ts'
import { nextOpening, nextOpenSlot, nextSlot, type SendWindow } from './calendar-window.ts'
import { durationOf } from './duration.ts'
import type { Due } from './enrolment.ts'
import { decisionId, type ForkNode, type Node, type Route, routeOf, type StopNode } from './route.ts'
import { leadFrom, listens } from './route-lead.ts'
import type { Sequence, Slot, Wait } from './sequence.ts'

export interface PlanContext {
  readonly now: number
  /** The lead's zone (IANA). */
  readonly zone: string
  readonly window: SendWindow
  /** Seconds between two mails. */
  readonly minGap: number
  /** When the lead's last mail was accepted, if there was one: the next keeps the gap to it. */
  readonly lastAt?: number
}

/** Seconds between two stops of a plan, so that a short backlog does not overtake the first. */
export const settleSeconds = 900

interface At {
  /** Where on the way we are. */
  readonly at: number
  /** The slot just waited for: a mail that cannot go out in it takes the next one. */
  readonly slot?: Slot | undefined
  readonly lastMail?: number | undefined
  readonly lastStop?: number | undefined
  /** Nothing is planned before. */
  readonly floor: number
}

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
  const lastMail = ctx.lastAt ?? lastPlanned(route, current, at)
  const out = within(route, fork, current)
  walk(route, path.first, { at: placeOf(fork, at, current, ctx), floor: at, lastMail }, ctx, out)
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
  const out: Out = { ...current }
  const { node } = stop
  const state: At = { at, floor: at, lastMail: ctx.lastAt }
  if (node.kind === 'stop') {
    const moved = arrive(node, state, ctx, out)
    if (node.next) walk(route, node.next, moved, ctx, out)
    return out
  }
  out[stepId] = at
  walk(route, node.next, { ...state, at: current[node.step.id] ?? at, lastStop: at }, ctx, out)
  return out
}

/** Follows the default way to its end and notes every key. */
function walk(route: Route, start: Node, from: At, ctx: PlanContext, out: Out): void {
  let state = from
  for (let node: Node | undefined = start; node; node = node.next) {
    if (node.kind === 'wait') state = wait(node.wait, state, ctx)
    else if (node.kind === 'fork') state = cross(node, state, ctx, out)
    else if (node.step.kind !== 'end' || route.byId.has(node.step.id)) state = arrive(node, state, ctx, out)
  }
}

function wait({ for: length, until }: Wait, state: At, { zone }: PlanContext): At {
  const passed = length === undefined ? state.at : addDuration(zone, state.at, durationOf(length))
  return { ...state, at: until ? nextSlot(zone, until, passed) : passed, slot: until }
}

function cross(fork: ForkNode, state: At, ctx: PlanContext, out: Out): At {
  const { step } = fork
  if (step.kind === 'wait_for') {
    const closes = wait({ for: step.timeout }, state, ctx)
    out[step.id] = closes.at
    return closes
  }
  out[step.id] = state.at
  if (leadFrom(fork).stop !== fork) return state
  const decided = decisionAt(fork, state, ctx)
  out[decisionId(step.id)] = decided
  return { ...state, lastStop: decided }
}

/** A branch decided ahead is decided when the first of its paths falls due, or at once when one begins to listen. */
function decisionAt(fork: ForkNode, state: At, ctx: PlanContext): number {
  const least = Math.max(state.at, state.floor, afterStop(state))
  if (fork.paths.some((path) => listens(leadFrom(path.first)))) return least
  return Math.max(least, Math.min(...fork.paths.map((path) => firstDue(path.first, state, ctx))))
}

function firstDue(start: Node, from: At, ctx: PlanContext): number {
  let state = from
  for (let node = start; ; node = node.next) {
    if (node.kind === 'stop') return dueOf(node, state, ctx)
    if (node.kind === 'wait') state = wait(node.wait, state, ctx)
    else if (leadFrom(node).stop === node) return decisionAt(node, state, ctx)
    else state = cross(node, state, ctx, {})
  }
}

const afterStop = ({ lastStop }: At): number =>
  lastStop === undefined ? Number.NEGATIVE_INFINITY : lastStop + settleSeconds

function arrive(node: StopNode, state: At, ctx: PlanContext, out: Out): At {
  const due = dueOf(node, state, ctx)
  out[node.step.id] = due
  const lastMail = node.step.kind === 'send' ? due : state.lastMail
  return { at: due, floor: state.floor, lastStop: due, lastMail }
}

function dueOf({ step }: StopNode, state: At, ctx: PlanContext): number {
  const soonest = Math.ceil(Math.max(state.at, state.floor, afterStop(state)))
  if (step.kind !== 'send') return soonest
  const apart = state.lastMail === undefined ? soonest : Math.max(soonest, state.lastMail + ctx.minGap)
  if (step.immediately) return apart
  return state.slot
    ? nextOpenSlot(ctx.zone, state.slot, ctx.window, apart)
    : nextOpening(ctx.zone, ctx.window, apart)
}

/** What a path's waits count from: where a branch stands, the instant of an event but not before its wait_for. */
function placeOf(fork: ForkNode, at: number, current: Due, { zone }: PlanContext): number {
  const known = current[fork.step.id]
  if (known === undefined) return at
  if (fork.step.kind === 'branch') return known
  const { months, days, seconds } = durationOf(fork.step.timeout)
  return Math.max(at, addDuration(zone, known - seconds, { months: -months, days: -days, seconds: 0 }))
}

/** The plan without the stops of the fork's paths: only those of the path taken are planned again. */
function within(route: Route, fork: ForkNode, current: Due): Out {
  const inside = (on: readonly { readonly branch: string }[]): boolean =>
    on.some(({ branch }) => branch === fork.step.id)
  const gone = new Set([
    ...route.stops.filter((stop) => inside(stop.on)).map((stop) => stop.id),
    ...route.forks.filter((other) => inside(other.on)).map((other) => other.step.id),
  ])
  return Object.fromEntries(Object.entries(current).filter(([key]) => !gone.has(key)))
}

function lastPlanned(route: Route, current: Due, at: number): number | undefined {
  const sent = route.stops.flatMap(({ id, kind }) => (kind === 'send' ? [current[id] ?? Number.NaN] : []))
  const past = sent.filter((due) => due <= at)
  return past.length === 0 ? undefined : Math.max(...past)
}
