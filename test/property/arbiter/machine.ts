/** The Step Functions machine of the model: Email and Hold states, their timeouts and their catchers. */
import { type Act, AT, BRANCH, DEFER, EXIT, MOVE, REPLAN } from '../../../domain/arbiter-act.ts'
import type { Due } from '../../../domain/enrolment.ts'
import {
  type Edge,
  edge,
  fault,
  isLast,
  type Machine,
  type Model,
  NOW,
  tokenOf,
  type World,
} from './world.ts'

/** Enters a state: it puts its message on the queue, and every older token is dead. */
export const enter = (world: World, machine: Machine): World => {
  const { run, step, n, r, via } = machine
  const op = machine.at === 'hold' ? 'hold' : 'send'
  return { ...world, machine, queue: [...world.queue, { run, op, step, n, r, via }], tells: others(world) }
}

/** Words for a task that has ended reach nobody: only those for the other run are still under way. */
const others = ({ tells, machine }: World): World['tells'] => tells.filter(({ run }) => run !== machine.run)

const leave = (world: World): World => ({
  ...world,
  machine: { ...world.machine, at: 'done', step: '', r: 0, via: '', due: {}, isParked: false },
  tells: others(world),
})

interface Told {
  readonly world: World
  readonly broken: string | undefined
}
const fine = (world: World): Told => ({ world, broken: undefined })
const uncaught = (world: World, what: string): Told => ({ world, broken: `nothing stuck: ${what}` })

/** Tells a task. A dead token does nothing. */
export const tell = (world: World, token: string, act: Act, model: Model): Told => {
  const { machine } = world
  if (machine.at === 'done' || token !== tokenOf(machine)) return fine(world)
  if (act.kind === 'succeed') {
    const right = machine.at === 'email' && isLast(model, machine.step)
    return right ? fine(leave(world)) : uncaught(world, `success of ${machine.at} ${machine.step}`)
  }
  return act.kind === 'answer' ? caught(world, act.name, act.cause, model) : fine(world)
}

const caught = (world: World, name: string, cause: Readonly<Record<string, unknown>>, model: Model): Told => {
  if (name === EXIT || name === MOVE) return fine(leave(world))
  const { machine } = world
  const to = catcher(machine, name, model)
  if (to === undefined) return uncaught(world, `${name} is not caught in ${machine.at} ${machine.step}`)
  const via = String(cause['via'])
  const deferred = via === DEFER ? machine.n : world.deferred
  const due = cause['due'] as Due
  const next = { ...machine, ...to, n: machine.n + 1, r: 0, via, due, isParked: false }
  return fine(enter({ ...world, deferred }, next))
}

/** Where each error leads (design §5). */
const catcher = (
  { at, step }: Machine,
  name: string,
  model: Model,
): Pick<Machine, 'at' | 'step'> | undefined => {
  if (name === DEFER) return { at: 'hold', step }
  if (name === REPLAN) {
    const held = at === 'hold' ? step : model.next[step]
    return held === undefined ? undefined : { at: 'hold', step: held }
  }
  if (name.startsWith(AT) && step === model.route[0]?.id) return { at: 'hold', step: name.slice(AT.length) }
  if (name === `${BRANCH}x` && model.catches.includes(step)) return { at: model.landing, step: 'ex' }
  return undefined
}

/** Time-outs, and a failure that is redriven: the same n, a new token. */
export const machineMoves = (world: World, model: Model): Edge[] => {
  const { machine } = world
  if (machine.at === 'done' || machine.at === 'new') return []
  return [
    ...timeouts(world, model),
    ...fault(world, 'redrive', `${machine.at} ${machine.step} fails and is redriven`, () =>
      enter(world, { ...machine, r: machine.r + 1 }),
    ),
  ]
}

/** A listening end: a hold that ends by itself. */
const isSilent = ({ route }: Model, step: string): boolean =>
  route.some((stop) => stop.id === step && stop.silent)

const timeouts = (world: World, model: Model): Edge[] => {
  const { machine } = world
  const { step, n, due } = machine
  if (machine.isParked) return []
  if (machine.at === 'hold') {
    if ((due[step] ?? NOW) > NOW) return []
    if (isSilent(model, step)) return [edge(`listening ${step} times out`, leave(world))]
    const email = enter(world, { ...machine, at: 'email', n: n + 1, r: 0, via: '' })
    return [edge(`hold ${step} times out`, email)]
  }
  const next = model.next[step]
  if (next === undefined) return []
  const at = isSilent(model, next) ? 'hold' : 'email'
  const email = enter(world, { ...machine, at, step: next, n: n + 1, r: 0, via: '' })
  return [edge(`email ${step} times out`, email)]
}
