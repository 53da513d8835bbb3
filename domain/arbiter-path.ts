/** Where an enrolment is on its route: what is behind it, beside it and still open. */
import { BRANCH, type Context, LISTEN, type Move } from './arbiter-act.ts'
import type { Arbiter, Divert, NotSentReason, StepRecord, Stop } from './enrolment.ts'

type Route = readonly Stop[]
type Took = Arbiter['took']

/** A record or an open proof: nothing more is to be decided about this step. */
export const settled = (item: Arbiter, step: string): boolean => item.records[step] !== undefined

const indexOf = (route: Route, step: string | undefined): number => route.findIndex(({ id }) => id === step)

export const isLast = (route: Route, step: string): boolean => route[indexOf(route, step)]?.last === true

/** Where a branch's paths meet again: the next stop that lies on no other path. Past the end when there is none. */
const rejoinOf = (route: Route, branch: string): number => {
  const isIn = ({ on }: Stop): boolean => on.some((place) => place.branch === branch)
  const within = route.findLastIndex(isIn)
  const member = route[within]
  if (member === undefined) return route.length
  const outer = member.on.slice(
    0,
    member.on.findIndex((place) => place.branch === branch),
  )
  const isBeside = ({ on }: Stop): boolean =>
    on.some(({ branch, path }) => outer.some((place) => place.branch === branch && place.path !== path))
  const rejoin = route.findIndex((stop, index) => index > within && !isBeside(stop))
  return rejoin === -1 ? route.length : rejoin
}

/** The branch and path that a divert's name (or a hop's `via`) leads to. */
export const pathOf = (name: string, route: Route, named?: Divert['took']): Divert['took'] => {
  if (named !== undefined || !name.startsWith(BRANCH)) return named
  const path = name.slice(BRANCH.length)
  return route.flatMap(({ on }) => on).find((place) => place.path === path)
}

/** A branch can be taken until its rejoin is settled or left behind. */
const isOpen = (item: Arbiter, route: Route, branch: string, step: string | undefined): boolean => {
  const rejoin = rejoinOf(route, branch)
  const next = route[rejoin]
  const gone = indexOf(route, step) > rejoin || (next !== undefined && settled(item, next.id))
  return !gone && item.took[branch] === undefined
}

/** Whether a divert can still be followed from this step: not after the last email, nor past its rejoin. */
export const applies = (item: Arbiter, divert: Divert, route: Route, step: string | undefined): boolean => {
  if (step !== undefined && isLast(route, step) && settled(item, step)) return false
  const path = pathOf(divert.name, route, divert.took)
  return path === undefined || isOpen(item, route, path.branch, step)
}

/** `off` is final; `open` lies on a path that may still be taken. */
const placeOf = (stop: Stop, took: Took, route: Route, at: number): 'on' | 'off' | 'open' => {
  const others = stop.on.filter(({ branch, path, isDefault }) =>
    took[branch] === undefined ? !isDefault : took[branch] !== path,
  )
  if (others.length === 0) return 'on'
  const closed = others.some(({ branch }) => took[branch] !== undefined || rejoinOf(route, branch) < at)
  return closed ? 'off' : 'open'
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

const sweepTo = (item: Arbiter, ctx: Context, at: number): Arbiter =>
  fill(item, ctx, (index, stop) => {
    const place = placeOf(stop, item.took, ctx.route, at)
    if (index >= at || place === 'open') return undefined
    return place === 'on' ? 'overtaken' : 'branched'
  })

/** Settles what lies before a step: overtaken on the path taken, branched beside it once that is final. */
export const sweep = (item: Arbiter, ctx: Context, step: string | undefined): Arbiter =>
  sweepTo(item, ctx, indexOf(ctx.route, step))

/** Settles all that is left when the last email is. */
const finish = (item: Arbiter, ctx: Context): Arbiter => sweepTo(item, ctx, ctx.route.length + 1)

/** After a settled step: the last email's task succeeds by the worker's word, any other listens on. */
export const rest = (item: Arbiter, step: string, ctx: Context): Move =>
  isLast(ctx.route, step) ? { item: finish(item, ctx), act: { kind: 'succeed' } } : { item, act: LISTEN }

/** Settles all that an exit takes away; a branch that was clicked but not reached yet counts as taken. */
export const abandon = (item: Arbiter, ctx: Context, reason: NotSentReason): Arbiter => {
  const { pend } = item
  const path = pend === undefined ? undefined : pathOf(pend.name, ctx.route, pend.took)
  const took = path === undefined ? item.took : { [path.branch]: path.path, ...item.took }
  const at = indexOf(ctx.route, item.step)
  return fill(item, ctx, (_, stop) => (placeOf(stop, took, ctx.route, at) === 'off' ? 'branched' : reason))
}

/** When a mail other than this step's was last accepted, or may have been: the gap of a repeated attempt. */
export const lastOther = (item: Arbiter, step: string): number | undefined => {
  const others = Object.entries(item.records).filter(
    ([id, { is }]) => id !== step && (is === 'sent' || is === 'uncertain'),
  )
  return others.length === 0 ? undefined : Math.max(...others.map(([, { at }]) => at))
}
