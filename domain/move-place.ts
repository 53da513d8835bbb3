/** Where a lead that waits for a step of one version goes on in another one. */
import type { Arbiter, Due } from './enrolment.ts'
import { type ForkNode, type Route, type RouteStop, routeOf, type SplitNode } from './route.ts'
import { leadsFrom } from './route-lead.ts'
import { pathsOf } from './route-link.ts'
import type { Sequence, Step } from './sequence.ts'
import { armOf } from './split.ts'

/** What becomes of a lead: it goes on at a stop, it leaves, or it ends by the version it has (for good, or for now). */
export type Place =
  | { readonly is: 'at'; readonly stop: RouteStop }
  | { readonly is: 'exit' }
  | { readonly is: 'stay'; readonly forGood: boolean }

const insideOf = (step: Step): readonly (readonly Step[])[] =>
  step.kind === 'branch' || step.kind === 'split' || step.kind === 'wait_for'
    ? pathsOf(step).map(({ steps }) => steps)
    : []

/** The ids of all steps in file order. */
export const idsOf = (steps: readonly Step[]): readonly string[] =>
  steps.flatMap((step) => (step.kind === 'wait' ? [] : [step.id, ...insideOf(step).flatMap(idsOf)]))

/** The steps from one on, out of the paths that it lies in, by the way that leads on from there. */
function wayFrom(steps: readonly Step[], id: string): readonly Step[] | undefined {
  for (const [index, step] of steps.entries()) {
    if (step.kind !== 'wait' && step.id === id) return steps.slice(index)
    for (const path of insideOf(step)) {
      const inside = wayFrom(path, id)
      if (inside) return [...inside, ...steps.slice(index + 1)]
    }
  }
  return undefined
}

/** The branch of a stop at which it is decided: people know the branch. */
const stepOf = (stopId: string): string => stopId.replace(/\.decide$/, '')

/** The stop of a step, or the first one by default where the ways part. */
function stopAt({ byId, stops, forks, splits }: Route, step: Step): RouteStop | undefined {
  if (step.kind === 'wait') return undefined
  const own = byId.get(step.id)
  const parting = [...forks, ...splits].find((one) => one.step.id === step.id)
  if (own || !parting) return own
  const [lead] = leadsFrom(parting.kind === 'fork' ? parting : parting.next)
  return stops.find(({ node }) => node === lead?.stop)
}

/** The first stop from a step on; a step that has no stop of its own is on the way to one. */
function stopFrom(sequence: Sequence, id: string): RouteStop | undefined {
  const route = routeOf(sequence)
  const own = route.byId.get(id)
  if (own) return own
  for (const step of wayFrom(sequence.steps, stepOf(id)) ?? []) {
    const stop = stopAt(route, step)
    if (stop) return stop
  }
  return undefined
}

const has = (sequence: Sequence, id: string): boolean => idsOf(sequence.steps).includes(stepOf(id))

/** Where a step's lead goes on, by the step's own id or by what the file says of one that was taken out. */
export function placeOfStep(next: Sequence, id: string, seen: readonly string[] = []): Place {
  if (has(next, id)) {
    const stop = stopFrom(next, id)
    return stop ? { is: 'at', stop } : { is: 'exit' }
  }
  const removal = next.removed?.[stepOf(id)]
  if (removal === 'exit') return { is: 'exit' }
  if (removal === 'pin') return { is: 'stay', forGood: true }
  if (removal === undefined || seen.includes(removal.map)) return { is: 'stay', forGood: false }
  return placeOfStep(next, removal.map, [...seen, id])
}

/** Who waits where, and which ways it has taken so far. */
export interface Waiting {
  readonly leadId: string
  readonly step?: string
  readonly took: Arbiter['took']
}

type Took = Readonly<Record<string, string>>
type Parting = ForkNode | SplitNode

const isIn = (path: string | undefined, { paths }: Parting): path is string =>
  paths.some(({ id }) => id === path)

/** The paths taken, those of splits that it is past by their default path too. */
function takenBy(old: Sequence, { step = '', took }: Waiting): Took {
  const ids = idsOf(old.steps)
  const isPast = ({ step: { id } }: Parting): boolean => ids.indexOf(id) < ids.indexOf(stepOf(step))
  const usual = routeOf(old).forks.filter((fork) => fork.step.kind === 'split' && isPast(fork))
  return {
    ...Object.fromEntries(usual.map(({ step: { id }, paths }) => [id, paths.at(-1)?.id ?? ''])),
    ...took,
  }
}

/** The stop beside this one that lies on the path which the lead has at a split; behind the split where there is none. */
function onOwnArm(next: Sequence, stop: RouteStop, taken: Took): RouteStop {
  const { forks, splits, groups, stops } = routeOf(next)
  const parting: readonly Parting[] = [...splits, ...forks]
  for (const { branch, path } of stop.on) {
    const split = parting.find(({ step }) => step.id === branch)
    const own = taken[branch]
    if (split?.step.kind !== 'split' || own === path || !isIn(own, split)) continue
    const group = groups.find((one) => one.includes(stop)) ?? []
    const beside = group.find(({ on }) => on.some((one) => one.branch === branch && one.path === own))
    const [behind] = leadsFrom(split.after)
    return beside ?? stops.find(({ node }) => node === behind?.stop) ?? stop
  }
  return stop
}

/** The paths taken in the other version: those behind the stop, those that it lies on, and those of even splits. */
function tookAt(next: Sequence, stop: RouteStop, taken: Took, leadId: string): Took {
  const { forks, splits } = routeOf(next)
  const ids = idsOf(next.steps)
  const isBehind = ({ step: { id } }: Parting): boolean => ids.indexOf(id) < ids.indexOf(stop.node.step.id)
  const took: Record<string, string> = {}
  for (const fork of forks) {
    const path = taken[fork.step.id]
    if (isIn(path, fork) && isBehind(fork)) took[fork.step.id] = path
  }
  for (const split of splits) {
    const path = taken[split.step.id]
    took[split.step.id] = isIn(path, split) ? path : armOf(split.step, next.id, leadId)
  }
  for (const { branch, path, isDefault } of stop.on) {
    if (isDefault && forks.some(({ step }) => step.id === branch)) delete took[branch]
    else took[branch] = path
  }
  return took
}

/** Where a lead goes on at a stop of the other version. A split's path, once taken, is kept. */
export function wayTo(
  old: Sequence,
  next: Sequence,
  waiting: Waiting,
  stop: RouteStop,
): { readonly stop: RouteStop; readonly took: Took } {
  const taken = takenBy(old, waiting)
  const own = onOwnArm(next, stop, taken)
  return { stop: own, took: tookAt(next, own, taken, waiting.leadId) }
}

/** What of a plan the other version knows too. */
export function sharedPlan(next: Sequence, due: Due): Due {
  const { byId, forks, splits } = routeOf(next)
  const known = new Set([
    ...byId.keys(),
    ...forks.map(({ step }) => step.id),
    ...splits.map(({ step }) => step.id),
  ])
  return Object.fromEntries(Object.entries(due).filter(([key]) => known.has(key)))
}
