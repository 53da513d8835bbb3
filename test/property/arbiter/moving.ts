/** The making of the run that a move goes on in: created once, started once, whoever does it. */
import { enter } from './machine.ts'
import { canonical, type Model, modelIn, NOW, type World } from './world.ts'

export type Making = 'created' | 'decided'

const create = (world: World, model: Model): World => {
  const { item, other, published } = world
  if (other !== null || item?.exit?.to === undefined || !published) return world
  const next = modelIn(model, 2)
  const { step = '', took } = item
  const place = { step: model.edition?.map[step] ?? step, due: {}, took }
  const begun = canonical(model.rules.begun(item, place, { now: NOW, route: next.route }), next)
  const machine = { run: 2, at: 'new', step: '', n: 0, r: 0, via: '', due: {}, isParked: false } as const
  return { ...world, deferred: -1, other: { item: begun, machine } }
}

/** Its first state waits, far off, until it is told where to go on. */
const start = (world: World, model: Model): World => {
  const { other } = world
  const isOver = other?.item?.exit !== undefined || (other?.item?.n ?? 0) >= 0
  if (other === null || other.machine.at !== 'new' || isOver) return world
  const next = modelIn(model, 2)
  const step = next.route[0]?.id ?? ''
  const seen = { ...world, item: other.item, machine: other.machine }
  const begun = enter(seen, { ...other.machine, at: next.start, step, isParked: true })
  return {
    ...begun,
    item: world.item,
    machine: world.machine,
    other: { item: other.item, machine: begun.machine },
  }
}

/** Brings the next run as far as that; again is harmless. */
export const make = (world: World, model: Model, as?: Making): World =>
  as === 'created' ? create(world, model) : start(create(world, model), model)
