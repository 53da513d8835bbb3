import { describe, expect, it } from 'vitest'
import type { SendStep } from '../../../../domain/sequence.ts'
import { attempt } from '../../../../functions/shared/attempt.ts'
import { processHop } from '../../../../functions/shared/hop.ts'
import type { Memory } from '../handoff/memory.ts'
import { begin, type Given, hopTo, itemIn } from './run.ts'

const send = (id: string, over: Partial<SendStep> = {}): SendStep => ({
  kind: 'send',
  id,
  template: id,
  immediately: true,
  ...over,
})
const sendOne = async (step: SendStep, given: Partial<Given> = {}): Promise<Memory> => {
  const { memory } = begin({ steps: [step, send('last')], templates: ['one'], ...given })
  await processHop(memory.ports, hopTo(step.id, 0))
  return memory
}
const minutes = 60

describe('a send step', () => {
  it('is from the sender that it names', async () => {
    const memory = await sendOne(send('one', { from: 'alerts' }))
    expect(memory.sent.map(({ from }) => from)).toEqual(['"Acme lead desk" <leads@example.com>'])
    expect((await sendOne(send('one'))).sent[0]?.from).toContain('maya@example.com')
  })

  it('is left out when its condition does not hold, with that reason, and the task listens on', async () => {
    const onlyIf = { field: 'company.size', in: ['10'] }
    const left = await sendOne(send('one', { onlyIf }), { fields: { company_size: ['11'] } })
    expect(left.sent).toEqual([])
    expect(itemIn(left)).toMatchObject({
      n: 0,
      records: { one: { is: 'not-sent', reason: 'condition', at: left.now / 1000 } },
    })
    expect(left.answered).toEqual([])
    const sent = await sendOne(send('one', { onlyIf }), { fields: { company_size: ['10'] } })
    expect(sent.sent).toHaveLength(1)
  })

  it('asks its condition only once the mail may go out', async () => {
    const { memory } = begin({
      steps: [send('one', { immediately: false, onlyIf: { stage: ['mql'] } }), send('last')],
      templates: ['one'],
    })
    memory.now += 12 * 60 * minutes * 1000
    await processHop(memory.ports, hopTo('one', 0))
    expect(itemIn(memory).records).toEqual({})
    expect(memory.answered).toEqual([{ token: 'token-0', name: 'Tendril.Defer' }])
  })

  it('goes by the variant for the lead, and the record names it', async () => {
    const variants = { field: 'company.industry', templates: { retail: 'one.retail' } }
    const templates = ['one', 'one.retail']
    const retail = await sendOne(send('one', { variants }), { templates, fields: { industry: ['Retail'] } })
    expect(retail.sent.map(({ subject }) => subject)).toEqual(['one.retail for you'])
    expect(itemIn(retail).records['one']).toMatchObject({ is: 'sent', name: 'one.retail' })
    const other = await sendOne(send('one', { variants }), { templates })
    expect(itemIn(other).records['one']).not.toHaveProperty('name')
  })

  it('names what may have been sent, too', async () => {
    const { memory } = begin({
      steps: [send('tip', { stream: ['a', 'b'], template: 'a' })],
      templates: ['b'],
    })
    memory.outcomes.push({ is: 'unclear', detail: 'reset' })
    await processHop(memory.ports, hopTo('tip', 0))
    expect(itemIn(memory).records['tip']).toMatchObject({ is: 'uncertain', name: 'b' })
  })
})

describe('a stream', () => {
  const tips = ['tip-1', 'tip-2']
  const steps = ['first', 'second', 'third'].map((id) => send(id, { template: 'tip-1', stream: tips }))

  it('sends what the lead never received in any run, and then says that there is nothing new', async () => {
    const { memory, sequence } = begin({ steps, templates: tips })
    const elsewhere = { ...sequence, id: 'other', version: 'v0', steps: [send('x', { template: 'tip-2' })] }
    memory.pinned.push(elsewhere)
    const before = { ...itemIn(memory), enrolmentId: 'before', sequence: 'other', version: 'v0' }
    memory.enrolled.set('before', {
      enrolment: { ...before, records: { x: { is: 'sent', at: 1 } } },
      rev: 1,
      by: 'e',
    })
    await processHop(memory.ports, hopTo('first', 0))
    memory.now += 7 * 86_400_000
    await processHop(memory.ports, hopTo('second', 1))
    expect(memory.sent.map(({ subject }) => subject)).toEqual(['tip-1 for you'])
    expect(itemIn(memory).records).toMatchObject({
      first: { is: 'sent' },
      second: { is: 'not-sent', reason: 'nothing-new' },
    })
  })

  it('sends again what it may have sent before, when that is what is repeated', async () => {
    const { memory } = begin({ steps, templates: tips })
    memory.enrolled.set(itemIn(memory).enrolmentId, {
      enrolment: {
        ...itemIn(memory),
        records: {
          first: { is: 'sent', at: 1 },
          second: { is: 'uncertain', at: 2, n: 1, attempt: 1, name: 'tip-2' },
        },
        n: 1,
        step: 'second',
        token: 'token-1',
        intent: { attempt: 2, token: 'token-1' },
      },
      rev: 1,
      by: 'e',
    })
    const stored = await memory.ports.enrolments.get(itemIn(memory).enrolmentId)
    const [sequence] = memory.pinned
    if (stored === undefined || sequence === undefined) throw new Error('nothing begun')
    await attempt(memory.ports, { hop: hopTo('second', 1), stored, sequence, attempt: 2 })
    expect(memory.sent.map(({ subject }) => subject)).toEqual(['tip-2 for you'])
  })
})
