import { beforeEach, describe, expect, it } from 'vitest'
import { enrolmentId, lead } from '../shared/run.ts'
import { key, minute, World, webhook } from './world.ts'

const body = {
  email: '{{ lead.email }}',
  who: { name: '{{ lead.first_name | default: "unknown" }}', points: 7, yes: true, none: null },
  list: ['{{ company.name }}', '{{ event.form }}', 3],
  '{{ key }}': '{{ lead.stage }} {{ lead.score }} {{ step }} {{ unsubscribe_url }}',
}

let world: World
beforeEach(() => {
  world = new World(webhook(body), { company_name: ['Acme "A&B" <x>'] })
})

describe('a webhook step', () => {
  it('posts its body with every text filled in, in the shape and with the numbers that it had', async () => {
    await world.tell()
    expect(world.calls.map(({ url }) => url)).toEqual(['https://crm.example.com/in?key=private'])
    expect(world.said).toEqual({
      type: 'lead.won',
      timestamp: new Date(world.memory.now - 1000).toISOString(),
      data: {
        email: 'ines.duarte@example.com',
        who: { name: 'unknown', points: 7, yes: true, none: null },
        list: ['Acme "A&B" <x>', 'warehouse-guide', 3],
        '{{ key }}': 'lead 15 tell ',
      },
    })
  })

  it('is signed, with an id that stays and the instant of the try', async () => {
    world.answers.push({ is: 'later', detail: 'it answered 500' })
    await world.tell()
    world.memory.now += 2 * minute
    await world.tell(world.scheduled[0]?.message)
    const [first, second] = world.calls.map(({ headers }) => headers)
    expect(first?.['webhook-id']).toBe(`${enrolmentId}-tell`)
    expect(second?.['webhook-id']).toBe(first?.['webhook-id'])
    expect(Number(second?.['webhook-timestamp']) - Number(first?.['webhook-timestamp'])).toBe(120)
    expect(second?.['webhook-signature']).toMatch(/^v1,[A-Za-z0-9+/]{43}=$/)
    expect(world.calls[0]?.body).toBe(world.calls[1]?.body)
  })

  it('says who and where when it has no words of its own', async () => {
    world = new World(webhook({}))
    await world.tell()
    expect(world.said.data).toEqual({
      lead_id: lead,
      email: 'ines.duarte@example.com',
      name: '',
      stage: 'lead',
      sequence: 'test',
      step: 'tell',
    })
  })

  it('never runs what a lead wrote', async () => {
    world = new World(webhook({ name: '{{ company.name }}' }), {
      company_name: ['{{ 7 | times: 7 }}{% raw %}'],
    })
    await world.tell()
    expect(world.said.data).toEqual({ name: '{{ 7 | times: 7 }}{% raw %}' })
  })

  it('goes to the address in a secret, signed with the secret that it names', async () => {
    world = new World(webhook(body, { url: 'secret:CRM_WEBHOOK', secret: 'CRM_KEY' }))
    world.secrets = { CRM_WEBHOOK: 'https://other.example.com/hook', CRM_KEY: `${key} ${key}` }
    await world.tell()
    expect(world.calls[0]?.url).toBe('https://other.example.com/hook')
    expect(world.calls[0]?.headers['webhook-signature']?.split(' ')).toHaveLength(2)
  })

  it('goes where the files say now, so that a mended address helps who waits', async () => {
    const mended = webhook(body, { url: 'https://mended.example.com/' })
    const [sequence] = world.memory.pinned
    if (sequence === undefined) throw new Error('nothing pinned')
    world.memory.content = { ...world.memory.content, sequences: { test: { ...sequence, steps: [mended] } } }
    await world.tell()
    expect(world.calls[0]?.url).toBe('https://mended.example.com/')
  })

  it('says nothing about who was erased or is a test, nor for a step or an enrolment that is not there', async () => {
    await world.tell(world.message({ step: 'nothing' }))
    await world.tell(world.message({ enrolmentId: `${lead}-test-9` }))
    world.memory.log.clear()
    await world.tell()
    expect(world.calls).toEqual([])
    expect(world.memory.log.size).toBe(0)
  })
})

describe('what was taken', () => {
  it('is in the log, no activity of the lead, and has the lead folded again', async () => {
    await world.tell()
    expect(world.outcomes).toEqual([
      {
        type: 'signal',
        id: `${enrolmentId}-tell-delivered`,
        at: world.memory.now,
        name: 'webhook.delivered',
        properties: { type: 'lead.won', host: 'crm.example.com', detail: 'it answered 200' },
        verdict: 'unknown',
        enrolmentId,
        step: 'tell',
      },
    ])
    const fresh = [`${enrolmentId}-tell-delivered`]
    expect(world.memory.queued).toEqual([{ queue: 'timers', message: { v: 1, leadId: lead, fresh } }])
  })

  it('is not sent again when its message comes again', async () => {
    await world.tell()
    world.memory.now += minute
    await world.tell()
    expect(world.calls).toHaveLength(1)
  })
})
