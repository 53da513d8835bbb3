/** A lead in a sequence, in a memory: what the worker's tests begin with. */
import type { Enrolment, Hop } from '../../../../domain/enrolment.ts'
import type { LeadEvent } from '../../../../domain/event.ts'
import { stopsOf } from '../../../../domain/route.ts'
import type { Sequence, Step } from '../../../../domain/sequence.ts'
import type { CompiledTemplate } from '../../../../domain/template.ts'
import { captured, submission } from '../../domain/lead-sample.ts'
import { leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

export const lead = leadId(0)
export const enrolmentId = `${lead}-test-1`

const template = (id: string, kind: CompiledTemplate['kind'], own: Partial<CompiledTemplate> = {}) =>
  ({
    id,
    hash: `${id}-hash`.slice(0, 12),
    kind,
    subject: `${id} for {{ lead.first_name | default: 'you' }}`,
    preheader: '',
    html: `<p>{{ fields.interest }} {{ task.title }} {{ task.note }} {{ task.due }}</p><a href="{{ links.done }}">done</a>`,
    text: `{{ company.name }} {{ task.title }} {{ links.done }}`,
    variables: [],
    ...own,
  }) as const

export const sequenceOf = (steps: readonly Step[], own: Partial<Sequence> = {}): Sequence => ({
  id: 'test',
  version: 'v1',
  name: 'A test',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps,
  ...own,
})

export interface Given {
  readonly steps: readonly Step[]
  /** Ids of templates to leads, and of those to our own people. */
  readonly templates?: readonly string[]
  readonly notices?: readonly string[]
  readonly fields?: Readonly<Record<string, string[]>>
  readonly events?: readonly LeadEvent[]
  readonly enrolment?: Partial<Enrolment>
}

/** A lead that may be mailed about guides, enrolled and nothing done yet. */
export const begin = (given: Given): { memory: Memory; sequence: Sequence } => {
  const memory = new Memory()
  const sequence = sequenceOf(given.steps)
  memory.pinned.push(sequence)
  const templates = [
    ...(given.templates ?? []).map((id) => template(id, 'email')),
    ...(given.notices ?? []).map((id) => template(id, 'handoff')),
  ]
  memory.content = {
    ...memory.content,
    sequences: { test: sequence },
    templates: Object.fromEntries(templates.map((one) => [one.id, one])),
  }
  memory.write(
    lead,
    captured({
      at: memory.now - 60_000,
      grants: [{ topics: ['guides'], basis: 'consent' }],
      submission: submission({ fields: { ...given.fields } }),
    }),
    ...(given.events ?? []),
  )
  const enrolment: Enrolment = {
    enrolmentId,
    leadId: lead,
    sequence: 'test',
    version: 'v1',
    run: 1,
    createdAt: memory.now / 1000 - 60,
    n: -1,
    due:
      given.enrolment?.due ?? Object.fromEntries(stopsOf(sequence).map(({ id }) => [id, memory.now / 1000])),
    took: {},
    records: {},
    ...given.enrolment,
  }
  memory.enrolled.set(enrolmentId, { enrolment, rev: 1, by: 'captured-1' })
  return { memory, sequence }
}

/** The message of the execution's n-th state. */
export const hopTo = (step: string, n: number, over: Partial<Hop> = {}): Hop => ({
  op: 'send',
  token: `token-${n}`,
  enrolmentId,
  leadId: lead,
  step,
  n,
  ...over,
})

export const itemIn = (memory: Memory): Enrolment => {
  const stored = memory.enrolled.get(enrolmentId)
  if (stored === undefined) throw new Error('no enrolment')
  return stored.enrolment
}
