import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { fixture, now, secretValues } from '../ingest/support.ts'
import { lead, read } from './graph.ts'
import { World } from './support.ts'

const minute = 60_000
const hour = 60 * minute

const received = async (id: string): Promise<World> => {
  const world = new World()
  await world.receive('facebook', fixture(id))
  return world
}

describe('the fixtures of Meta', () => {
  it('fb-03: one lead, its answers, strict consents, attribution, and the permission of the mapping', async () => {
    const world = await received('fb-03-one-lead')
    expect(world.captured).toHaveLength(1)
    const [event] = world.captured
    expect(event).toMatchObject({
      id: 'facebook-1450000000000011',
      at: Date.parse('2026-11-20T21:14:05Z'),
      form: 'warehouse-guide',
      grants: [{ topics: ['guides'], basis: 'consent', textId: 'guides-v1' }],
    })
    expect(event?.submission).toMatchObject({
      source: 'facebook',
      sourceLeadId: '1450000000000011',
      formId: '901000000000001',
      person: { email: 'ines.duarte@example.com', phone: '+351210000001', name: 'Ines Duarte' },
      fields: { company_name: ['Duarte Logistics'], 'how_many_trucks_do_you_run?': ['51-200'] },
      consents: { consent_email: true, consent_partners: false },
      attribution: {
        ad_id: '120210000000000101',
        adset_id: '120210000000000102',
        campaign_id: '120210000000000103',
        form_id: '901000000000001',
        platform: 'fb',
        is_organic: false,
      },
      isTest: false,
    })
    expect(world.folded).toEqual([...world.logs.keys()])
    expect(world.parkedItems).toEqual([])
    expect(world.envelopes.size).toBe(1)
  })

  it('fb-03: the token travels in a header with its proof, never in the address', async () => {
    const world = await received('fb-03-one-lead')
    const [asked] = world.asked
    const url = new URL(asked?.url ?? '')
    const token = secretValues['META_ACCESS_TOKEN'] ?? ''
    const proof = createHmac('sha256', secretValues['META_APP_SECRET'] ?? '')
      .update(token)
      .digest('hex')
    expect(url.pathname).toBe('/v26.0/1450000000000011')
    expect(url.searchParams.get('appsecret_proof')).toBe(proof)
    expect(url.searchParams.get('fields')).toContain('custom_disclaimer_responses')
    expect(url.href).not.toContain(token)
    expect(asked?.headers['authorization']).toBe(`Bearer ${token}`)
  })

  it('fb-04: every change of every entry', async () => {
    const world = await received('fb-04-batch-two-pages')
    expect(world.captured.map(({ submission }) => submission.person.email).sort()).toEqual([
      'lead21@example.com',
      'lead22@example.com',
      'lead23@example.com',
    ])
  })

  it('fb-05: one lead', async () => {
    expect((await received('fb-05-escaped-unicode-signature')).captured).toHaveLength(1)
  })

  it('fb-07: an id that Graph does not know is parked and not tried again', async () => {
    const world = await received('fb-07-dashboard-test')
    expect(world.captured).toEqual([])
    expect(world.parkedItems).toMatchObject([
      { id: 'facebook-444444444444', source: 'facebook', sourceLeadId: '444444444444', reason: 'not-found' },
    ])
    expect([world.schedules.size, world.alerts.length]).toEqual([0, 0])
  })

  it('fb-08: the dummy lead of the testing tool is marked as a test', async () => {
    const world = await received('fb-08-test-lead')
    expect(world.captured.map(({ submission }) => submission.isTest)).toEqual([true])
  })

  it('fb-09: an expired token parks the lead, alerts once an hour, and a replay after renewal captures it', async () => {
    const world = await received('fb-09-token-expired')
    const [item] = world.parkedItems
    expect(item).toMatchObject({ sourceLeadId: '1450000000000061', reason: 'reauth' })
    expect(item?.detail).toContain('190/463')
    expect(world.alerts).toMatchObject([{ kind: 'capture.reauth' }])
    expect((world.alerts[0]?.at ?? 1) % hour).toBe(0)
    world.upstream = [
      {
        match: { method: 'GET', urlRegex: '1450000000000061' },
        response: {
          status: 200,
          headers: {},
          body: { id: '1450000000000061', field_data: [{ name: 'email', values: ['a@example.com'] }] },
        },
      },
    ]
    world.queue.push(item?.replay.message as never)
    await world.drain()
    expect(world.captured).toHaveLength(1)
    expect(world.parkedItems).toEqual([])
  })

  it('fb-10: throttled, so visible and tried again no sooner than Meta says', async () => {
    const world = await received('fb-10-throttled')
    const [item] = world.parkedItems
    expect(item?.nextAttemptAt).toBeGreaterThanOrEqual(now + 19 * minute)
    expect(item?.nextAttemptAt).toBeLessThanOrEqual(now + 21 * minute)
    expect([...world.schedules]).toMatchObject([
      ['read-facebook-1450000000000071', { at: item?.nextAttemptAt, message: { kind: 'read', tries: 1 } }],
    ])
  })
})

describe('what a lead of Meta may look like', () => {
  it.each([
    ['1', true],
    [1, true],
    [true, true],
    ['true', true],
    ['', false],
    ['0', false],
    [0, false],
    [false, false],
    ['false', false],
    [null, false],
    ['yes?', false],
  ])('is_checked %j is %s', async (checked, ticked) => {
    const more = { custom_disclaimer_responses: [{ checkbox_key: 'c', is_checked: checked }] }
    const world = await read(new World(), lead({ email: ['a@example.com'] }, more))
    expect(world.captured[0]?.submission.consents).toEqual({ c: ticked })
  })

  it('keeps commas, several values and foreign names; poison names are dropped', async () => {
    const fields = {
      email: ['a@example.com'],
      'größe?': ['1,5', '2'],
      ['__proto__']: ['x'],
      constructor: ['x'],
    }
    const world = await read(new World(), lead(fields))
    expect(world.captured[0]?.submission.fields).toEqual({ 'größe?': ['1,5', '2'] })
  })

  it('with a wrong email and a right number is kept by its number, and the email as typed', async () => {
    const world = await read(new World(), lead({ email: ['ines@@example'], phone_number: ['+351210000001'] }))
    expect(world.captured[0]?.submission.person).toEqual({ phone: '+351210000001' })
    expect(world.captured[0]?.submission.fields).toEqual({ email_as_typed: ['ines@@example'] })
  })

  it('without an address is parked and can be replayed', async () => {
    const world = await read(new World(), lead({ full_name: ['Ines'] }))
    expect(world.captured).toEqual([])
    expect(world.parkedItems).toMatchObject([{ id: 'facebook-7', reason: 'no-address' }])
    expect(world.parkedItems[0]?.replay.message).toMatchObject({
      kind: 'submission',
      submission: { source: 'facebook', person: { name: 'Ines' } },
    })
  })

  it('of a form that no file maps permits nothing', async () => {
    const more = {
      form_id: '999',
      custom_disclaimer_responses: [{ checkbox_key: 'consent_email', is_checked: '1' }],
    }
    const world = await read(new World(), lead({ email: ['a@example.com'] }, more))
    expect(world.captured[0]).toMatchObject({ grants: [], submission: { formId: '999' } })
    expect(world.captured[0]).not.toHaveProperty('form')
  })
})

describe('taking a delivery apart', () => {
  const deliver = async (body: string): Promise<World> => {
    const world = new World()
    world.upstream = lead({ email: ['a@example.com'] })
    world.deliver('facebook', body)
    await world.drain()
    return world
  }
  const change = (value: string, field = 'leadgen') => `{"field":"${field}","value":${value}}`
  const page = (...changes: string[]) => `{"object":"page","entry":[{"changes":[${changes.join(',')}]}]}`

  it('keeps all digits of ids that come as numbers', async () => {
    const world = await deliver(page(change('{"leadgen_id":12345678901234567890,"form_id":0}')))
    expect(world.asked[0]?.url).toContain('/12345678901234567890?')
    expect(world.captured[0]?.submission.sourceLeadId).toBe('12345678901234567890')
  })

  it('parks a bad one where it can be seen; its siblings go on', async () => {
    const world = await deliver(
      page(change('{"leadgen_id":"../me"}'), change('null'), change('{"leadgen_id":"8"}')),
    )
    expect(world.captured).toHaveLength(1)
    expect(world.parkedItems.map(({ reason }) => reason)).toEqual(['malformed', 'malformed'])
    expect(JSON.stringify(world.parkedItems[0]?.replay.message)).not.toContain('"body"')
    expect(world.asked).toHaveLength(1)
  })

  it.each([
    '{"object":"user","entry":[{"changes":[{"field":"leadgen","value":{"leadgen_id":"1"}}]}]}',
    page(change('{"item":"like"}', 'feed')),
    '{"object":"page"}',
    '{"object":"page","entry":{"changes":1}}',
    '[]',
    '7',
  ])('ignores %s', async (body) => {
    const world = await deliver(body)
    expect([world.captured.length, world.parkedItems.length, world.asked.length]).toEqual([0, 0, 0])
  })

  it('parks what is not JSON at all', async () => {
    expect((await deliver('{')).parkedItems).toMatchObject([{ reason: 'malformed' }])
  })

  it('reads 1,000 leads of one delivery', async () => {
    const changes = Array.from({ length: 1000 }, (_, i) => change(`{"leadgen_id":"${i + 1}"}`))
    expect((await deliver(page(...changes))).captured).toHaveLength(1000)
  })
})
