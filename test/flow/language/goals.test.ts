/** What ends a sequence before its last step: the goal, and exits, on the real machine and the virtual clock. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal, LanguageProduct } from '../_language.ts'
import { stepsOf } from '../_people.ts'

const product = new LanguageProduct()
const workflows = {
  ...begunBySignal(
    'aimed',
    '  - send: one\n  - wait: 5 days\n  - send: two\n  - wait: 30 days\n  - send: three',
    `goal: { when: { event: deal.signed }, within: 10 days }
exit:
  - when: { event: meeting.cancelled }
    then: { notify: { to: desk@example.org, template: sales-reply-alert } }`,
  ),
}

beforeAll(() => product.startWith({ workflows }, { TENDRIL_NOW: '2026-11-23T10:00:00Z' }))
afterAll(() => product.stop())

describe('goal and exit', () => {
  const endOf = async (leadId: string): Promise<unknown> => {
    const [enrolment] = (await product.lead(leadId)).enrolments
    return [enrolment.status, enrolment.exitReason]
  }

  test('the goal ends it at once, and says so', async () => {
    const leadId = await product.enter('goal@example.com', 'aimed')
    await product.advance('P2D')
    await product.happens('goal@example.com', 'deal.signed')
    expect(await endOf(leadId)).toEqual(['exited', 'goal'])
    expect(new Set(await product.notSent(leadId))).toEqual(new Set(['two exited', 'three exited']))
    expect((await product.runOf(leadId, 'aimed')).status).toBe('SUCCEEDED')
  })

  test('after its time the goal counts no more', async () => {
    const leadId = await product.enter('late@example.com', 'aimed')
    await product.advance('P11D')
    await product.happens('late@example.com', 'deal.signed')
    expect((await endOf(leadId)) as string[]).toContain('active')
    await product.advance('P30D')
    expect(await stepsOf(product, 'late@example.com')).toEqual(['one', 'two', 'three'])
  })

  test('an exit ends it and tells whom it names', async () => {
    const leadId = await product.enter('exit@example.com', 'aimed')
    await product.happens('exit@example.com', 'meeting.cancelled')
    expect((await product.lead(leadId)).enrolments[0].status).toBe('exited')
    expect(await product.inbox('desk@example.org')).toHaveLength(1)
  })
})
