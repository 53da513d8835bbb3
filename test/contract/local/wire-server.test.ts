import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { VirtualClock } from '../../../local/clock.ts'
import { type JsonService, type RestService, WireError } from '../../../local/wire.ts'
import type { WireServer } from '../../../local/wire-server.ts'
import { pass, serve, stillClock } from './harness.ts'

let clock: VirtualClock
let server: WireServer
let release: (() => void) | undefined

const echo: JsonService = {
  prefix: 'Echo',
  call: async (action, input) => {
    if (action === 'Refuse') throw new WireError('NoSuchThing', 'no', 400, { Item: { a: 1 } })
    if (action === 'Break') throw new Error('bug')
    if (action === 'Wait')
      await new Promise<void>((resolve) => {
        release = resolve
      })
    return { action, input }
  },
}

const rest: RestService = {
  handles: (path) => path.startsWith('/things'),
  call: async ({ method, path, query, body }) => ({
    status: 201,
    body: { method, path, q: query.get('q'), body },
  }),
}

beforeEach(async () => {
  clock = stillClock()
  server = await serve(clock, { json: [echo], rest: [rest] })
})

afterEach(() => server.close())

const post = (target: string, body: string, headers: Record<string, string> = {}) =>
  fetch(server.url, { method: 'POST', headers: { 'x-amz-target': target, ...headers }, body })

describe('the wire front', () => {
  it('carries JSON calls by target and REST calls by path', async () => {
    const json = await post('Echo.Do', '{"a":"ä"}')
    expect(json.headers.get('content-type')).toBe('application/x-amz-json-1.0')
    expect(await json.json()).toEqual({ action: 'Do', input: { a: 'ä' } })
    const made = await fetch(`${server.url}/things/1?q=x`, { method: 'PUT', body: '{"b":2}' })
    expect(made.status).toBe(201)
    expect(await made.json()).toEqual({ method: 'PUT', path: '/things/1', q: 'x', body: { b: 2 } })
  })

  it('names a refusal where clients look for it', async () => {
    const refused = await post('Echo.Refuse', '{}')
    expect(refused.status).toBe(400)
    expect(refused.headers.get('x-amzn-errortype')).toBe('NoSuchThing')
    expect(await refused.json()).toMatchObject({ __type: 'NoSuchThing', message: 'no', Item: { a: 1 } })
  })

  it.each([
    ['a fault of its own', 'Echo.Break', '{}', 500],
    ['an unknown service', 'Other.Do', '{}', 400],
    ['what is not JSON', 'Echo.Do', '{', 400],
    ['what is not an object', 'Echo.Do', '[1]', 400],
  ])('answers %s with an error', async (_what, target, body, status) => {
    expect((await post(target, body)).status).toBe(status)
  })

  it('takes nothing from a web page', async () => {
    const answer = await post('Echo.Do', '{}', { origin: 'https://www.example.com' })
    expect(answer.status).toBe(403)
  })

  it('holds time still while a call is under way', async () => {
    const call = post('Echo.Wait', '{}')
    while (release === undefined) await new Promise((resolve) => setTimeout(resolve, 5))
    let moved = false
    const passing = pass(clock, 10).then(() => {
      moved = true
    })
    await new Promise((resolve) => setTimeout(resolve, 30))
    expect(moved).toBe(false)
    release?.()
    await Promise.all([call, passing])
    expect(moved).toBe(true)
  })
})
