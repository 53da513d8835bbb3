import { describe, expect, test } from 'vitest'
import { routesOf } from '../../../../functions/api/routes.ts'
import { giveNotice } from '../../../../functions/handoff/notice.ts'
import { handOver } from '../../../../functions/handoff/promotion.ts'
import type { Parked } from '../../../../functions/shared/ports.ts'
import { functions } from '../../../../functions/topology.ts'
import { leadId, promoted } from '../handoff/lead.ts'
import { bearer, setup } from './support.ts'

const routes = functions.find(({ name }) => name === 'api')?.routes ?? []

describe('every route asks for the token', () => {
  test('and all routes of the topology are there', () => {
    expect(Object.keys(routesOf(setup().memory.ports)).sort()).toEqual([...routes].sort())
  })

  test.each(routes)('%s', async (route) => {
    const { ask, memory } = setup()
    memory.parked.set('p-1', parked)
    const params = { leadId: leadId(0), id: 'p-1' }
    for (const headers of [
      {},
      { authorization: '' },
      { authorization: 'Bearer' },
      { authorization: 'Bearer wrong' },
      { authorization: 'Bearer new-api-tokem' },
      { authorization: 'Bearer new-api-token x' },
      { authorization: 'Basic new-api-token' },
      { authorization: 'Bearer old-api-token,new-api-token' },
    ]) {
      const { status, json } = await ask(route, { params, headers })
      expect([status, json.title], JSON.stringify(headers)).toEqual([401, 'Not authenticated'])
    }
    expect(memory.queued).toEqual([])
    for (const authorization of ['Bearer new-api-token', 'bearer  old-api-token'])
      expect(
        (await ask(route, { params: { ...params, id: 'none' }, headers: { authorization } })).status,
      ).not.toBe(401)
  })

  test('nobody gets in when no token is set', async () => {
    const { memory } = setup()
    const secrets = { get: async () => undefined }
    const route = routesOf({ ...memory.ports, secrets })['GET /v1/alerts']
    const request = { headers: { authorization: 'Bearer undefined' } } as never
    await expect(route?.(request)).rejects.toMatchObject({ status: 401 })
  })
})

const parked: Parked = {
  id: 'p-1',
  source: 'facebook',
  sourceLeadId: '901',
  reason: 'no-address',
  detail: 'neither an email address nor a phone number',
  at: Date.parse('2026-11-20T09:00:00Z'),
  replay: { queue: 'capture', message: { v: 1, kind: 'read' } },
}

describe('parked', () => {
  test('is listed without what is in it', async () => {
    const { memory, get } = setup()
    memory.parked.set('p-1', parked)
    memory.parked.set('p-2', { ...parked, id: 'p-2', nextAttemptAt: Date.parse('2026-11-20T11:00:00Z') })
    expect((await get('parked')).json).toEqual({
      items: [
        {
          id: 'p-1',
          source: 'facebook',
          sourceLeadId: '901',
          reason: 'no-address',
          detail: 'neither an email address nor a phone number',
          at: '2026-11-20T09:00:00.000Z',
          nextAttemptAt: null,
        },
        expect.objectContaining({ id: 'p-2', nextAttemptAt: '2026-11-20T11:00:00.000Z' }),
      ],
    })
  })

  test('is put back on its queue, then taken off the list', async () => {
    const { memory, ask } = setup()
    memory.parked.set('p-1', parked)
    const replay = (id: string) => ask('POST /v1/parked/{id}/replay', { params: { id }, headers: bearer })
    const done = await replay('p-1')
    expect([done.status, done.json]).toEqual([202, { id: 'p-1' }])
    expect(memory.queued).toEqual([{ queue: 'capture', message: { v: 1, kind: 'read' } }])
    expect(memory.parked.size).toBe(0)
    expect((await replay('p-1')).status).toBe(404)
    expect(memory.queued).toHaveLength(1)
  })

  test('stays on the list when its queue does not take it', async () => {
    const { memory } = setup()
    memory.parked.set('p-1', parked)
    const queues = {
      ...memory.ports.queues,
      send: async () => {
        throw new Error('died')
      },
    }
    const route = routesOf({ ...memory.ports, queues })['POST /v1/parked/{id}/replay']
    const request = { params: { id: 'p-1' }, headers: bearer, query: new URLSearchParams() } as never
    await expect(route?.(request)).rejects.toThrow('died')
    expect(memory.parked.size).toBe(1)
  })
})

test('alerts, newest first', async () => {
  const { memory, get } = setup()
  for (const [kind, at] of [
    ['one', 1000],
    ['two', 2000],
  ] as const)
    await memory.ports.desk.alert({ kind, text: `about ${kind}`, at })
  expect((await get('alerts')).json).toEqual({
    alerts: [
      { kind: 'two', text: 'about two', at: '1970-01-01T00:00:02.000Z' },
      { kind: 'one', text: 'about one', at: '1970-01-01T00:00:01.000Z' },
    ],
  })
})

describe('hand-offs', () => {
  const handed = async () => {
    const all = setup()
    const { memory } = all
    await handOver(memory.ports, promoted(memory, 0))
    memory.now += 1000
    await handOver(memory.ports, promoted(memory, 1, { fields: { country: ['Germany'] } }))
    memory.now += 1000
    await handOver(memory.ports, promoted(memory, 2))
    const first = memory.item(leadId(0)).handoffs
    for (const [id, one] of first) first.set(id, { ...one, status: 'accepted' })
    const notify = { to: 'owner-or-team', template: 'notice' }
    await giveNotice(memory.ports, { v: 1, kind: 'notice', leadId: leadId(1), enrolmentId: 'e-1', notify })
    return all
  }

  test.each([
    ['', [2, 1, 0]],
    ['owner=jo@example.com', [2, 0]],
    ['status=offered', [2, 1]],
    ['owner=jo@example.com&status=offered', [2]],
    ['status=closed', []],
    ['owner=nobody@example.com', []],
  ])('"%s"', async (query, expected) => {
    const { get } = await handed()
    const { status, json } = await get('handoffs', query)
    expect(status).toBe(200)
    expect(json.handoffs.map((one: { leadId: string }) => one.leadId)).toEqual(expected.map(leadId))
  })

  test('have the shape of the surface', async () => {
    const { get } = await handed()
    expect((await get('handoffs', 'status=accepted')).json).toEqual({
      handoffs: [
        {
          handoffId: `${leadId(0)}-stage-0001`,
          leadId: leadId(0),
          owner: 'jo@example.com',
          status: 'accepted',
          reason: 'Asked for a demo',
          at: '2026-11-20T10:00:00.000Z',
          dueAt: '2026-11-20T10:30:00.000Z',
        },
      ],
    })
  })

  test.each(['status=open', 'team=smb', 'owner=a@example.com&owner=b@example.com'])(
    '"%s" is refused',
    async (query) => {
      expect((await setup().get('handoffs', query)).status).toBe(400)
    },
  )
})
