/** `?at=`: what was known of a lead at an instant that is past. */
import { beforeEach, describe, expect, test } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { stepsCompiled } from '../../compiler/helpers.ts'
import { minute, moved, viewed } from '../../domain/lead-sample.ts'
import { captureAll, leadId } from '../handoff/lead.ts'
import { setup } from './support.ts'

const { sequence } = stepsCompiled(`  - send: one
    id: first
  - wait: { for: 2 days }
  - send: two
    id: second`)

let world: ReturnType<typeof setup>

beforeEach(async () => {
  world = setup()
  world.memory.pinned.push(sequence)
  await captureAll(world.memory, 0)
})

const iso = (ms: number): string => new Date(ms).toISOString()
const get = (what: string, at: string) =>
  world.get(`leads/{leadId}${what}`, `at=${at}`, { leadId: leadId(0) })

const enrol = (over: Partial<Enrolment>): void => {
  const { memory } = world
  const seconds = memory.now / 1000
  const enrolment: Enrolment = {
    enrolmentId: `${leadId(0)}-test-1`,
    leadId: leadId(0),
    sequence: 'test',
    version: sequence.version,
    run: 1,
    createdAt: seconds - 1800,
    n: 1,
    step: 'second',
    token: 'token',
    due: { first: seconds - 1800, second: seconds - 600 },
    took: {},
    records: { first: { is: 'sent', at: seconds - 1700 }, second: { is: 'sent', at: seconds - 590 } },
    ...over,
  }
  memory.enrolled.set(enrolment.enrolmentId, { enrolment, rev: 1, by: 'captured-0' })
}

describe('looking back', () => {
  test('leaves out what came later: stage, score, timeline, suppression', async () => {
    const { memory } = world
    memory.write(leadId(0), moved(1, 'lead', 'customer', memory.now - minute), {
      type: 'suppressed',
      id: 'off',
      at: memory.now - minute,
      reason: 'unsubscribed',
      source: 'test',
    })
    memory.item(leadId(0)).suppression = { reason: 'unsubscribed', at: memory.now - minute }
    const before = iso(memory.now - 2 * minute)

    expect((await get('', before)).json).toMatchObject({ stage: 'lead', suppressed: false })
    expect((await get('', iso(memory.now))).json).toMatchObject({
      stage: 'customer',
      suppressed: 'unsubscribed',
    })
    const types = (await get('/timeline', before)).json.events.map(({ type }: { type: string }) => type)
    expect(types).not.toContain('stage.changed')
    expect(types).toContain('captured')
  })

  test('takes decay at that instant', async () => {
    const { memory } = world
    memory.write(leadId(0), viewed('late', '/pricing/late', memory.now - minute))
    const [then, now] = await Promise.all([
      get('/score', iso(memory.now - 2 * minute)),
      get('/score', iso(memory.now)),
    ])
    expect(then.json.total).toBeLessThan(now.json.total)
    expect(then.json.entries.map(({ eventId }: { eventId: string }) => eventId)).not.toContain('late')
  })

  test('an enrolment has what was settled by then and no plan, for the plan of then is not kept', async () => {
    const { memory } = world
    enrol({ exit: { reason: 'goal', at: memory.now / 1000 - 500 } })
    const at = async (secondsAgo: number) =>
      (await get('', iso(memory.now - secondsAgo * 1000))).json.enrolments
    expect(await at(1900)).toEqual([])
    expect(await at(1000)).toMatchObject([{ status: 'active', step: 'first', due: null, exitReason: null }])
    expect(await at(0)).toMatchObject([{ status: 'exited', exitReason: 'goal' }])
    const { events } = (await get('/timeline', iso(memory.now - 1_000_000))).json
    expect(events.map(({ type }: { type: string }) => type)).not.toContain('enrolment.exited')
  })

  test('an enrolment that nothing happened to since keeps its plan', async () => {
    const { memory } = world
    enrol({ step: 'first', records: { first: { is: 'sent', at: memory.now / 1000 - 1700 } } })
    expect((await get('', iso(memory.now - 1000))).json.enrolments).toMatchObject([
      { status: 'active', due: iso(memory.now - 600_000) },
    ])
  })

  test('before the lead was there is 404', async () => {
    const { status, json } = await get('', '2020-01-01T00:00:00Z')
    expect([status, json.detail]).toEqual([404, 'There is no such lead at 2020-01-01T00:00:00.000Z.'])
  })

  test.each(['yesterday', '2026-11-20', '2026-11-20T10:00:00', '2031-01-01T00:00:00Z', ''])(
    '"%s" is refused',
    async (at) => {
      const { status, json } = await get('', at)
      expect([status, json.errors[0].path]).toEqual([400, 'at'])
    },
  )
})
