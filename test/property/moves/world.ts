/** One lead, its sequence in the versions that are published, and the workers behind it: real rules, no I/O. */
import { arrive, claim } from '../../../domain/arbiter.ts'
import type { Act } from '../../../domain/arbiter-act.ts'
import { decided } from '../../../domain/arbiter-decide.ts'
import { settle } from '../../../domain/arbiter-settle.ts'
import type { Content } from '../../../domain/content.ts'
import { type Enrolment, enrolmentIdOf, type Hop } from '../../../domain/enrolment.ts'
import type { LeadEvent } from '../../../domain/event.ts'
import { planBranch, planFirst } from '../../../domain/planning.ts'
import { stopsOf } from '../../../domain/route.ts'
import { stepsAt, stopOfId } from '../../../domain/route-ask.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import { armOf, tookAtStart } from '../../../domain/split.ts'
import { withArbiter } from '../../../functions/shared/act.ts'
import { decodeEnrolment, encodeEnrolment } from '../../../functions/shared/aws/enrolment-codec.ts'
import { carryOn, follow, type MovePorts } from '../../../functions/shared/move.ts'
import { planContext } from '../../../functions/shared/plan-context.ts'
import type { StoredEnrolment } from '../../../functions/shared/ports.ts'
import { stepKeys } from '../../../functions/shared/step-keys.ts'
import { stateMachineOf } from '../../../workflows/compiler/asl.ts'
import type { StateMachine } from '../../../workflows/compiler/asl-state.ts'
import { captured } from '../../unit/domain/lead-sample.ts'
import { scoring, settings } from '../../unit/domain/settings-sample.ts'
import { Engine } from './engine.ts'

interface Version {
  readonly sequence: Sequence
  readonly asl: StateMachine
}

class Crash extends Error {}

export interface Sent {
  readonly run: number
  readonly step: string
  readonly at: number
}

/** Monday, 4 January 2027, 10:00 UTC. */
export const begin = Date.UTC(2027, 0, 4, 10) / 1000

export class World {
  readonly engine = new Engine(begin)
  readonly sent: Sent[] = []
  /** The lead's log. */
  readonly events: LeadEvent[] = [captured({ at: (begin - 60) * 1000 })]
  readonly leadId: string
  /** Paths of branches that the lead would take. */
  readonly wishes: ReadonlySet<string>
  looks = 0
  /** How many calls of a worker go well before it crashes, once; and how many there were. */
  crashAt = Number.POSITIVE_INFINITY
  calls = 0
  /** By run: where it was told to go on, with the ways taken until then. */
  readonly places = new Map<string, { readonly name: string; readonly took: Enrolment['took'] }>()
  readonly #versions = new Map<string, Version>()
  readonly #items = new Map<string, { readonly item: Record<string, unknown>; readonly by: string }>()
  #live: Sequence

  constructor(sequence: Sequence, wishes: readonly string[] = [], leadId = 'lead'.padEnd(26, 'a')) {
    this.leadId = leadId
    this.wishes = new Set(wishes)
    this.#live = sequence
    this.publish(sequence)
  }

  publish(sequence: Sequence): void {
    this.#live = sequence
    if (!this.#versions.has(sequence.version))
      this.#versions.set(sequence.version, { sequence, asl: stateMachineOf(sequence) })
  }

  get runs(): readonly Enrolment[] {
    return [...this.#items.keys()].map((id) => this.#read(id).enrolment)
  }

  /** Enrols the lead and starts its execution. */
  async enrol(): Promise<void> {
    const sequence = this.#live
    const took = tookAtStart(sequence, this.leadId)
    const now = this.engine.now
    const due = planFirst(
      sequence,
      planContext(settings, { zone: 'UTC' }, now, { leadId: this.leadId, took }),
    )
    const enrolmentId = enrolmentIdOf(this.leadId, sequence.id, 1)
    const { id, version } = sequence
    const enrolment = { enrolmentId, leadId: this.leadId, sequence: id, version, run: 1, createdAt: now }
    await this.ports.enrolments.create({ ...enrolment, n: -1, due, took, records: {} }, 'captured-1')
    await this.engine.start(stateMachineOf(sequence), enrolmentId, {
      enrolmentId,
      leadId: this.leadId,
      due,
      n: 0,
    })
  }

  /** Goes on until nothing happens any more, or until `isEnough` says so before a message or a time-out. */
  async run(isEnough: () => boolean = () => false): Promise<void> {
    for (let turns = 0; !isEnough(); turns++) {
      if (turns > 2_000) throw new Error('it does not come to an end')
      const hop = this.engine.queue.shift()
      if (hop) await this.#deliver(hop)
      else if (this.engine.next() !== undefined) await this.engine.timeOut()
      else return
    }
  }

  /** A message whose worker crashed comes again. */
  async #deliver(hop: Hop): Promise<void> {
    try {
      await this.#work(hop)
    } catch (error) {
      if (!(error instanceof Crash)) throw error
      this.engine.queue.unshift(hop)
    }
  }

  /** One call of a worker: it crashes before it, or right after it. */
  async #call<T>(work: () => T | Promise<T>): Promise<T> {
    if (this.calls++ === this.crashAt) throw new Crash()
    const done = await work()
    if (this.calls++ === this.crashAt) throw new Crash()
    return done
  }

  readonly ports: MovePorts = {
    clock: { now: () => this.engine.now * 1000 },
    content: {
      live: async () =>
        ({ settings, scoring, sequences: { [this.#live.id]: this.#live } }) as unknown as Content,
      sequence: async (_, version) => {
        const found = this.#versions.get(version)
        if (!found) throw new Error(`version ${version} was never published`)
        return { sequence: found.sequence, machineArn: version }
      },
    },
    events: { events: async () => this.events, append: async () => 'new' },
    enrolments: {
      get: async (id) => (this.#items.has(id) ? this.#read(id) : undefined),
      create: (enrolment, by) =>
        this.#call(() => {
          const known = this.#items.has(enrolment.enrolmentId)
          const { pend, took } = enrolment
          if (!known && pend) this.places.set(enrolment.enrolmentId, { name: pend.name, took })
          if (!known) this.#write({ enrolment, by, rev: 1 })
          return this.#read(enrolment.enrolmentId)
        }),
      replace: (next) =>
        this.#call(() => {
          if (this.#read(next.enrolment.enrolmentId).rev !== next.rev) return false
          this.#write({ ...next, rev: next.rev + 1 })
          return true
        }),
    },
    executions: {
      start: (arn, name, input) => this.#call(() => this.engine.start(this.#version(arn).asl, name, input)),
      succeed: (token) => this.engine.succeed(token),
      fail: (token, name, cause) => this.engine.fail(token, name, cause),
    },
    queues: {
      send: async (queue) => {
        await this.#call(() => {
          if (queue === 'timers') this.looks++
        })
      },
      sendAll: async () => undefined,
    },
    leads: {
      collection: async () => ({
        events: this.events,
        head: undefined,
        suppression: undefined,
        enrolments: [...this.#items.keys()].map((id) => this.#read(id)),
        handoffs: [],
      }),
    },
  }

  #version(version: string): Version {
    const found = this.#versions.get(version)
    if (!found) throw new Error(`version ${version} was never published`)
    return found
  }

  #write({ enrolment, by, rev }: StoredEnrolment): void {
    const keys = stepKeys(this.#version(enrolment.version).sequence)
    const item = JSON.parse(
      JSON.stringify({ ...encodeEnrolment(enrolment, by, rev, keys), tk: enrolment.token }),
    )
    this.#items.set(enrolment.enrolmentId, { item, by })
  }

  #read(id: string): StoredEnrolment {
    const stored = this.#items.get(id)
    if (!stored) throw new Error(`there is no enrolment ${id}`)
    const { item, by } = stored
    const keys = stepKeys(this.#version(String(item['ve'])).sequence)
    return { enrolment: decodeEnrolment(item, this.leadId, id, keys), by, rev: Number(item['rev']) }
  }

  #pathOf(hop: Hop, sequence: Sequence, enrolment: Enrolment): string | undefined {
    for (const step of stepsAt(sequence, hop, enrolment, this.engine.now)) {
      if (step.kind === 'act') continue
      const usual = step.paths.at(-1)?.id
      const path =
        step.kind === 'split'
          ? armOf(step, sequence.id, this.leadId)
          : (step.paths.find(({ id }) => this.wishes.has(id))?.id ?? usual)
      if (path !== usual) return path
    }
    return undefined
  }

  /** The worker of the send queue. */
  async #work(hop: Hop): Promise<void> {
    const read = this.#read(hop.enrolmentId)
    const { sequence: old } = this.#version(read.enrolment.version)
    const { stored, sequence } = await follow(this.ports, hop, { stored: read, sequence: old })
    const ctx = { now: this.engine.now, route: stopsOf(sequence) }
    let item = stored.enrolment
    const path = hop.n > item.n ? this.#pathOf(hop, sequence, item) : undefined
    if (path !== undefined) {
      const { due, took } = claim(item, hop, ctx)
      const plan = planContext(settings, { zone: 'UTC' }, ctx.now, { leadId: this.leadId, took })
      const branch = planBranch(sequence, path, ctx.now, due, plan)
      item = merged(item, decided(item, hop, { name: `Tendril.Branch.${path}`, ...branch }, ctx).next)
    }
    const met = arrive(item, hop, ctx)
    item = merged(item, met.next)
    let { act } = met
    if (act.kind === 'attempt') {
      const kind = stopOfId(sequence, hop.step)?.kind
      if (kind === 'send' || kind === 'notify') this.sent.push({ run: item.run, step: hop.step, at: ctx.now })
      const done = settle(item, { is: 'sent' }, hop, ctx)
      item = merged(item, done.next)
      act = done.act
    }
    this.#write({ ...stored, enrolment: item, rev: stored.rev + 1 })
    await carryOn(this.ports, hop, this.#read(hop.enrolmentId))
    await this.#tell(hop, act)
  }

  async #tell({ token }: Hop, act: Act): Promise<void> {
    if (act.kind === 'answer') await this.#call(() => this.engine.fail(token, act.name, act.cause))
    if (act.kind === 'succeed') await this.engine.succeed(token)
  }
}

const merged = (item: Enrolment, next: Parameters<typeof withArbiter>[1] | undefined): Enrolment =>
  next === undefined ? item : withArbiter(item, next)
