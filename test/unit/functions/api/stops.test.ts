import { beforeEach, describe, expect, test } from 'vitest'
import { stepsCompiled } from '../../compiler/helpers.ts'
import { bearer, setup } from './support.ts'

const { sequence } = stepsCompiled('  - send: one')
let world: ReturnType<typeof setup>

beforeEach(() => {
  world = setup()
  world.memory.content = { ...world.memory.content, sequences: { test: sequence } }
})

const put = (scope: string, body: unknown) =>
  world.ask('PUT /v1/stops/{scope}', {
    params: { scope },
    headers: { ...bearer, 'content-type': 'application/json' },
    body: typeof body === 'string' ? body : JSON.stringify(body),
  })
const resume = (scope: string) =>
  world.ask('DELETE /v1/stops/{scope}', { params: { scope }, headers: bearer })
const stops = async () => (await world.get('stops')).json.stops

describe('the stop switch', () => {
  test('stops a sequence or everything, and lists what is stopped, the newest first', async () => {
    expect(await stops()).toEqual([])
    expect(await put('test', { reason: ' A wrong link ' })).toMatchObject({
      status: 200,
      json: { scope: 'test', reason: 'A wrong link', at: '2026-11-20T10:00:00.000Z' },
    })
    world.memory.now += 60_000
    await put('all', { reason: 'Nobody may be mailed today' })
    expect(await stops()).toMatchObject([
      { scope: 'all', at: '2026-11-20T10:01:00.000Z' },
      { scope: 'test', reason: 'A wrong link' },
    ])
  })

  test('goes on again, and who did what stands among the alerts', async () => {
    await put('test', { reason: 'A wrong link' })
    world.memory.now += 60_000
    expect(await resume('test')).toMatchObject({ status: 200, json: { scope: 'test' } })
    expect(await stops()).toEqual([])
    expect(world.memory.stops.resumed).toEqual({ test: world.memory.now })
    expect(world.memory.alerts).toMatchObject([
      { kind: 'sending-stopped', text: 'The sequence “test” was stopped by hand: A wrong link' },
      { kind: 'sending-resumed', text: 'The sequence “test” goes on' },
    ])
  })

  test('is told of before it is there', async () => {
    const { desk } = world.memory.ports
    desk.alert = () => Promise.reject(new Error('no desk'))
    expect((await put('test', { reason: 'A wrong link' })).status).toBe(500)
    expect(world.memory.stops.stopped.size).toBe(0)
  })

  test('refuses what it does not know, and says what was meant', async () => {
    const answer = await put('tets', { reason: 'x' })
    expect(answer.status).toBe(404)
    expect(answer.json.detail).toContain('did you mean "test"?')
    expect((await resume('test')).status).toBe(404)
    expect((await world.get('stops', 'all=1')).status).toBe(400)
  })

  test.each<readonly [string, unknown, number]>([
    ['no body', '', 400],
    ['half a body', '[', 400],
    ['a list', '[]', 422],
    ['null', 'null', 422],
    ['no reason', {}, 422],
    ['a blank', { reason: ' ' }, 422],
    ['a number', { reason: 7 }, 422],
    ['more', { reason: 'x', until: 'tomorrow' }, 422],
    ['a long text', { reason: 'x'.repeat(301) }, 422],
    ['a book', { reason: 'x'.repeat(70_000) }, 413],
  ])('asks for a reason: %s is not one', async (_, body, status) => {
    expect((await put('test', body)).status).toBe(status)
    expect(world.memory.alerts).toEqual([])
  })

  test('needs the token', async () => {
    expect((await world.ask('PUT /v1/stops/{scope}', { params: { scope: 'all' } })).status).toBe(401)
    expect((await world.ask('DELETE /v1/stops/{scope}', { params: { scope: 'all' } })).status).toBe(401)
    expect((await world.ask('GET /v1/stops')).status).toBe(401)
  })
})
