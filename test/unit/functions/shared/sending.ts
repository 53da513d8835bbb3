/** Leads in several sequences over a memory, and the messages of their executions. */
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { enrolmentIdOf } from '../../../../domain/enrolment.ts'
import type { LeadEvent } from '../../../../domain/event.ts'
import type { Sequence } from '../../../../domain/sequence.ts'
import type { Settings } from '../../../../domain/settings.ts'
import type { CompiledTemplate } from '../../../../domain/template.ts'
import { processHop } from '../../../../functions/shared/hop.ts'
import { captured, submission } from '../../domain/lead-sample.ts'
import { leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

const template = (id: string): CompiledTemplate => ({
  id,
  hash: `hash-of-${id}`,
  kind: 'email',
  subject: id,
  preheader: '',
  html: `<p>${id}</p>`,
  text: id,
  variables: [],
})

export const day = 86_400

/** A sequence that sends these steps, a day apart. */
export const sequenceOf = (id: string, steps: readonly string[], over: Partial<Sequence> = {}): Sequence => ({
  id,
  version: 'v1',
  name: id,
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'always' },
  exits: [],
  steps: steps.flatMap((step) => [
    { kind: 'send', id: step, template: 'mail', immediately: false } as const,
    { kind: 'wait', wait: { for: 'P1D' } } as const,
  ]),
  ...over,
})

/** The settings with their part about sending changed. */
export const withSending = (settings: Settings, sending: Partial<Settings['sending']>): Settings => ({
  ...settings,
  sending: { ...settings.sending, ...sending },
})

/** Where mail may go out at any time: the hours are another test's matter. */
export const always: Partial<Settings['sending']> = {
  quietHours: { from: 0, to: 0, zone: 'lead' },
  days: [1, 2, 3, 4, 5, 6, 7],
  holidays: [],
}

export class World {
  readonly memory = new Memory()

  constructor(sequences: readonly Sequence[], sending: Partial<Settings['sending']> = {}) {
    const { content } = this.memory
    this.memory.pinned.push(...sequences)
    this.memory.content = {
      ...content,
      settings: withSending(content.settings, { ...always, ...sending }),
      sequences: Object.fromEntries(sequences.map((sequence) => [sequence.id, sequence])),
      templates: { ...content.templates, mail: template('mail') },
    }
  }

  get now(): number {
    return Math.floor(this.memory.now / 1000)
  }

  pass(seconds: number): void {
    this.memory.now += seconds * 1000
  }

  /** A lead that permitted mail some days ago. */
  lead(n: number, ...more: readonly LeadEvent[]): string {
    const at = this.memory.now - 30 * day * 1000
    const person = { email: `lead${n}@example.com` }
    const grants = [{ topics: ['guides'], basis: 'consent' }]
    this.memory.write(
      leadId(n),
      captured({ id: `captured-${n}`, at, grants, submission: submission({ at, person }) }),
      ...more,
    )
    return leadId(n)
  }

  enrol(
    lead: string,
    sequence: string,
    run: number,
    over: Partial<Enrolment> = {},
    by = `by-${run}`,
  ): string {
    const enrolmentId = enrolmentIdOf(lead, sequence, run)
    const enrolment: Enrolment = {
      enrolmentId,
      leadId: lead,
      sequence,
      version: 'v1',
      run,
      createdAt: this.now,
      n: -1,
      due: {},
      took: {},
      records: {},
      ...over,
    }
    this.memory.enrolled.set(enrolmentId, { enrolment, by, rev: 1 })
    return enrolmentId
  }

  of(enrolmentId: string): Enrolment {
    const found = this.memory.enrolled.get(enrolmentId)
    if (found === undefined) throw new Error(`no ${enrolmentId}`)
    return found.enrolment
  }

  /** The execution arrives at a step. */
  async arrive(enrolmentId: string, step: string): Promise<void> {
    const { n, leadId: lead } = this.of(enrolmentId)
    await processHop(this.memory.ports, {
      op: 'send',
      token: `${enrolmentId}.${n + 1}`,
      enrolmentId,
      leadId: lead,
      step,
      n: n + 1,
    })
  }

  mailsTo(n: number): number {
    return this.memory.sent.filter(({ to }) => to === `lead${n}@example.com`).length
  }
}
