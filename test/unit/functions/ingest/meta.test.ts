import { createHmac } from 'node:crypto'
import { gunzipSync } from 'node:zlib'
import { describe, expect, it } from 'vitest'
import { callOf, fixture, secretValues, setup } from './support.ts'

const route = 'POST /webhooks/meta'
const secret = secretValues['META_APP_SECRET'] ?? ''
const sign = (body: string | Uint8Array, key = secret): string =>
  `sha256=${createHmac('sha256', key).update(body).digest('hex')}`
const post = (body: string | Uint8Array, signature = sign(body)) => ({
  body,
  headers: { 'content-type': 'application/json', 'x-hub-signature-256': signature },
})
const plain = '{"object":"page","entry":[]}'

describe('the handshake with Meta', () => {
  it('answers the challenge and nothing else', async () => {
    const answer = await setup().call('GET /webhooks/meta', callOf(fixture('fb-01-verify-ok')))
    expect([answer.status, answer.body]).toEqual([200, '1158201444'])
    expect(answer.headers['content-type']).toMatch(/^text\/plain/)
  })

  it.each([
    'hub.mode=subscribe&hub.challenge=1&hub.verify_token=',
    'hub.mode=subscribe&hub.challenge=1',
    'hub.challenge=1&hub.verify_token=shared-verify-7f3a',
    'hub.mode=subscribe&hub.verify_token=shared-verify-7f3a',
    'hub.mode=unsubscribe&hub.challenge=1&hub.verify_token=shared-verify-7f3a',
  ])('refuses %s', async (query) => {
    expect((await setup().call('GET /webhooks/meta', { query })).status).toBe(403)
  })

  it('does not give the challenge back for a wrong token, nor when no token is set', async () => {
    const wrong = await setup().call('GET /webhooks/meta', callOf(fixture('fb-02-verify-bad-token')))
    expect(wrong.status).toBe(403)
    expect(wrong.body).not.toContain('1158201444')
    const unset = await setup({}).call('GET /webhooks/meta', {
      query: 'hub.mode=subscribe&hub.challenge=1&hub.verify_token=',
    })
    expect(unset.status).toBe(403)
  })
})

describe('a delivery of Meta', () => {
  const good = [
    'fb-03-one-lead',
    'fb-04-batch-two-pages',
    'fb-05-escaped-unicode-signature',
    'fb-07-dashboard-test',
    'fb-08-test-lead',
    'fb-09-token-expired',
    'fb-10-throttled',
  ]

  it.each(good)('%s is acknowledged after one durable write of its exact bytes', async (id) => {
    const { call, written } = setup()
    const one = fixture(id)
    expect((await call(route, callOf(one))).status).toBe(200)
    const [message, ...more] = written.capture
    expect(more).toEqual([])
    if (message?.kind !== 'delivery') throw new Error('a delivery was expected')
    expect(message.source).toBe('facebook')
    expect(gunzipSync(Buffer.from(message.body ?? '', 'base64')).toString('utf8')).toBe(one.request.rawBody)
    expect(written.envelopes.size).toBe(0)
  })

  it('fb-06 with another secret is refused, and nothing is stored', async () => {
    const { call, written } = setup()
    expect((await call(route, callOf(fixture('fb-06-bad-signature')))).status).toBe(401)
    expect(written.capture).toEqual([])
  })

  const wrong: Record<string, Record<string, string>> = {
    'no header': {},
    'an empty digest': { 'x-hub-signature-256': 'sha256=' },
    'no prefix': { 'x-hub-signature-256': sign(plain).slice(7) },
    'a wrong digest': { 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` },
    'not hexadecimal': { 'x-hub-signature-256': `sha256=${'zz'.repeat(32)}` },
    capitals: { 'x-hub-signature-256': sign(plain).toUpperCase().replace('SHA', 'sha') },
    'only SHA-1': { 'x-hub-signature': `sha1=${createHmac('sha1', secret).update(plain).digest('hex')}` },
    'of a body with a blank more': { 'x-hub-signature-256': sign(`${plain} `) },
    'of another body': { 'x-hub-signature-256': sign('{}') },
    'two digests': { 'x-hub-signature-256': `${sign(plain)},${sign(plain)}` },
  }
  it.each(Object.entries(wrong))('signature: %s → 401 and no write', async (_name, headers) => {
    const { call, written } = setup()
    const answer = await call(route, { body: plain, headers })
    expect(answer.status).toBe(401)
    expect(answer.headers['content-type']).toMatch(/^application\/problem\+json/)
    expect(written.capture).toEqual([])
  })

  it('refuses the signature of the re-serialised body', async () => {
    const one = fixture('fb-05-escaped-unicode-signature')
    const reserialised = JSON.stringify(JSON.parse(one.request.rawBody ?? ''))
    const { call } = setup()
    expect((await call(route, post(one.request.rawBody ?? '', sign(reserialised)))).status).toBe(401)
  })

  it('accepts a body that a proxy unescaped, by its escaped form', async () => {
    const body = '{"object":"page","entry":[],"name":"Café 🚚"}'
    const { call } = setup()
    const asSigned = body.replace('é', '\\u00e9').replace('🚚', '\\ud83d\\ude9a')
    expect((await call(route, post(body, sign(asSigned)))).status).toBe(200)
    expect((await call(route, post(body))).status).toBe(200)
  })

  it('matches the worked vector of the contract', async () => {
    const body = String.raw`{"object":"page","entry":[{"id":"1","time":1795209246,"changes":[{"field":"leadgen","value":{"leadgen_id":"2","form_name":"Caf\u00e9 \/ \ud83d\ude9a"}}]}]}`
    const signature = 'sha256=7c5b7c7ec35f5b717a6b9c47abcd1e77ed71599e2116e8ae3a2f67b9e790e251'
    const { call } = setup({ META_APP_SECRET: 's3cr3t' })
    expect((await call(route, post(body, signature))).status).toBe(200)
  })

  it('takes each secret of a rotation, and no secret at all refuses everything', async () => {
    const both = setup({ META_APP_SECRET: 'new old' })
    expect((await both.call(route, post(plain, sign(plain, 'new')))).status).toBe(200)
    expect((await both.call(route, post(plain, sign(plain, 'old')))).status).toBe(200)
    expect((await both.call(route, post(plain, sign(plain, 'new old')))).status).toBe(401)
    expect((await setup({}).call(route, post(plain, sign(plain, '')))).status).toBe(401)
  })

  it('reads bodies that come as text and as base64 alike', async () => {
    const { call } = setup()
    expect((await call(route, { ...post(plain), base64: false })).status).toBe(200)
    expect((await call(route, { ...post(plain), base64: true })).status).toBe(200)
  })

  it.each(['{"object":"page"', '', 'null and void', '\ufeff{}'])('answers 400 to signed %j', async (body) => {
    const { call, written } = setup()
    expect((await call(route, post(body))).status).toBe(400)
    expect(written.capture).toEqual([])
  })

  it('answers 400 to signed bytes that are not UTF-8', async () => {
    const { call } = setup()
    expect((await call(route, post(Uint8Array.from([0x22, 0xff, 0x22])))).status).toBe(400)
  })

  it('stores a large delivery first and then sends its place', async () => {
    const { call, written } = setup()
    const noise = Array.from({ length: 60_000 }, (_, i) =>
      createHmac('sha256', 'k').update(`${i}`).digest('hex'),
    )
    const body = JSON.stringify({ object: 'page', entry: noise })
    expect(body.length).toBeGreaterThan(3_500_000)
    expect((await call(route, post(body))).status).toBe(200)
    const [message] = written.capture
    if (message?.kind !== 'delivery') throw new Error('a delivery was expected')
    expect([message.body, message.chunks]).toEqual([undefined, 1])
    const stored = written.envelopes.get(message.envelopeId)
    expect(gunzipSync(stored ?? new Uint8Array()).toString('utf8')).toBe(body)
  })

  it('refuses more than 6 MB', async () => {
    const { call, written } = setup()
    const body = `"${'x'.repeat(6 * 1024 * 1024)}"`
    expect((await call(route, post(body))).status).toBe(413)
    expect(written.capture).toEqual([])
  })
})
