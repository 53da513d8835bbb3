import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import type { LeadEvent } from '../../../../domain/event.ts'
import { foldLead } from '../../../../domain/lead.ts'
import type { Action, ActStep } from '../../../../domain/sequence.ts'
import { doActs } from '../../../../functions/shared/acts.ts'
import { captured } from '../../domain/lead-sample.ts'
import { leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

const act = (id: string, action: Action): ActStep => ({ kind: 'act', id, action })
const run = `${leadId(0)}-guide-1`
const enrolment = (over: Partial<Enrolment> = {}): Enrolment => ({
  enrolmentId: run,
  leadId: leadId(0),
  sequence: 'guide',
  version: 'v1',
  run: 1,
  createdAt: 1,
  n: 0,
  due: {},
  took: {},
  records: {},
  ...over,
})

let memory: Memory
const begin = () => {
  memory = new Memory()
  memory.write(leadId(0), captured({ at: memory.now - 60_000 }))
}
beforeEach(begin)

const state = () => foldLead(memory.events(leadId(0)), memory.content, memory.now)
const addedBy = async (steps: readonly ActStep[], of = enrolment()): Promise<readonly LeadEvent[]> => {
  const before = new Set(memory.events(leadId(0)).map(({ id }) => id))
  await doActs(memory.ports, of, steps)
  return memory.events(leadId(0)).filter(({ id }) => !before.has(id))
}
const queued = (queue: string) => memory.queued.filter((one) => one.queue === queue)

const score = act('score', { do: 'score', part: 'engagement', points: 10, reason: 'Read it' })
const tag = act('tag', { do: 'tag', add: ['vip', 'big spender'], remove: ['cold'] })
const set = act('set', { do: 'set', fields: { 'contract.end': '2027-01-31' } })
const stage = act('stage', { do: 'stage', to: 'customer', reason: 'Bought it' })
const webhook = act('webhook', {
  do: 'webhook',
  url: 'secret:CRM',
  event: 'lead.won',
  body: { email: '{{ lead.email }}' },
})
const all = [score, tag, set, stage, webhook]

describe('acts', () => {
  it('become events that say what was done, by whom, and whose ids come of the enrolment and the step', async () => {
    const told = await addedBy([score, tag, set])
    expect(told).toMatchObject([
      {
        type: 'scored',
        id: `${run}-score`,
        part: 'engagement',
        points: 10,
        reason: 'Read it',
        actor: `sequence:${run}/score`,
      },
      { type: 'signal', id: `${run}-tag.big spender`, name: 'tag.added', properties: { tag: 'big spender' } },
      { type: 'signal', id: `${run}-tag.cold`, name: 'tag.removed', enrolmentId: run, step: 'tag' },
      { type: 'signal', id: `${run}-tag.vip`, name: 'tag.added' },
      {
        type: 'fields.set',
        id: `${run}-set`,
        fields: { 'contract.end': ['2027-01-31'] },
        actor: `sequence:${run}/set`,
      },
    ])
    expect(state().profile).toMatchObject({ tag: ['big spender', 'vip'], 'contract.end': ['2027-01-31'] })
  })

  it('have the lead folded again, also when they were done before: a crash may have come in between', async () => {
    await doActs(memory.ports, enrolment(), [score])
    await doActs(memory.ports, enrolment(), [score])
    expect(queued('timers').map(({ message }) => message)).toEqual([
      { v: 1, leadId: leadId(0) },
      { v: 1, leadId: leadId(0) },
    ])
  })

  it('are done once, however often they are asked for and whenever that is', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.array(fc.record({ steps: fc.subarray(all), wait: fc.nat(86_400_000) }), { minLength: 1 }),
        async (rounds) => {
          begin()
          const before = memory.events(leadId(0)).length
          for (const { steps, wait } of rounds) {
            memory.now += wait
            await doActs(memory.ports, enrolment(), steps)
          }
          const asked = new Set(rounds.flatMap(({ steps }) => steps))
          const expected =
            [score, set, stage].filter((step) => asked.has(step)).length + (asked.has(tag) ? 3 : 0)
          expect(memory.events(leadId(0)).length - before).toBe(expected)
        },
      ),
      { numRuns: 60 },
    )
  })

  it('count in their own order, even within one millisecond', async () => {
    const value = (id: string, text: string) => act(id, { do: 'set', fields: { color: text } })
    await doActs(memory.ports, enrolment(), [value('set-9', 'red'), value('set-10', 'green')])
    await doActs(memory.ports, enrolment(), [value('set-1', 'blue')])
    expect(state().profile['color']).toEqual(['blue'])
    expect(memory.events(leadId(0)).filter(({ type }) => type === 'fields.set')).toMatchObject([
      { fields: { color: ['red'] } },
      { fields: { color: ['green'] } },
      { fields: { color: ['blue'] } },
    ])
  })

  it('are done in the name of the first of the runs that moves strung together', async () => {
    memory.enrolled.set(run, { enrolment: enrolment(), rev: 1, by: 'e' })
    const moved = enrolment({ enrolmentId: `${leadId(0)}-guide-2`, run: 2, began: 5 })
    await doActs(memory.ports, enrolment(), [score])
    expect(await addedBy([score, set], moved)).toMatchObject([{ id: `${run}-set` }])
    const again = enrolment({ enrolmentId: `${leadId(0)}-guide-3`, run: 3, createdAt: 9 })
    expect(await addedBy([score], again)).toMatchObject([{ id: `${leadId(0)}-guide-3-score` }])
    const order = enrolment({ enrolmentId: `${leadId(0)}-guide-4`, run: 4, key: 'order-2' })
    expect(await addedBy([score], order)).toMatchObject([{ id: `${leadId(0)}-guide-4-score` }])
  })

  it('bring nobody back who was erased', async () => {
    memory.log.clear()
    await doActs(memory.ports, enrolment(), all)
    expect(memory.log.size).toBe(0)
    expect(memory.queued).toEqual([])
  })
})

it('tags are news, at which other sequences may begin; a score is none', async () => {
  await doActs(memory.ports, enrolment(), [score, tag])
  const fresh = [`${run}-tag.vip`, `${run}-tag.big spender`, `${run}-tag.cold`]
  expect(queued('timers').map(({ message }) => message)).toEqual([{ v: 1, leadId: leadId(0), fresh }])
})

describe('a stage act', () => {
  it('moves the lead where the rules allow it, with the next number of a change', async () => {
    const [event] = await addedBy([stage])
    expect(event).toMatchObject({
      type: 'stage.changed',
      id: 'stage-0001',
      from: 'lead',
      to: 'customer',
      reason: 'Bought it',
      actor: `sequence:${run}/stage`,
    })
    expect(state().stage).toBe('customer')
  })

  it('is left out where they do not, once and for good, and the log says so', async () => {
    await doActs(memory.ports, enrolment(), [stage])
    const to = (id: string) => act(`stage-${id}`, { do: 'stage', to: id, reason: 'x' })
    expect(await addedBy([to('lead'), to('customer')])).toMatchObject([
      {
        id: `${run}-stage-lead-unmoved`,
        name: 'stage.refused',
        properties: { from: 'customer', to: 'lead' },
      },
      { id: `${run}-stage-customer-unmoved`, name: 'stage.kept' },
    ])
    memory.now += 1000
    memory.write(leadId(0), {
      type: 'stage.changed',
      id: 'stage-0002',
      at: memory.now,
      from: 'customer',
      to: 'opportunity',
      reason: 'by hand',
      actor: 'a person',
      total: 0,
    })
    expect(await addedBy([to('lead'), to('customer')])).toEqual([])
    expect(state().stage).toBe('opportunity')
  })

  it('is not done again after somebody moved the lead back', async () => {
    const mql = act('stage', { do: 'stage', to: 'mql', reason: 'x' })
    await doActs(memory.ports, enrolment(), [mql])
    memory.now += 1000
    memory.write(leadId(0), {
      type: 'stage.changed',
      id: 'stage-0002',
      at: memory.now,
      from: 'mql',
      to: 'recycled',
      reason: 'by hand',
      actor: 'a person',
      total: 0,
    })
    expect(await addedBy([mql])).toEqual([])
    expect(state().stage).toBe('recycled')
  })

  it('that lost its number to another writer is made again on what came of that', async () => {
    const { append } = memory.ports.events
    let raced = false
    memory.ports.events.append = async (id, event) => {
      if (!raced && event.type === 'stage.changed') {
        raced = true
        memory.write(leadId(0), { ...event, at: event.at - 1, to: 'mql', actor: 'rules' })
      }
      return append(id, event)
    }
    await doActs(memory.ports, enrolment(), [stage])
    expect(state().stages.map((one) => one.stage)).toEqual(['lead', 'mql', 'customer'])
  })
})

describe('a webhook act', () => {
  it('puts one message on its queue, which names the step and holds no data', async () => {
    await doActs(memory.ports, enrolment(), [webhook])
    expect(memory.queued).toEqual([
      {
        queue: 'webhooks',
        message: {
          v: 1,
          kind: 'step',
          leadId: leadId(0),
          enrolmentId: run,
          step: 'webhook',
          tries: 0,
          at: memory.now,
        },
      },
    ])
  })

  it.each(['delivered', 'failed'])('is not sent again once it is known to be %s', async (outcome) => {
    memory.write(leadId(0), {
      type: 'signal',
      id: `${run}-webhook-${outcome}`,
      at: memory.now,
      name: `webhook.${outcome}`,
      properties: {},
      verdict: 'unknown',
    })
    await doActs(memory.ports, enrolment(), [webhook])
    expect(memory.queued).toEqual([])
  })
})
