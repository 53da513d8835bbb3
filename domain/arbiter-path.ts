/** Where an enrolment is on its route: what is behind it, beside it and still open. */
import { AT, BRANCH, type Context, LISTEN, type Move } from './arbiter-act.ts'
import type { Arbiter, Divert, NotSentReason, StepRecord, Stop } from './enrolment.ts'

type Route = readonly Stop[]
type Took = Arbiter['took']

/** A record or an open proof: nothing more is to be decided about this step. */
export const settled = (item: Arbiter, step: string): boolean => item.records[step] !== undefined

const indexOf = (route: Route, step: string | undefined): number => route.findIndex(({ id }) => id === step)

export const isLast = (route: Route, step: string): boolean => route[indexOf(route, step)]?.last === true

const stopAt = (route: Route, step: string | undefined): Stop | undefined => route[indexOf(route, step)]

/** Whether a branch's paths can be taken from a stop: up to and including the one where they meet again. */
const isBranchAt = ({ open = [], meets = [] }: Stop, branch: string): boolean =>
  open.includes(branch) || meets.includes(branch)

/** The branch and path that a divert's name (or a hop's `via`) leads to. */
export const pathOf = (name: string, route: Route, named?: Divert['took']): Divert['took'] => {
  if (named !== undefined || !name.startsWith(BRANCH)) return named
  const path = name.slice(BRANCH.length)
  return route.flatMap(({ on }) => on).find((place) => place.path === path)
}

/** A branch can be taken until its rejoin is settled or left behind. */
const isOpen = (item: Arbiter, route: Route, branch: string, step: string | undefined): boolean => {
  if (item.took[branch] !== undefined) return false
  const stop = stopAt(route, step)
  if (stop === undefined) return true
  return isBranchAt(stop, branch) && !(stop.meets?.includes(branch) && settled(item, stop.id))
}

/**
 * Whether a divert can still be followed from this step: not after the last email, nor past its rejoin. Where a run
 * goes on that a move began is always followed: what its first state stands for means nothing yet.
 */
export const applies = (item: Arbiter, divert: Divert, route: Route, step: string | undefined): boolean => {
  if (divert.name.startsWith(AT)) return true
  if (step !== undefined && isLast(route, step) && settled(item, step)) return false
  const path = pathOf(divert.name, route, divert.took)
  return path === undefined || isOpen(item, route, path.branch, step)
}

/**
 * `off` is final; `open` lies on a path that may still be taken. The outermost path that was not taken decides:
 * forks inside of it have not come up yet. `at` is where the enrolment is; at the end nothing is open.
 */
const placeOf = (
  stop: Stop,
  took: Took,
  at: Stop | 'start' | 'end',
  isAhead = false,
): 'on' | 'off' | 'open' => {
  const beside = stop.on.find(({ branch, path, isDefault }) =>
    took[branch] === undefined ? !isDefault : took[branch] !== path,
  )
  if (beside === undefined) return 'on'
  if (took[beside.branch] !== undefined || at === 'end') return 'off'
  return at === 'start' || isAhead || isBranchAt(at, beside.branch) ? 'open' : 'off'
}

/** Records every stop that has no record and no send under way, for the reason that its place gives. */
const fill = (
  item: Arbiter,
  { now, route }: Context,
  reasonAt: (index: number, stop: Stop) => NotSentReason | undefined,
): Arbiter => {
  const added: Record<string, StepRecord> = {}
  for (const [index, stop] of route.entries()) {
    const underWay = item.intent !== undefined && item.step === stop.id
    const reason = settled(item, stop.id) || underWay || stop.silent ? undefined : reasonAt(index, stop)
    if (reason !== undefined) added[stop.id] = { is: 'not-sent', at: now, reason }
  }
  return Object.keys(added).length === 0 ? item : { ...item, records: { ...item.records, ...added } }
}

/** Settles what lies before a step: overtaken (or as said) on the path taken, branched beside it once that is final. */
export const sweep = (
  item: Arbiter,
  ctx: Context,
  step: string | undefined,
  passed: NotSentReason = 'overtaken',
): Arbiter => {
  const to = indexOf(ctx.route, step)
  const at = ctx.route[to]
  if (at === undefined) return item
  return fill(item, ctx, (index, stop) => {
    const place = placeOf(stop, item.took, at)
    if (index >= to || place === 'open') return undefined
    return place === 'on' ? passed : 'branched'
  })
}

/** Settles all that is left when the last email is. What stands behind it in the file is on no way that was taken. */
const finish = (item: Arbiter, ctx: Context, step: string): Arbiter => {
  const at = indexOf(ctx.route, step)
  return fill(item, ctx, (index, stop) =>
    index < at && placeOf(stop, item.took, 'end') === 'on' ? 'overtaken' : 'branched',
  )
}

/** After a settled step: the last email's task succeeds by the worker's word, any other listens on. */
export const rest = (item: Arbiter, step: string, ctx: Context): Move =>
  isLast(ctx.route, step)
    ? { item: finish(item, ctx, step), act: { kind: 'succeed' } }
    : { item, act: LISTEN }

/** Settles all that an exit takes away; a branch that was clicked but not reached yet counts as taken. */
export const abandon = (item: Arbiter, ctx: Context, reason: NotSentReason): Arbiter => {
  const { pend } = item
  const path = pend === undefined ? undefined : pathOf(pend.name, ctx.route, pend.took)
  const took = path === undefined ? item.took : { [path.branch]: path.path, ...item.took }
  const from = indexOf(ctx.route, item.step)
  const at = stopAt(ctx.route, item.step) ?? 'start'
  return fill(item, ctx, (index, stop) =>
    placeOf(stop, took, at, index > from) === 'off' ? 'branched' : reason,
  )
}

/** When a mail other than this step's was last accepted, or may have been: the gap of a repeated attempt. */
export const lastOther = (item: Arbiter, step: string): number | undefined => {
  const others = Object.entries(item.records).filter(
    ([id, { is }]) => id !== step && (is === 'sent' || is === 'uncertain'),
  )
  return others.length === 0 ? undefined : Math.max(...others.map(([, { at }]) => at))
}
