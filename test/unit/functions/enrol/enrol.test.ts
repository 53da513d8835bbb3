/** From an event to a started sequence, over a memory. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { LeadEvent } from '../../../../domain/event.ts'
import { foldLead } from '../../../../domain/lead.ts'
import type { Sequence } from '../../../../domain/sequence.ts'
import { enrolTriggered } from '../../../../functions/enrol/enrol.ts'
import type { EnrolMessage } from '../../../../functions/shared/messages.ts'
import { refold } from '../../../../functions/shared/refold.ts'
import { takeSignal } from '../../../../functions/signals/take.ts'
import { on, permitted, sequenceOf } from '../../domain/entry-sample.ts'
import { day, signal, submission } from '../../domain/lead-sample.ts'
import { leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

const id = leadId(0)
let memory: Memory

const publish = (...sequences: readonly Sequence[]): void => {
  memory.pinned.push(...sequences)
  memory.content = {
    ...memory.content,
    sequences: Object.fromEntries(sequences.map((sequence) => [sequence.id, sequence])),
  }
}

/** The lead came an hour ago and is known. */
const came = async (over: Parameters<typeof permitted>[0] = {}): Promise<void> => {
  memory.write(id, permitted({ at: memory.now - 3_600_000, ...over }))
  await refold(memory.ports, id)
}

const queued = (): readonly EnrolMessage[] =>
  memory.queued.flatMap(({ queue, message }) =>
    queue === 'enrol' ? [message as unknown as EnrolMessage] : [],
  )

/** What the enrol function does with a message. */
const enrol = async (message: EnrolMessage): Promise<void> => {
  const { events, enrolments } = await memory.ports.leads.collection(id)
  const { content, now } = memory
  const state = foldLead(events, content, now)
  await enrolTriggered(memory.ports, { leadId: id, state, events, enrolments, content, now }, message)
}

const started = () => memory.started.map(({ name }) => name)
const report = (signalId: string, type: string, properties: Record<string, string> = {}) =>
  takeSignal(memory.ports, {
    v: 1,
    kind: 'signal',
    id: signalId,
    leadId: id,
    type,
    at: memory.now,
    properties,
  })

beforeEach(() => {
  memory = new Memory()
})

describe('a signal that starts a sequence', () => {
  beforeEach(async () => {
    publish(on({ kind: 'event', event: { name: 'trial.started' } }))
    await came()
  })

  test('does so once, however often it is reported and its message delivered', async () => {
    for (let i = 0; i < 3; i++) await report('t1', 'trial.started')
    expect(queued()).toEqual(
      Array(3).fill({ v: 1, leadId: id, eventId: 't1', cause: 'trigger', sequence: 'one' }),
    )
    for (const message of queued()) await enrol(message)
    expect([...memory.enrolled.keys()]).toEqual([`${id}-one-1`])
    expect(new Set(started())).toEqual(new Set([`${id}-one-1`]))
    memory.queued.length = 0
    await report('t1', 'trial.started')
    expect(queued()).toEqual([])
  })

  test('but another one, or a timer, does not', async () => {
    await report('p1', 'page.viewed')
    await refold(memory.ports, id)
    expect(queued()).toEqual([])
  })

  test('is looked at again where it is enrolled: who left in between does not enter', async () => {
    await report('t1', 'trial.started')
    const left: LeadEvent = { type: 'suppressed', id: 'u', at: memory.now, reason: 'manual', source: 'x' }
    memory.write(id, left)
    for (const message of queued()) await enrol(message)
    expect(memory.enrolled.size).toBe(0)
  })
})

test('what somebody did before it was known counts when it becomes known', async () => {
  publish(on({ kind: 'event', event: { name: 'trial.started' } }))
  await report('t1', 'trial.started')
  expect(queued()).toEqual([])
  await came()
  expect(queued().map(({ eventId }) => eventId)).toEqual(['t1'])
})

test('the timer comes for a date, and the date starts its sequence', async () => {
  publish(on({ kind: 'date', field: 'contract.end', shift: { by: 'P60D', to: 'before' } }))
  await came({ submission: submission({ fields: { 'contract.end': ['2027-03-31'], country: ['IE'] } }) })
  const date = Date.parse('2027-01-30T00:00:00Z')
  const timers: number[] = []
  for (let timer = memory.timers.get(`lead-${id}`); timer !== undefined; ) {
    timers.push(timer)
    memory.timers.clear()
    memory.now = timer
    await refold(memory.ports, id)
    timer = memory.timers.get(`lead-${id}`)
  }
  expect(timers).toContain(date)
  expect(queued().map(({ eventId }) => eventId)).toEqual(['date-contract.end-2027-03-31'])
})

test('a run for each order, side by side', async () => {
  publish(on({ kind: 'event', event: { name: 'order.paid' } }, { key: 'order_id' }))
  await came()
  for (const [index, order] of ['A', 'B', 'A'].entries()) {
    await report(`o${index}`, 'order.paid', { order_id: order })
    for (const message of queued().slice(-1)) await enrol(message)
  }
  const runs = [...memory.enrolled.values()].map(({ enrolment, by }) => [enrolment.run, enrolment.key, by])
  expect(runs).toEqual([
    [1, 'A', 'o0'],
    [2, 'B', 'o1'],
  ])
})

test('orders that come at the same moment have a run each, and one of two for the same order', async () => {
  publish(on({ kind: 'event', event: { name: 'order.paid' } }, { key: 'order_id' }))
  await came()
  for (const [index, order] of ['A', 'B', 'C', 'B'].entries())
    await report(`o${index}`, 'order.paid', { order_id: order })
  await Promise.all([...queued(), ...queued()].map(enrol))
  const runs = [...memory.enrolled.values()].map(({ enrolment }) => [enrolment.run, enrolment.key])
  expect(runs).toEqual([
    [1, 'A'],
    [2, 'B'],
    [3, 'C'],
  ])
  expect(new Set(started())).toEqual(new Set([1, 2, 3].map((run) => `${id}-one-${run}`)))
})

test('a form, an ad form and a stage start theirs by the event itself', async () => {
  publish(
    sequenceOf('by-form', { when: [{ kind: 'form', form: 'demo' }] }),
    sequenceOf('by-ad', { when: [{ kind: 'ad-form', source: 'facebook', formId: '901' }] }),
    sequenceOf('by-stage', { when: [{ kind: 'stage', stages: ['mql'] }] }),
    sequenceOf('by-api', { when: [{ kind: 'api' }] }),
  )
  await came({ form: 'demo', submission: submission({ source: 'facebook', formId: '901' }) })
  await enrol({ v: 1, leadId: id, eventId: 'captured-1', cause: 'captured' })
  expect([...memory.enrolled.keys()]).toEqual([`${id}-by-form-1`, `${id}-by-ad-1`])
  await enrol({ v: 1, leadId: id, eventId: 'one-1-3', cause: 'next', sequence: 'by-api' })
  expect(memory.enrolled.has(`${id}-by-api-1`)).toBe(true)
})

test('an older version is judged by its own steps', async () => {
  const old: Sequence = {
    ...sequenceOf('one', { when: [{ kind: 'form', form: 'demo' }], again: 'always' }),
    version: 'old',
    steps: [{ kind: 'send', id: 'gone', template: 't', immediately: true }],
  }
  publish({ ...old, version: 'new', steps: [{ kind: 'send', id: 'new', template: 't', immediately: true }] })
  memory.pinned.push(old)
  await came({ form: 'demo' })
  const run = { leadId: id, sequence: 'one', version: 'old', run: 1, n: 1, step: 'gone', due: {}, took: {} }
  const records = { gone: { is: 'sent', at: 1 } } as const
  const enrolment = { ...run, enrolmentId: `${id}-one-1`, createdAt: 1, records }
  memory.enrolled.set(enrolment.enrolmentId, { enrolment, by: 'before', rev: 1 })
  await enrol({ v: 1, leadId: id, eventId: 'captured-1', cause: 'captured' })
  expect(memory.enrolled.has(`${id}-one-2`)).toBe(true)
})

test('a late report of long ago starts nothing', async () => {
  publish(on({ kind: 'event', event: { name: 'trial.started' } }))
  await came({ at: memory.now - 100 * day })
  memory.write(id, signal('t1', 'trial.started', memory.now - 40 * day))
  await refold(memory.ports, id, ['t1'])
  expect(queued()).toEqual([])
})
