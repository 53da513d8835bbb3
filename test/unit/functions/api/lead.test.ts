import { beforeEach, describe, expect, test } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { stopsOf } from '../../../../domain/route.ts'
import { handOver } from '../../../../functions/handoff/promotion.ts'
import { stepsCompiled } from '../../compiler/helpers.ts'
import { captureAll, leadId, promoted } from '../handoff/lead.ts'
import { setup } from './support.ts'

const { sequence } = stepsCompiled(`  - send: one
    id: first
    name: The first mail
  - wait: { for: 2 days }
  - send: two
    id: second
  - wait: { for: 2 days }
  - next: keep-warm`)
/** The start of the other sequence, as the compiler calls it. */
const on = stopsOf(sequence).at(-1)?.id ?? ''

let world: ReturnType<typeof setup>
let seconds: number

const enrol = (over: Partial<Enrolment>): void => {
  const { memory } = world
  const run = memory.enrolled.size + 1
  const enrolment: Enrolment = {
    enrolmentId: `${leadId(0)}-test-${run}`,
    leadId: leadId(0),
    sequence: 'test',
    version: sequence.version,
    run,
    createdAt: seconds - 600,
    n: 0,
    step: 'first',
    token: 'token',
    due: { first: seconds - 600, second: seconds + 172_800, [on]: seconds + 345_600 },
    took: {},
    records: { first: { is: 'sent', at: seconds - 590, template: 'hash' } },
    ...over,
  }
  memory.enrolled.set(enrolment.enrolmentId, { enrolment, rev: 1, by: 'captured-0' })
}

beforeEach(async () => {
  world = setup()
  world.memory.pinned.push(sequence)
  seconds = world.memory.now / 1000
  await captureAll(world.memory, 0)
})

const get = (what = '', id = leadId(0)) => world.get(`leads/{leadId}${what}`, '', { leadId: id })

describe('the lead', () => {
  test('has every field of the surface', async () => {
    const { status, json } = await get()
    expect(status).toBe(200)
    expect(json).toEqual({
      leadId: leadId(0),
      email: 'lead0@example.com',
      emailOriginal: null,
      phone: null,
      name: 'Lead 0',
      firstName: 'Lead',
      lastName: null,
      fields: expect.objectContaining({ job_title: ['Head of Operations'] }),
      hidden: {},
      consents: {},
      consent: { basis: null, textId: null, at: null, hasIp: false, hasUserAgent: false },
      attribution: { first: {}, last: {} },
      sources: [
        { source: 'form:warehouse-guide', sourceLeadId: null, formId: null, at: '2026-11-20T09:00:00.000Z' },
      ],
      stage: 'sql',
      qualification: 'sales',
      temperature: expect.stringMatching(/hot|warm|cold/),
      score: { fit: expect.any(Number), engagement: expect.any(Number), total: expect.any(Number) },
      suppressed: false,
      deliverable: true,
      isTest: false,
      enrolments: [],
      owner: null,
      createdAt: '2026-11-20T09:00:00.000Z',
    })
  })

  test.each([
    ['listening for the next', {}, 'active', 'first', '2026-11-22T10:00:00.000Z', null],
    [
      'not begun',
      { n: -1, step: undefined, records: {}, due: { first: 1_795_255_200 } },
      'active',
      null,
      '2026-11-21T10:00:00.000Z',
      null,
    ],
    [
      'held',
      { records: {}, answer: { name: 'Tendril.Defer', due: {} }, due: { first: 1_795_255_200 } },
      'held',
      'first',
      '2026-11-21T10:00:00.000Z',
      null,
    ],
    [
      'told to change',
      { pend: { name: 'Tendril.Replan', due: { second: 1_795_255_200 } } },
      'active',
      'first',
      '2026-11-21T10:00:00.000Z',
      null,
    ],
    ['left', { exit: { reason: 'goal', at: 1 } }, 'exited', 'first', null, 'goal'],
    [
      'done',
      { step: on, records: { [on]: { is: 'not-sent', at: 1, reason: 'moved-on' } } },
      'completed',
      on,
      null,
      null,
    ],
  ] as const)('enrolment %s', async (_, over, status, step, due, exitReason) => {
    enrol(over as unknown as Partial<Enrolment>)
    expect((await get()).json.enrolments).toEqual([
      {
        enrolmentId: `${leadId(0)}-test-1`,
        sequence: 'test',
        version: sequence.version,
        status,
        step,
        due,
        exitReason,
      },
    ])
  })

  test('is suppressed from the moment the suppression is written', async () => {
    world.memory.item(leadId(0)).suppression = { reason: 'unsubscribed', at: 1 }
    expect((await get()).json.suppressed).toBe('unsubscribed')
  })

  test.each(['', '/timeline', '/score'])(
    '%s of an unknown, an erased or a merely seen lead is 404',
    async (what) => {
      const { memory } = world
      memory.write(leadId(4), ...memory.events(leadId(0)).filter(({ type }) => type === 'signal'))
      for (const id of [leadId(9), leadId(4), 'x', '../secrets']) {
        const { status, json } = await get(what, id)
        expect([status, json.title]).toEqual([404, 'Not found'])
      }
    },
  )
})

test('the score is the sum of its entries, each with an instant', async () => {
  const { json } = await get('/score')
  const lead = (await get()).json
  expect({ fit: json.fit, engagement: json.engagement, total: json.total }).toEqual(lead.score)
  const sum = json.entries.reduce((all: number, entry: { decayed: number }) => all + entry.decayed, 0)
  expect(sum).toBe(json.total)
  expect(json.total).toBeGreaterThan(0)
  for (const entry of json.entries) {
    expect(Object.keys(entry).sort()).toEqual(['at', 'decayed', 'eventId', 'name', 'points', 'rule'])
    expect(entry.at).toMatch(/^2026-11-20T\d\d:\d\d:\d\d\.\d{3}Z$/)
  }
  expect(json.needed).toBeInstanceOf(Array)
})

describe('the timeline', () => {
  test('tells what happened, what was sent and what was not, oldest first', async () => {
    const { memory } = world
    enrol({
      records: {
        first: { is: 'sent', at: seconds - 590, template: 'hash' },
        second: { is: 'not-sent', at: seconds - 100, reason: 'exited' },
        [on]: { is: 'not-sent', at: seconds - 100, reason: 'moved-on' },
      },
      exit: { reason: 'goal', at: seconds - 100 },
    })
    const of = `${leadId(0)}-test-1`
    const proof = { sentAt: memory.now - 589_500, messageId: 'm', deliveredAt: memory.now - 580_000 }
    memory.proven.set('one', { leadId: leadId(0), of, n: 0, attempt: 1, ...proof })
    await handOver(memory.ports, promoted(memory))

    const { status, json } = await get('/timeline')
    expect(status).toBe(200)
    expect(json.cursor).toBeNull()
    const types = json.events.map(({ type }: { type: string }) => type)
    expect(types.filter((type: string) => type.startsWith('message'))).toEqual([
      'message.sent',
      'message.delivered',
      'message.not-sent',
    ])
    expect(types).toEqual(
      expect.arrayContaining([
        'captured',
        'page.viewed',
        'enrolled',
        'enrolment.exited',
        'stage.changed',
        'handed-off',
      ]),
    )
    const instants = json.events.map(({ at }: { at: string }) => Date.parse(at))
    expect(instants).toEqual(instants.toSorted((a: number, b: number) => a - b))
    for (const event of json.events)
      expect(event).toMatchObject({
        eventId: expect.any(String),
        text: expect.any(String),
        data: expect.any(Object),
      })
    const said = (type: string) => json.events.find((event: { type: string }) => event.type === type)
    expect(said('message.delivered')).toMatchObject({
      text: 'Delivered: “The first mail”',
      data: { step: 'first', enrolmentId: of },
    })
    expect(said('message.not-sent')).toMatchObject({ reason: 'exited', data: { step: 'second' } })
  })

  test('leaves out the delivery of mail to our own people', async () => {
    const { memory } = world
    await handOver(memory.ports, promoted(memory))
    for (const [key, proof] of memory.proven)
      memory.proven.set(key, { ...proof, deliveredAt: memory.now + 5000 })
    const { json } = await get('/timeline')
    expect(json.events.at(-1)).toMatchObject({ type: 'handed-off' })
  })
})
