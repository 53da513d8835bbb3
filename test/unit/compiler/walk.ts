/** Runs a machine by its own expressions, with a worker that follows the wished paths: the states it enters. */
import jsonata from 'jsonata'
import { arrive, claim } from '../../../domain/arbiter.ts'
import type { Decision } from '../../../domain/arbiter-act.ts'
import { decided } from '../../../domain/arbiter-decide.ts'
import { diverted } from '../../../domain/arbiter-divert.ts'
import { settle } from '../../../domain/arbiter-settle.ts'
import type { Arbiter, Divert, Due, Hop } from '../../../domain/enrolment.ts'
import { type PlanContext, planBranch, planFirst } from '../../../domain/planning.ts'
import { routeOf, stopsOf } from '../../../domain/route.ts'
import { actsAfter, listeningNow, listensAt, stepsAt, stopOfId } from '../../../domain/route-ask.ts'
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
  item: Arbiter
  readonly #open: string[]
  readonly #sequence: Sequence
  readonly #ctx: PlanContext

  constructor(sequence: Sequence, wishes: readonly string[], ctx: PlanContext) {
    this.#sequence = sequence
    this.item = { n: -1, due: planFirst(sequence, ctx), took: ctx.took ?? {}, records: {} }
    this.#open = [...wishes]
    this.#ctx = ctx
  }

  /** Enters a state and answers the place it leaves to. */
  async enter(state: TaskState, { name, now, input }: Place): Promise<Place | undefined> {
    const states = { input, context: contextOf(this.#ctx.now, input.n) }
    const hop = await hopOf(state, states)
    const [wish = ''] = this.#open
    const waited = state.TimeoutSeconds ? Number(await evaluate(state.TimeoutSeconds, states, now)) : 0
    this.visits.push({ state: name, at: now, hop, acts: this.#actsAt(hop, wish, now) })
    const told = this.#decide(hop, wish, now) ?? this.#claim(hop, wish, { now, leaves: now + waited })
    if (told) return caught(state, { name, now: told.at, input }, told.divert, states)
    if (state.Next === undefined) return undefined
    const output = (await evaluate(state.Output ?? '', states)) as Input
    return { name: state.Next, now: now + waited, input: output }
  }

  /** The divert to the wished path, when the worker decides it before its claim. */
  #decide(hop: Hop, wish: string, now: number): Told | undefined {
    const steps = stepsAt(this.#sequence, hop, this.item, now)
    if (!steps.some((step) => step.kind !== 'act' && step.paths.some(({ id }) => id === wish)))
      return undefined
    const divert = this.#planned(wish, now, claim(this.item, hop, this.#context(now)))
    const { act } = this.#take(decided(this.item, hop, divert, this.#context(now)))
    return act.kind === 'answer' && act.name === divert.name ? { at: now, divert } : undefined
  }

  /** Claims, sends, and then diverts when the wished event comes in time. */
  #claim(hop: Hop, wish: string, { now, leaves }: Stay): Told | undefined {
    const { act } = this.#take(arrive(this.item, hop, this.#context(now)))
    const kind = stopOfId(this.#sequence, hop.step)?.kind
    const isMail = kind === 'send' || kind === 'notify'
    const outcome = isMail ? ({ is: 'sent' } as const) : ({ is: 'skip', reason: 'moved-on' } as const)
    if (act.kind === 'attempt') this.#take(settle(this.item, outcome, hop, this.#context(now)))
    const opens = listensAt(this.#sequence, hop.step).filter(({ path }) => path === wish)
    const clicks = opens.map((one) => Math.max(now, this.item.due[one.opens ?? ''] ?? 0) + 60)
    const isHeard = (at: number): boolean =>
      at < leaves && listeningNow(this.#sequence, this.item, at).some(({ path }) => path === wish)
    const at = clicks.find(isHeard)
    if (at === undefined) return undefined
    const divert = this.#planned(wish, at, this.item)
    const told = this.#take(diverted(this.item, divert, this.#context(at)))
    return told.act.kind === 'answer' && told.act.name === divert.name ? { at, divert } : undefined
  }

  #actsAt(hop: Hop, wish: string, now: number): readonly string[] {
    const steps = stepsAt(this.#sequence, hop, this.item, now)
    const turn = steps.findIndex((step) => step.kind !== 'act' && step.paths.some(({ id }) => id === wish))
    const before = turn === -1 ? steps : steps.slice(0, turn)
    const after = turn === -1 && hop.op === 'send' ? actsAfter(this.#sequence, hop.step) : []
    return [...before, ...after].flatMap((step) => (step.kind === 'act' ? [step.id] : []))
  }

  #planned(wish: string, now: number, { due, took }: Pick<Arbiter, 'due' | 'took'>): Divert {
    this.#open.shift()
    const plan = planBranch(this.#sequence, wish, now, due, { ...this.#ctx, now, took })
    return { name: `Tendril.Branch.${wish}`, ...plan }
  }

  #take(decision: Decision): Decision {
    this.item = decision.next ?? this.item
    return decision
  }

  readonly #context = (now: number) => ({ now, route: stopsOf(this.#sequence) })
}

interface Told {
  readonly at: number
  readonly divert: Divert
}

/** Where a state leads that is told a divert. */
export async function caught(
  state: TaskState,
  { name, now }: Place,
  divert: Divert,
  states: object,
): Promise<Place> {
  const catcher = state.Catch.find((one) => one.ErrorEquals.includes(divert.name))
  if (!catcher) throw new RangeError(`${divert.name} is not caught in ${name}`)
  const errorOutput = { Error: divert.name, Cause: JSON.stringify({ due: divert.due, via: divert.name }) }
  const output = await evaluate(catcher.Output, { ...states, errorOutput })
  return { name: catcher.Next, now, input: output as Input }
}

export interface Walked {
  readonly visits: readonly Visit[]
  readonly item: Arbiter
}

/** Walks from the start to a terminal state; of an even split the wished path, or the last one. */
export async function walked(
  sequence: Sequence,
  asl: StateMachine,
  wishes: readonly string[],
  context: PlanContext = plain,
): Promise<Walked> {
  const arms = routeOf(sequence).splits.flatMap(({ step, paths }) => {
    const arm = paths.find(({ id }) => wishes.includes(id)) ?? paths.at(-1)
    return arm ? [[step.id, arm.id] as const] : []
  })
  const known = new Set(arms.map(([, id]) => id))
  const open = wishes.filter((id) => !known.has(id))
  const walker = new Walker(sequence, open, { ...context, took: Object.fromEntries(arms) })
  const input: Input = { enrolmentId: 'L-test-1', leadId: 'L', due: walker.item.due, n: 0 }
  let place: Place | undefined = { name: asl.StartAt, now: context.now, input }
  while (place) {
    const state: TaskState | { readonly Type: 'Succeed' } | undefined = asl.States[place.name]
    if (!state) throw new RangeError(`no state ${place.name}`)
    if (state.Type === 'Succeed') {
      const hop: Hop = { op: 'hold', token: '', enrolmentId: '', leadId: '', step: '', n: -1 }
      walker.visits.push({ state: place.name, at: place.now, hop, acts: [] })
      break
    }
    place = await walker.enter(state, place)
  }
  return walker
}

/** The states that are entered from the start to the end. */
export const walk = async (...given: Parameters<typeof walked>): Promise<readonly Visit[]> =>
  (await walked(...given)).visits
