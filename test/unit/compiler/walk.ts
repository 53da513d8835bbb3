/** Runs a machine by its own expressions, with a worker that follows the wished paths: the states it enters. */
import jsonata from 'jsonata'
import type { Due, Hop } from '../../../domain/enrolment.ts'
import { type PlanContext, planBranch, planFirst } from '../../../domain/planning.ts'
import { routeOf } from '../../../domain/route.ts'
import { actsAfter, decisionsAt, listeningNow, listensAt, stepsAt } from '../../../domain/route-ask.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import type { StateMachine, TaskState } from '../../../workflows/compiler/asl-state.ts'

export interface Input {
  readonly enrolmentId: string
  readonly leadId: string
  readonly due: Due
  readonly n: number
  readonly via?: string | null
}

const parsed = new Map<string, jsonata.Expression>()

/** Evaluates `{% … %}` at an instant (seconds). */
export async function evaluate(text: string, states: object, now = 0): Promise<unknown> {
  const expression = parsed.get(text) ?? jsonata(text.slice(2, -2))
  parsed.set(text, expression)
  const bindings = { states, parse: (json: string) => JSON.parse(json), millis: () => now * 1000 }
  const value: unknown = await expression.evaluate(undefined, bindings)
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

export interface Visit {
  readonly state: string
  readonly at: number
  readonly hop: Hop
  /** The acts that its worker does, in order. */
  readonly acts: readonly string[]
}

export const plain: PlanContext = {
  now: Date.UTC(2026, 10, 2, 10) / 1000,
  zone: 'Europe/Dublin',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: [] },
  minGap: 72_000,
}

/** The context object of an execution that began at this instant. */
export const contextOf = (start: number, n = 0) => ({
  Task: { Token: `token-${n}` },
  Execution: { RedriveCount: 0, StartTime: new Date(start * 1000).toISOString() },
  State: { RetryCount: 0 },
})

async function hopOf(state: TaskState, states: object): Promise<Hop> {
  const body = state.Arguments['MessageBody'] as Readonly<Record<string, string>>
  const entries = Object.entries(body).map(async ([key, value]) => [
    key,
    value.startsWith('{%') ? await evaluate(value, states) : value,
  ])
  const { via, ...hop } = Object.fromEntries(await Promise.all(entries))
  return via == null ? hop : { ...hop, via }
}

interface Place {
  readonly name: string
  readonly now: number
  readonly input: Input
}

interface Stay {
  readonly now: number
  /** When the state times out. */
  readonly leaves: number
}

class Walker {
  readonly visits: Visit[] = []
  readonly #took: Record<string, string>
  readonly #open: string[]
  readonly #sequence: Sequence
  readonly #ctx: PlanContext

  constructor(sequence: Sequence, wishes: readonly string[], ctx: PlanContext) {
    this.#sequence = sequence
    this.#took = { ...ctx.took }
    this.#open = [...wishes]
    this.#ctx = ctx
  }

  /** Enters a state and answers the place it leaves to. */
  async enter(state: TaskState, { name, now, input }: Place): Promise<Place | undefined> {
    const states = { input, context: contextOf(this.#ctx.now, input.n) }
    const hop = await hopOf(state, states)
    const [wish = ''] = this.#open
    const waited = state.TimeoutSeconds ? Number(await evaluate(state.TimeoutSeconds, states, now)) : 0
    const at = this.#divertAt(hop, input.due, wish, { now, leaves: now + waited })
    this.visits.push({ state: name, at: now, hop, acts: this.#actsAt(hop, input.due, wish, now) })
    if (at !== undefined) return this.#divert(state, { name, now: at, input }, wish, states)
    if (state.Next === undefined) return undefined
    const output = (await evaluate(state.Output ?? '', states)) as Input
    return { name: state.Next, now: now + waited, input: output }
  }

  /** The worker's part: the divert to the next wished path, as soon as the route allows it. */
  #divertAt(hop: Hop, due: Due, wish: string, { now, leaves }: Stay): number | undefined {
    const took = this.#took
    const decided = decisionsAt(this.#sequence, hop, { due, took }, now)
    if (decided.some(({ paths }) => paths.some(({ id }) => id === wish))) return now
    const opens = listensAt(this.#sequence, hop.step).find(({ path }) => path === wish)?.opens
    const click = Math.max(now, due[opens ?? ''] ?? 0) + 60
    const listening = listeningNow(this.#sequence, { step: hop.step, due, took }, click)
    return click < leaves && listening.some(({ path }) => path === wish) ? click : undefined
  }

  #actsAt(hop: Hop, due: Due, wish: string, now: number): readonly string[] {
    const item = { n: hop.n - 1, due, took: this.#took, records: {} }
    const steps = stepsAt(this.#sequence, hop, item, now)
    const turn = steps.findIndex((step) => step.kind !== 'act' && step.paths.some(({ id }) => id === wish))
    const before = turn === -1 ? steps : steps.slice(0, turn)
    const after = turn === -1 && hop.op === 'send' ? actsAfter(this.#sequence, hop.step) : []
    return [...before, ...after].flatMap((step) => (step.kind === 'act' ? [step.id] : []))
  }

  async #divert(state: TaskState, { name, now, input }: Place, wish: string, states: object): Promise<Place> {
    const ctx = { ...this.#ctx, now, took: this.#took }
    const plan = planBranch(this.#sequence, wish, now, input.due, ctx)
    this.#took[plan.took.branch] = plan.took.path
    this.#open.shift()
    return caught(state, name, `Tendril.Branch.${wish}`, plan.due, states, now)
  }
}

/** Where a state leads that is told an error with a new plan. */
export async function caught(
  state: TaskState,
  name: string,
  error: string,
  due: Due,
  states: object,
  now: number,
): Promise<Place> {
  const catcher = state.Catch.find((one) => one.ErrorEquals.includes(error))
  if (!catcher) throw new RangeError(`${error} is not caught in ${name}`)
  const errorOutput = { Error: error, Cause: JSON.stringify({ due, via: error }) }
  const output = await evaluate(catcher.Output, { ...states, errorOutput })
  return { name: catcher.Next, now, input: output as Input }
}

/** Walks from the start to a terminal state; of an even split the wished path, or the last one. */
export async function walk(
  sequence: Sequence,
  asl: StateMachine,
  wishes: readonly string[],
  context: PlanContext = plain,
): Promise<readonly Visit[]> {
  const arms = routeOf(sequence).splits.flatMap(({ step, paths }) => {
    const arm = paths.find(({ id }) => wishes.includes(id)) ?? paths.at(-1)
    return arm ? [[step.id, arm.id] as const] : []
  })
  const ctx = { ...context, took: Object.fromEntries(arms) }
  const known = new Set(arms.map(([, id]) => id))
  const walker = new Walker(
    sequence,
    wishes.filter((id) => !known.has(id)),
    ctx,
  )
  const input: Input = { enrolmentId: 'L-test-1', leadId: 'L', due: planFirst(sequence, ctx), n: 0 }
  let place: Place | undefined = { name: asl.StartAt, now: ctx.now, input }
  while (place) {
    const state: TaskState | { readonly Type: 'Succeed' } | undefined = asl.States[place.name]
    if (!state) throw new RangeError(`no state ${place.name}`)
    if (state.Type === 'Succeed') {
      const hop: Hop = { op: 'hold', token: '', enrolmentId: '', leadId: '', step: '', n: -1 }
      return [...walker.visits, { state: place.name, at: place.now, hop, acts: [] }]
    }
    place = await walker.enter(state, place)
  }
  return walker.visits
}
