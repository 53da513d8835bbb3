/** Runs a machine by its own expressions, with a worker that follows the wished paths: the states it enters. */
import jsonata from 'jsonata'
import type { Due, Hop } from '../../../domain/enrolment.ts'
import { type PlanContext, planBranch, planFirst } from '../../../domain/planning.ts'
import { decisionsAt, listeningNow } from '../../../domain/route-ask.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import type { StateMachine, TaskState } from '../../../workflows/compiler/asl-state.ts'

export interface Input {
  readonly enrolmentId: string
  readonly leadId: string
  readonly due: Due
  readonly n: number
  readonly via?: string | null
}

/** Evaluates `{% … %}` at an instant (seconds). */
export async function evaluate(text: string, states: object, now = 0): Promise<unknown> {
  const expression = jsonata(text.slice(2, -2))
  expression.assign('parse', (json: string) => JSON.parse(json))
  expression.assign('millis', () => now * 1000)
  const value: unknown = await expression.evaluate(undefined, { states })
  return value === undefined ? undefined : JSON.parse(JSON.stringify(value))
}

export interface Visit {
  readonly state: string
  readonly at: number
  readonly hop: Hop
}

export const plain: PlanContext = {
  now: Date.UTC(2026, 10, 2, 10) / 1000,
  zone: 'Europe/Dublin',
  window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: [] },
  minGap: 72_000,
}

async function hopOf(state: TaskState, states: object): Promise<Hop> {
  const body = state.Arguments['MessageBody'] as Readonly<Record<string, string>>
  const entries = Object.entries(body).map(async ([key, value]) => [
    key,
    value.startsWith('{%') ? await evaluate(value, states) : value,
  ])
  return Object.fromEntries(await Promise.all(entries)) as Hop
}

/** The worker's part: the divert to the next wished path, as soon as the route allows it. */
function divertOf(
  sequence: Sequence,
  hop: Hop,
  due: Due,
  took: Record<string, string>,
  wish: string,
  now: number,
) {
  const sent = hop.op === 'send' ? now + 60 : now
  const listening = listeningNow(sequence, { step: hop.step, due, took }, sent)
  if (listening.some(({ path }) => path === wish)) return sent
  const decided = decisionsAt(sequence, hop, { due, took }, now)
  return decided.some((branch) => branch.paths.some(({ id }) => id === wish)) ? now : undefined
}

interface Place {
  readonly name: string
  readonly now: number
  readonly input: Input
}

class Walker {
  readonly visits: Visit[] = []
  readonly #took: Record<string, string> = {}
  readonly #open: string[]
  readonly #sequence: Sequence
  readonly #ctx: PlanContext

  constructor(sequence: Sequence, wishes: readonly string[], ctx: PlanContext) {
    this.#sequence = sequence
    this.#open = [...wishes]
    this.#ctx = ctx
  }

  /** Enters a state and answers the place it leaves to. */
  async enter(state: TaskState, { name, now, input }: Place): Promise<Place | undefined> {
    const context = {
      Task: { Token: `token-${input.n}` },
      Execution: { RedriveCount: 0 },
      State: { RetryCount: 0 },
    }
    const states = { input, context }
    const hop = await hopOf(state, states)
    this.visits.push({ state: name, at: now, hop })
    const [wish = ''] = this.#open
    const at = divertOf(this.#sequence, hop, input.due, this.#took, wish, now)
    if (at !== undefined) return this.#divert(state, { name, now: at, input }, wish, states)
    const waited = state.TimeoutSeconds ? await evaluate(state.TimeoutSeconds, states, now) : 0
    if (state.Next === undefined) return undefined
    const output = (await evaluate(state.Output ?? '', states)) as Input
    return { name: state.Next, now: now + Number(waited), input: output }
  }

  async #divert(state: TaskState, { name, now, input }: Place, wish: string, states: object): Promise<Place> {
    const plan = planBranch(this.#sequence, wish, now, input.due, { ...this.#ctx, now })
    this.#took[plan.took.branch] = plan.took.path
    this.#open.shift()
    const error = `Tendril.Branch.${wish}`
    const catcher = state.Catch.find((one) => one.ErrorEquals.includes(error))
    if (!catcher) throw new RangeError(`${error} is not caught in ${name}`)
    const errorOutput = { Error: error, Cause: JSON.stringify({ due: plan.due, via: error }) }
    const output = await evaluate(catcher.Output, { ...states, errorOutput })
    return { name: catcher.Next, now, input: output as Input }
  }
}

/** Walks from the start to a terminal state. */
export async function walk(
  sequence: Sequence,
  asl: StateMachine,
  wishes: readonly string[],
  ctx: PlanContext = plain,
): Promise<readonly Visit[]> {
  const walker = new Walker(sequence, wishes, ctx)
  const input: Input = { enrolmentId: 'L-test-1', leadId: 'L', due: planFirst(sequence, ctx), n: 0 }
  let place: Place | undefined = { name: asl.StartAt, now: ctx.now, input }
  while (place) {
    const state: TaskState | { readonly Type: 'Succeed' } | undefined = asl.States[place.name]
    if (!state) throw new RangeError(`no state ${place.name}`)
    if (state.Type === 'Succeed') {
      const hop: Hop = { op: 'hold', token: '', enrolmentId: '', leadId: '', step: '', n: -1 }
      return [...walker.visits, { state: place.name, at: place.now, hop }]
    }
    place = await walker.enter(state, place)
  }
  return walker.visits
}
