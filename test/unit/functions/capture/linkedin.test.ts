import { describe, expect, it } from 'vitest'
import { type Fixture, fixture, now, type Upstream } from '../ingest/support.ts'
import { World } from './support.ts'

const hour = 3_600_000
const id = '6f1b2c3d-0000-4aaa-9bbb-0123456789ab-5'
const created = fixture('li-02-created')

const received = async (one: Fixture, upstream = one.upstream ?? []): Promise<World> => {
  const world = new World()
  await world.receive('linkedin', { ...one, upstream })
  return world
}

type Body = Record<string, unknown>
const bodyOf = (index: number): Body => created.upstream?.[index]?.response.body as Body
const changed = (index: number, body: Body): Upstream[] =>
  (created.upstream ?? []).map((one, i) =>
    i === index ? { ...one, response: { ...one.response, body } } : one,
  )
const failing = (status: number): Upstream[] => [
  { match: { method: 'GET', urlRegex: '.' }, response: { status, headers: {}, body: { code: 'X' } } },
]

describe('the fixtures of LinkedIn', () => {
  it('li-02: questions by name, options as texts, hidden fields, consents, campaign', async () => {
    const world = await received(created)
    expect(world.captured).toHaveLength(1)
    expect(world.captured[0]).toMatchObject({
      id: `linkedin-${id}`,
      at: 1_795_209_245_000,
      form: 'warehouse-guide',
      grants: [{ topics: ['guides'], basis: 'consent', textId: 'guides-v1' }],
      submission: {
        source: 'linkedin',
        sourceLeadId: id,
        formId: '6083',
        person: { email: 'aino.virtanen@example.com', firstName: 'Aino', lastName: 'Virtanen' },
        fields: { interest: ['Telematics', 'Fuel cards'] },
        hidden: { utm_source: 'linkedin', utm_campaign: 'q4-demo' },
        consents: { '1': true },
        attribution: {
          campaign_id: 'urn:li:sponsoredCampaign:367000001',
          ad_id: 'urn:li:sponsoredCreative:369000001',
          form_id: '6083',
          utm_source: 'linkedin',
          utm_campaign: 'q4-demo',
        },
        isTest: false,
      },
    })
    expect(world.asked.map(({ url }) => new URL(url).pathname)).toEqual([
      `/rest/leadFormResponses/${id}`,
      '/rest/leadForms/6083',
    ])
    expect(Number(world.asked[0]?.headers['linkedin-version'])).toBeGreaterThanOrEqual(202_607)
    expect(world.asked[0]?.headers['x-restli-protocol-version']).toBe('2.0.0')
  })

  it('li-02 with the form in the same answer needs one call, in both spellings of the keys', async () => {
    const { leadMetadata: _m, associatedEntity: _e, ...rest } = bodyOf(0)
    const body = {
      ...rest,
      form: bodyOf(1),
      leadMetadataInfo: {
        sponsoredLeadMetadataInfo: { campaign: { id: 'urn:li:sponsoredCampaign:1', name: 'Q4' } },
      },
      associatedEntityInfo: { associatedCreative: { id: 'urn:li:sponsoredCreative:2' } },
    }
    const world = await received(created, changed(0, body))
    expect(world.asked).toHaveLength(1)
    expect(world.captured[0]?.submission).toMatchObject({
      fields: { interest: ['Telematics', 'Fuel cards'] },
      attribution: {
        campaign_id: 'urn:li:sponsoredCampaign:1',
        campaign_name: 'Q4',
        ad_id: 'urn:li:sponsoredCreative:2',
      },
    })
  })

  it('li-03: a deletion is acknowledged, visible and calls nobody', async () => {
    const world = await received(fixture('li-03-deleted'))
    expect(world.parkedItems).toMatchObject([
      { source: 'linkedin', sourceLeadId: id, reason: 'not-supported' },
    ])
    expect([world.asked.length, world.captured.length, world.alerts.length]).toEqual([0, 0, 0])
  })

  it('keeps answers of questions and options that the form does not name any more', async () => {
    const world = await received(created, changed(1, { id: 6083, content: { questions: [] } }))
    expect(world.parkedItems).toMatchObject([{ reason: 'no-address' }])
    const replay = world.parkedItems[0]?.replay.message as { submission: { fields: object } }
    expect(replay.submission.fields).toMatchObject({ question_20711780447: ['2', '3'] })
  })

  it('marks test leads', async () => {
    const world = await received(created, changed(0, { ...bodyOf(0), testLead: true }))
    expect(world.captured[0]?.submission.isTest).toBe(true)
  })
})

describe('errors of LinkedIn', () => {
  it.each([
    [401, 'reauth', 1],
    [403, 'permission', 1],
    [426, 'version', 1],
    [404, 'not-found', 0],
  ])('%i parks as %s', async (status, reason, alerts) => {
    const world = await received(created, failing(status))
    expect(world.parkedItems).toMatchObject([{ id: `linkedin-${id}`, reason }])
    expect([world.schedules.size, world.alerts.length]).toEqual([0, alerts])
  })

  it('429 waits for the next day in UTC', async () => {
    const world = await received(created, failing(429))
    const next = world.parkedItems[0]?.nextAttemptAt ?? 0
    const midnight = Date.parse('2026-11-22T00:00:00Z')
    expect(next).toBeGreaterThanOrEqual(midnight)
    expect(next).toBeLessThan(midnight + hour)
  })

  it.each([400, 500, 503])('%i is tried again soon', async (status) => {
    const world = await received(created, failing(status))
    expect(world.parkedItems[0]?.nextAttemptAt).toBeLessThan(now + hour)
    expect([...world.schedules.keys()][0]?.length).toBeLessThanOrEqual(64)
  })

  it('a form that cannot be read holds the lead back instead of losing its answers', async () => {
    const [response] = created.upstream ?? []
    const world = await received(created, [
      ...(response === undefined ? [] : [response]),
      { match: { method: 'GET', urlRegex: 'leadForms' }, response: { status: 500, headers: {}, body: {} } },
    ])
    expect(world.captured).toEqual([])
    world.upstream = created.upstream ?? []
    await world.wait()
    expect([world.captured.length, world.parkedItems.length]).toEqual([1, 0])
  })
})

describe('deliveries that are odd', () => {
  it.each([
    ['{"type":"OTHER"}', 0],
    ['{}', 0],
    ['{"type":"LEAD_ACTION","leadAction":"CREATED","leadGenFormResponse":"urn:li:other:1"}', 1],
    [
      '{"type":"LEAD_ACTION","leadAction":"CREATED","leadGenFormResponse":"urn:li:leadGenFormResponse:../x"}',
      1,
    ],
  ])('%s', async (body, parked) => {
    const world = new World()
    world.deliver('linkedin', body)
    await world.drain()
    expect([world.parkedItems.length, world.asked.length]).toEqual([parked, 0])
  })
})
