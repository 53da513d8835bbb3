import { describe, expect, it } from 'vitest'
import type { LeadEvent } from '../../../../domain/event.ts'
import { foldLead } from '../../../../domain/lead.ts'
import type { Action, ActStep, BranchStep, SendStep, Step } from '../../../../domain/sequence.ts'
import { processHop } from '../../../../functions/shared/hop.ts'
import { actsBuried, actsDue } from '../../../../functions/shared/hop-acts.ts'
import type { Memory } from '../handoff/memory.ts'
import { begin, enrolmentId, type Given, hopTo, itemIn, lead } from './run.ts'

const send = (id: string, over: Partial<SendStep> = {}): SendStep => ({
  kind: 'send',
  id,
  template: 'mail',
  immediately: true,
  ...over,
})
const act = (id: string, action: Action): ActStep => ({ kind: 'act', id, action })
const points = (id: string, add = 10) => act(id, { do: 'score', part: 'engagement', points: add, reason: id })
const tag = (id: string, name: string) => act(id, { do: 'tag', add: [name], remove: [] })
const days = (n: number): Step => ({ kind: 'wait', wait: { for: `P${n}D` } })
const branch = (
  id: string,
  condition: BranchStep['paths'][number]['if'],
  yes: Step[],
  no: Step[],
): BranchStep => ({
  kind: 'branch',
  id,
  paths: [
    { id: `${id}.yes`, name: 'yes', ...(condition && { if: condition }), steps: yes },
    { id: `${id}.no`, name: 'no', steps: no },
  ],
})
const prepare = (steps: readonly Step[], over: Partial<Given> = {}) =>
  begin({ steps, templates: ['mail'], ...over })

/** Ids of what acts wrote, in the order of the log. */
const done = (memory: Memory): readonly string[] =>
  memory
    .events(lead)
    .filter(({ id }) => id.startsWith(`${enrolmentId}-`))
    .map(({ id }) => id.slice(enrolmentId.length + 1))
const timers = (memory: Memory) => memory.queued.filter(({ queue }) => queue === 'timers').length

describe('acts that come with a message', () => {
  it('are done before the claim where they stand before it, and after the email where they stand behind it', async () => {
    const { memory } = prepare([send('one'), points('after'), days(1), points('before'), send('two')])
    await processHop(memory.ports, hopTo('one', 0))
    expect(done(memory)).toEqual(['after'])
    expect(memory.sent).toHaveLength(1)
    memory.now += 86_400_000
    await processHop(memory.ports, hopTo('two', 1))
    expect(done(memory)).toEqual(['after', 'before'])
    expect(timers(memory)).toBe(2)
  })

  it('are done when the email is left out, too', async () => {
    const { memory } = prepare([
      send('one', { onlyIf: { stage: ['customer'] } }),
      points('after'),
      days(1),
      send('two'),
    ])
    await processHop(memory.ports, hopTo('one', 0))
    expect(memory.sent).toEqual([])
    expect(done(memory)).toEqual(['after'])
  })

  it('come once, though the message comes again and was put off in between', async () => {
    const steps = [
      points('before'),
      send('one', { immediately: false }),
      points('after'),
      days(1),
      send('two'),
    ]
    const { memory } = prepare(steps)
    memory.now += 12 * 3_600_000
    await processHop(memory.ports, hopTo('one', 0))
    expect(memory.answered).toEqual([{ token: 'token-0', name: 'Tendril.Defer' }])
    expect(done(memory)).toEqual(['before'])
    memory.now += 3.5 * 86_400_000
    await processHop(memory.ports, hopTo('one', 2))
    await processHop(memory.ports, hopTo('one', 2))
    expect(done(memory)).toEqual(['before', 'after'])
    expect(memory.sent).toHaveLength(1)
  })

  it('that a crash cut off after the email come with the redelivery', async () => {
    const { memory } = prepare([send('one'), points('after'), days(1), send('two')])
    const { append } = memory.ports.events
    memory.ports.events.append = () => Promise.reject(new Error('down'))
    await expect(processHop(memory.ports, hopTo('one', 0))).rejects.toThrow('down')
    memory.ports.events.append = append
    await processHop(memory.ports, hopTo('one', 0))
    expect(done(memory)).toEqual(['after'])
    expect(memory.sent).toHaveLength(1)
  })

  it('that a crash cut off before the claim come before the email all the same', async () => {
    const { memory } = prepare([points('before'), send('one'), days(1), send('two')])
    const { replace } = memory.ports.enrolments
    memory.ports.enrolments.replace = () => Promise.reject(new Error('down'))
    await expect(processHop(memory.ports, hopTo('one', 0))).rejects.toThrow('down')
    memory.ports.enrolments.replace = replace
    await processHop(memory.ports, hopTo('one', 0))
    expect(done(memory)).toEqual(['before'])
    expect(memory.sent).toHaveLength(1)
  })

  it('behind an email that was overtaken come with the next one', async () => {
    const { memory } = prepare([send('one'), points('after'), days(1), send('two')])
    await processHop(memory.ports, hopTo('two', 3))
    expect(itemIn(memory).records['one']).toMatchObject({ reason: 'overtaken' })
    expect(done(memory)).toEqual(['after'])
  })

  it.each<[string, Partial<Given['enrolment']>]>([
    ['is over', { exit: { reason: 'goal', at: 1 } }],
    ['goes elsewhere', { pend: { name: 'Tendril.Replan', due: {} } }],
    ['has gone on', { n: 9, step: 'two' }],
  ])('do not come in an enrolment that %s', async (_, enrolment) => {
    const { memory } = prepare([points('before'), send('one'), points('after'), days(1), send('two')], {
      enrolment: { ...enrolment },
    })
    await processHop(memory.ports, hopTo('one', 0))
    expect(done(memory)).toEqual([])
    expect(memory.sent).toEqual([])
  })

  it('do not come with a hold', async () => {
    const { memory } = prepare([
      days(1),
      points('before'),
      send('one'),
      points('after'),
      days(1),
      send('two'),
    ])
    await processHop(memory.ports, hopTo('one', 0, { op: 'hold' }))
    expect(done(memory)).toEqual([])
  })
})

describe('acts and branches', () => {
  const hot = { score: 'engagement', is: { atLeast: 20 } } as const

  it('a branch is asked after the acts that stand before it', async () => {
    const steps = (add: number) => [
      send('one'),
      days(1),
      points('before', add),
      branch('b', hot, [send('yes')], [send('no')]),
    ]
    const taken = prepare(steps(30)).memory
    await processHop(taken.ports, hopTo('no', 1))
    expect(taken.answered).toEqual([{ token: 'token-1', name: 'Tendril.Branch.b.yes' }])
    expect(done(taken)).toEqual(['before'])
    const not = prepare(steps(1)).memory
    await processHop(not.ports, hopTo('no', 1))
    expect(not.sent).toHaveLength(1)
  })

  it('acts on a path come only to those who take it', async () => {
    const steps = [
      send('one'),
      days(1),
      branch('b', hot, [tag('tag-hot', 'hot'), send('yes')], [tag('tag-cold', 'cold'), send('no')]),
    ]
    const cold = prepare(steps).memory
    await processHop(cold.ports, hopTo('no', 1))
    expect(done(cold)).toEqual(['tag-cold.cold'])
    const events: LeadEvent[] = [
      {
        type: 'scored',
        id: 's',
        at: Date.parse('2026-11-20T09:59:30Z'),
        part: 'engagement',
        points: 40,
        reason: 'x',
        actor: 'x',
      },
    ]
    const warm = prepare(steps, { events }).memory
    await processHop(warm.ports, hopTo('no', 1))
    expect(done(warm)).toEqual([])
    await processHop(warm.ports, hopTo('yes', 2, { via: 'Tendril.Branch.b.yes' }))
    expect(done(warm)).toEqual(['tag-hot.hot'])
    expect(warm.sent).toHaveLength(1)
  })
})

describe('an act with a message of its own', () => {
  const steps = [
    send('one'),
    days(1),
    act('won', { do: 'stage', to: 'mql', reason: 'Stayed with us' }),
    days(1),
    send('two'),
  ]

  it('is done, and its state listens on as any other does', async () => {
    const { memory } = prepare(steps)
    await processHop(memory.ports, hopTo('won', 1))
    await processHop(memory.ports, hopTo('won', 1))
    expect(
      foldLead(memory.events(lead), memory.content, memory.now).stages.map(({ stage }) => stage),
    ).toEqual(['lead', 'mql'])
    expect(itemIn(memory)).toMatchObject({ n: 1, step: 'won' })
    expect(memory.sent).toEqual([])
    expect(memory.answered).toEqual([])
  })

  it('is done once in a sequence whose branch is decided there', async () => {
    const { memory } = prepare([
      send('one'),
      branch(
        'b',
        { stage: ['mql'] },
        [days(1), tag('yes', 'a'), days(1), send('two')],
        [days(1), tag('no', 'b'), days(1), send('three')],
      ),
    ])
    await processHop(memory.ports, hopTo('no', 1))
    expect(done(memory)).toEqual(['no.b'])
  })
})

describe('the start of another sequence', () => {
  it('is owed where a divert led to it, too', async () => {
    const steps = [
      send('one'),
      days(1),
      branch('b', { stage: ['lead'] }, [{ kind: 'next', id: 'next', sequence: 'welcome' }], [send('no')]),
    ]
    const { memory } = prepare(steps)
    await processHop(memory.ports, hopTo('b.decide', 1))
    expect(memory.answered).toEqual([{ token: 'token-1', name: 'Tendril.Branch.b.yes' }])
    await processHop(memory.ports, hopTo('next', 2, { via: 'Tendril.Branch.b.yes' }))
    expect(
      memory.queued.filter(({ queue }) => queue === 'enrol').map(({ message }) => message['sequence']),
    ).toEqual(['welcome'])
  })
})

describe('a message that failed too often', () => {
  it('owes all its acts, but none where the enrolment is over or goes elsewhere', () => {
    const steps = [
      points('before'),
      send('one'),
      points('after'),
      days(1),
      points('own'),
      days(1),
      send('two'),
    ]
    const { memory, sequence } = prepare(steps, { enrolment: { n: 0, step: 'one' } })
    const item = itemIn(memory)
    const ids = (...args: Parameters<typeof actsBuried>) => actsBuried(...args).map(({ id }) => id)
    expect(ids(sequence, item, hopTo('one', 0))).toEqual(['before', 'after'])
    expect(ids(sequence, { ...item, n: 4 }, hopTo('own', 2))).toEqual(['own'])
    expect(ids(sequence, item, hopTo('one', 0, { op: 'hold' }))).toEqual([])
    expect(ids(sequence, item, hopTo('one', 1))).toEqual([])
    expect(ids(sequence, { ...item, exit: { reason: 'goal', at: 1 } }, hopTo('one', 0))).toEqual([])
  })

  it('leaves nothing due in an enrolment that is over, or before its email is settled', () => {
    const { memory, sequence } = prepare([send('one'), points('after'), days(1), send('two')], {
      enrolment: { n: 0, step: 'one' },
    })
    const item = itemIn(memory)
    const settled = { ...item, records: { one: { is: 'sent', at: 1 } } } as const
    expect(actsDue(sequence, settled, hopTo('one', 0)).map(({ id }) => id)).toEqual(['after'])
    expect(actsDue(sequence, item, hopTo('one', 0))).toEqual([])
    expect(actsDue(sequence, { ...settled, exit: { reason: 'goal', at: 1 } }, hopTo('one', 0))).toEqual([])
    expect(actsDue(sequence, settled, hopTo('one', 1))).toEqual([])
  })
})
