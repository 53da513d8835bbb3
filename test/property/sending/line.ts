/**
 * One lead in several sequences, with its machines, its line of messages, a worker that may be late, pauses, refusals
 * and answers that are lost: planner, policy and arbiter together, without any I/O. Seconds.
 */
import { arrive } from '../../../domain/arbiter.ts'
import type { Act, Outcome } from '../../../domain/arbiter-act.ts'
import { reconciled, settle } from '../../../domain/arbiter-settle.ts'
import type { Arbiter, Due, Enrolment, Hop } from '../../../domain/enrolment.ts'
import { type PlanContext, planFirst, planFrom } from '../../../domain/planning.ts'
import { rivalsOf, standingOf } from '../../../domain/rivals.ts'
import { stopsOf } from '../../../domain/route.ts'
import { stopOfId } from '../../../domain/route-ask.ts'
import { mailsOf, maySend, windowOf } from '../../../domain/sending-policy.ts'
import type { SendStep, Sequence } from '../../../domain/sequence.ts'
import type { Settings } from '../../../domain/settings.ts'

/** What goes wrong, drawn anew at every message. */
export interface Luck {
  /** How long the worker takes to come. */
  delay(): number
  fate(): 'sent' | 'refused' | 'stopped' | 'unclear' | 'failed'
  /** Until when the lead wants no mail; 0 when it does. */
  pausedUntil(now: number): number
}

interface Machine {
  readonly run: Run
  at: 'email' | 'hold' | 'done'
  step: number
  n: number
  due: Due
  via: string | undefined
  /** When its state times out. */
  until: number
}

interface Run {
  readonly sequence: Sequence
  item: Enrolment
}

interface Message {
  readonly machine: Machine
  readonly hop: Hop
  readonly from: number
}

export interface Accepted {
  readonly at: number
  readonly step: string
  readonly immediately: boolean
}

export class Line {
  readonly accepted: Accepted[] = []
  readonly runs: Run[]
  readonly #machines: Machine[]
  readonly #queue: Message[] = []
  readonly #proofs: { readonly run: Run; readonly step: string; readonly n: number; readonly at: number }[] =
    []
  readonly #settings: Settings
  readonly #luck: Luck
  #now: number

  constructor(sequences: readonly Sequence[], settings: Settings, luck: Luck, now: number) {
    this.#settings = settings
    this.#luck = luck
    this.#now = now
    this.runs = sequences.map((sequence, index) => ({ sequence, item: this.#enrol(sequence, index) }))
    this.#machines = this.runs.map((run) => this.#machine(run))
  }

  /** Lets everything happen that happens by itself; false when it does not come to an end. */
  finish(most = 20_000): boolean {
    for (let step = 0; step < most; step++) {
      const next = this.#next()
      if (next === undefined) return true
      this.#now = Math.max(this.#now, next.at)
      next.run()
    }
    return false
  }

  #next(): { at: number; run: () => void } | undefined {
    const [head] = this.#queue
    const events = [
      ...this.#machines
        .filter((one) => one.at !== 'done' && one.until < Number.POSITIVE_INFINITY)
        .map((machine) => ({ at: machine.until, run: () => this.#timeout(machine) })),
      ...(head === undefined ? [] : [{ at: head.from, run: () => this.#work() }]),
      ...this.#proofs.map((proof) => ({ at: proof.at, run: () => this.#prove(proof) })),
    ]
    return events.sort((a, b) => a.at - b.at)[0]
  }

  #context(): PlanContext {
    const { sending } = this.#settings
    const lastAt = this.#mails().at(-1)
    return {
      now: this.#now,
      zone: 'UTC',
      window: windowOf(sending),
      minGap: Math.ceil(sending.minGap / 1000),
      spread: (sending.spread ?? 0) / 1000,
      leadId: 'lead',
      ...(lastAt !== undefined && { lastAt }),
    }
  }

  #mails(): readonly number[] {
    return mailsOf((this.runs ?? []).map(({ item }) => item))
  }

  #enrol(sequence: Sequence, index: number): Enrolment {
    return {
      enrolmentId: `lead-${sequence.id}-1`,
      leadId: 'lead',
      sequence: sequence.id,
      version: '1',
      run: 1,
      createdAt: this.#now - index,
      n: -1,
      due: planFirst(sequence, this.#context()),
      took: {},
      records: {},
    }
  }

  #machine(run: Run): Machine {
    const { due } = run.item
    const machine: Machine = { run, at: 'hold', step: 0, n: 0, due, via: undefined, until: 0 }
    this.#enter(machine, 'hold', 0)
    return machine
  }

  #idOf({ run, step }: Machine): string {
    return stopsOf(run.sequence)[step]?.id ?? ''
  }

  #enter(machine: Machine, at: 'email' | 'hold', step: number): void {
    const stops = stopsOf(machine.run.sequence)
    Object.assign(machine, { at, step })
    const listensTo = at === 'hold' ? stops[step] : stops[step + 1]
    machine.until =
      listensTo === undefined
        ? Number.POSITIVE_INFINITY
        : Math.max(this.#now + 1, machine.due[listensTo.id] ?? Number.NaN)
    const hop: Hop = {
      op: at === 'hold' ? 'hold' : 'send',
      token: `${machine.run.sequence.id}.${machine.n}`,
      enrolmentId: machine.run.item.enrolmentId,
      leadId: 'lead',
      step: this.#idOf(machine),
      n: machine.n,
      ...(machine.via !== undefined && { via: machine.via }),
    }
    machine.via = undefined
    const before = this.#queue.at(-1)?.from ?? 0
    this.#queue.push({ machine, hop, from: Math.max(before, this.#now + this.#luck.delay()) })
  }

  #timeout(machine: Machine): void {
    machine.n += 1
    this.#enter(machine, 'email', machine.at === 'hold' ? machine.step : machine.step + 1)
  }

  #tell(machine: Machine, token: string, act: Act): void {
    if (machine.at === 'done' || token !== `${machine.run.sequence.id}.${machine.n}`) return
    if (act.kind === 'succeed') machine.at = 'done'
    if (act.kind !== 'answer') return
    if (act.name !== 'Tendril.Defer') throw new Error(`told ${act.name}`)
    const { due, via } = act.cause as { due: Due; via: string }
    Object.assign(machine, { due, via, n: machine.n + 1 })
    this.#enter(machine, 'hold', machine.step)
  }

  #work(): void {
    const message = this.#queue.shift()
    if (message === undefined) return
    const { machine, hop } = message
    const { run } = machine
    const context = { now: this.#now, route: stopsOf(run.sequence) }
    const met = arrive(run.item, hop, context)
    this.#write(run, met.next)
    if (met.act.kind !== 'attempt') {
      this.#tell(machine, hop.token, met.act)
      return
    }
    const done = settle(run.item, this.#attempt(run, hop.step), hop, context)
    this.#write(run, done.next)
    for (const { step, n } of done.uncertain) this.#proofs.push({ run, step, n, at: this.#now + 900 })
    this.#tell(machine, hop.token, done.act)
  }

  #write(run: Run, next: Arbiter | undefined): void {
    if (next !== undefined)
      run.item = { ...run.item, ...next, answer: next.answer, intent: next.intent } as Enrolment
    if (run.item.answer === undefined) delete (run.item as { answer?: unknown }).answer
    if (run.item.intent === undefined) delete (run.item as { intent?: unknown }).intent
  }

  #later(run: Run, step: string, from: number, reason: 'refused' | 'stopped' | 'paused'): Outcome {
    const due = planFrom(run.sequence, step, from, run.item.due, this.#context())
    return { is: 'refuse-now', due, until: due[step] ?? from, reason }
  }

  #attempt(run: Run, id: string): Outcome {
    const step = stopOfId(run.sequence, id)?.node.step as SendStep
    const now = this.#now
    const pausedUntil = this.#luck.pausedUntil(now) * 1000
    const all = this.runs.map(({ item, sequence }) => ({ enrolment: item, sequence }))
    const verdict = maySend({
      lead: {
        suppressed: false,
        deliverable: true,
        isTest: false,
        stage: 'lead',
        topics: ['guides'],
        pausedUntil,
      },
      topic: 'guides',
      step,
      mails: this.#mails(),
      self: standingOf({ enrolment: run.item, sequence: run.sequence }),
      rivals: rivalsOf(all, run.item.enrolmentId, ['guides'], now),
      settings: this.#settings,
      now,
      zone: 'UTC',
    })
    if (verdict.is === 'defer') return this.#later(run, id, verdict.until, 'paused')
    return this.#send(run, step)
  }

  #send(run: Run, step: SendStep): Outcome {
    const fate = this.#luck.fate()
    if (fate === 'refused') return this.#later(run, step.id, this.#now + 600, 'refused')
    if (fate === 'stopped') return this.#later(run, step.id, this.#now + 900, 'stopped')
    if (fate === 'failed') return { is: 'skip', reason: 'refused' }
    this.accepted.push({
      at: this.#now,
      step: `${run.sequence.id} ${step.id}`,
      immediately: step.immediately,
    })
    return fate === 'sent' ? { is: 'sent' } : { is: 'uncertain' }
  }

  #prove(proof: { run: Run; step: string; n: number; at: number }): void {
    this.#proofs.splice(this.#proofs.indexOf(proof), 1)
    const context = { now: this.#now, route: stopsOf(proof.run.sequence) }
    const uncertain = { step: proof.step, n: proof.n, attempt: 1 }
    this.#write(proof.run, reconciled(proof.run.item, uncertain, 'proof', context).next)
  }
}
