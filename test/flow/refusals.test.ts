/** Whatever is refused is refused in one shape, and leaves nothing behind. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { census, fixture } from './_fixtures.ts'
import { Product } from './_runtime.ts'

const product = new Product()
let mailId = ''
let leadId = ''

beforeAll(async () => {
  await product.start()
  await product.form('demo', { email: 'known@example.com', consent_email: 'on' })
  ;[{ id: mailId }] = (await product.inbox('known@example.com')) as [{ id: string }]
  leadId = (await product.leadOf('known@example.com')).leadId
})
afterAll(() => product.stop())

const json = { 'content-type': 'application/json' }
const urlencoded = { 'content-type': 'application/x-www-form-urlencoded' }
const bearer = () => ({ ...json, authorization: `Bearer ${product.token}` })

interface Refused {
  readonly method: string
  readonly path: string | (() => string)
  readonly headers?: Record<string, string> | (() => Record<string, string>)
  readonly body?: string
  readonly status: readonly number[]
  /** Fields that the problem names. */
  readonly errors?: readonly string[]
}

const now = <T>(value: T | (() => T)): T => (typeof value === 'function' ? (value as () => T)() : value)

const check = async (refused: Refused): Promise<void> => {
  const before = await census(product)
  const answer = await product.call(refused.method, now(refused.path), {
    ...(refused.headers !== undefined && { headers: now(refused.headers) }),
    ...(refused.body !== undefined && { body: refused.body }),
  })
  await product.drain()

  expect(refused.status).toContain(answer.status)
  expect(answer.headers.get('content-type')).toContain('application/problem+json')
  expect(answer.json).toMatchObject({
    status: answer.status,
    title: expect.any(String),
    type: expect.any(String),
  })
  if (refused.errors !== undefined)
    expect(answer.json.errors.map(({ path }: { path: string }) => path)).toEqual(
      expect.arrayContaining([...refused.errors]),
    )
  expect(await census(product)).toEqual(before)
}

const meta = fixture('fb-03-one-lead').request.rawBody ?? ''
const signature = { ...json, 'x-hub-signature-256': `sha256=${'0'.repeat(64)}` }

describe('webhooks', () => {
  test.each<[string, Refused]>([
    ['no signature', { method: 'POST', path: '/webhooks/meta', headers: json, body: meta, status: [401] }],
    [
      'a wrong signature',
      { method: 'POST', path: '/webhooks/meta', headers: signature, body: meta, status: [401] },
    ],
    [
      'a signature that is no digest',
      {
        method: 'POST',
        path: '/webhooks/meta',
        headers: { ...json, 'x-hub-signature-256': 'zz' },
        body: meta,
        status: [401],
      },
    ],
    [
      'a wrong signature of LinkedIn',
      {
        method: 'POST',
        path: '/webhooks/linkedin',
        headers: { ...json, 'x-li-signature': 'ab' },
        body: '{}',
        status: [401],
      },
    ],
    [
      'a delivery over 6 MB',
      {
        method: 'POST',
        path: '/webhooks/meta',
        headers: signature,
        body: 'x'.repeat(6 * 1024 * 1024 + 1),
        status: [413],
      },
    ],
    [
      'a challenge that is not LinkedIn’s, so that nobody gets anything signed',
      {
        method: 'GET',
        path: '/webhooks/linkedin?challengeCode=hmacsha256%3D%7B%7D',
        status: [400, 401, 403, 422],
      },
    ],
    ['a handshake with nothing in it', { method: 'GET', path: '/webhooks/meta', status: [400, 403] }],
  ])('%s', (_name, refused) => check(refused))
})

const post = (
  path: string,
  body: string,
  status: number,
  headers: Record<string, string> = urlencoded,
): Refused => ({
  method: 'POST',
  path,
  headers,
  body,
  status: [status],
})

describe('forms', () => {
  test.each<[string, Refused]>([
    ['over 64 KB', post('/forms/demo', `email=a%40example.com&note=${'x'.repeat(66_000)}`, 413)],
    ['broken JSON', post('/forms/demo', '{"email":', 400, json)],
    ['a form that is not there', post('/forms/nothing', 'email=a%40example.com', 404)],
    ['a form named like a property', post('/forms/__proto__', 'email=a%40example.com', 404)],
    ['the page of a form that is not there', { method: 'GET', path: '/forms/nothing', status: [404] }],
    [
      'another content type',
      post('/forms/demo', 'email=a@example.com', 415, { 'content-type': 'text/plain' }),
    ],
    ['no email', { ...post('/forms/demo', 'first_name=Ana', 422), errors: ['email'] }],
    ['an email that is none', { ...post('/forms/demo', 'email=ana', 422), errors: ['email'] }],
    ['broken urlencoding', post('/forms/demo', 'email=%E0%A4%A', 400)],
    [
      'a required field left out',
      { ...post('/forms/warehouse-guide', 'email=a%40example.com', 422), errors: ['company.name'] },
    ],
  ])('%s', (_name, refused) => check(refused))
})

describe('the API without its token', () => {
  test.each([
    ['GET', '/v1/leads'],
    ['GET', '/v1/leads/somebody'],
    ['GET', '/v1/leads/somebody/timeline'],
    ['GET', '/v1/leads/somebody/score'],
    ['GET', '/v1/parked'],
    ['POST', '/v1/parked/x/replay'],
    ['GET', '/v1/alerts'],
    ['GET', '/v1/handoffs'],
    ['POST', '/v1/submissions'],
    ['POST', '/v1/signals'],
  ])('%s %s', async (method, path) => {
    const body = method === 'POST' ? { body: '{"source":"x","email":"a@example.com","signals":[]}' } : {}
    await check({ method, path, headers: json, ...body, status: [401] })
    await check({ method, path, headers: { ...json, authorization: 'Bearer wrong' }, ...body, status: [401] })
  })
})

const api = (method: string, path: string, status: number, body?: string): Refused => ({
  method,
  path,
  headers: bearer,
  status: [status],
  ...(body !== undefined && { body }),
})

describe('the API', () => {
  test.each<[string, Refused]>([
    ['an unknown lead', api('GET', '/v1/leads/nobody', 404)],
    ['the timeline of an unknown lead', api('GET', '/v1/leads/nobody/timeline', 404)],
    ['the score of an unknown lead', api('GET', '/v1/leads/nobody/score', 404)],
    ['a filter that is not supported', api('GET', '/v1/leads?city=Dublin', 400)],
    [
      'two filters that no index serves',
      api('GET', '/v1/leads?owner=a@example.com&email=b@example.com', 400),
    ],
    ['a limit that is no number', api('GET', '/v1/leads?limit=many', 400)],
    ['a cursor that we did not give', api('GET', '/v1/leads?cursor=%21%21', 400)],
    ['a status that no hand-off has', api('GET', '/v1/handoffs?status=nonsense', 400)],
    ['a replay of nothing', api('POST', '/v1/parked/nothing/replay', 404)],
    ['broken JSON', api('POST', '/v1/submissions', 400, '{')],
    ['no address', { ...api('POST', '/v1/submissions', 422, '{"source":"x"}'), errors: ['email'] }],
    [
      'no source',
      { ...api('POST', '/v1/submissions', 422, '{"email":"a@example.com"}'), errors: ['source'] },
    ],
    [
      'over 64 KB',
      api('POST', '/v1/submissions', 413, JSON.stringify({ source: 'x', name: 'x'.repeat(66_000) })),
    ],
    [
      'too many signals',
      api('POST', '/v1/signals', 422, JSON.stringify({ signals: Array.from({ length: 501 }, () => ({})) })),
    ],
    ['a path that cannot be decoded', api('GET', '/v1/leads/%E0%A4%A', 404)],
    ['a route that is not there', api('GET', '/v1/nothing', 404)],
  ])('%s', (_name, refused) => check(refused))

  test('a lead in another spelling of its id is nobody', () =>
    check({ ...api('GET', '', 404), path: () => `/v1/leads/${leadId}x` }))

  test.each(['/v1/leads', '/forms/demo', '/webhooks/meta', '/u/x', '/local/clock'])(
    'PUT %s is no route',
    (path) => check({ method: 'PUT', path, headers: json, body: '{}', status: [404, 405] }),
  )
})

describe('personal links', () => {
  test.each(['/u/nonsense', '/u/v1.k1.e30.AAAA', '/handoffs/nonsense', '/handoffs/v1.k1.e30.AAAA'])(
    '%s',
    async (path) => {
      const [shown, done] = [
        await product.call('GET', path),
        await product.call('POST', path, { headers: urlencoded, body: 'action=accept' }),
      ]
      for (const { status } of [shown, done]) {
        expect(status).toBeGreaterThanOrEqual(400)
        expect(status).toBeLessThan(500)
      }
      expect((await product.lead(leadId)).suppressed).toBe(false)
    },
  )
})

describe('the local routes', () => {
  const clock = '/local/clock/advance'
  const between: readonly number[] = [400, 404, 409, 422]
  test.each<[string, Refused]>([
    ['nothing to advance by', { method: 'POST', path: clock, body: '{}', status: between }],
    ['a length that is none', { method: 'POST', path: clock, body: '{"by":"three days"}', status: between }],
    ['backwards', { method: 'POST', path: clock, body: '{"by":"-P1D"}', status: between }],
    [
      'into the past',
      { method: 'POST', path: clock, body: '{"to":"2020-01-01T00:00:00Z"}', status: between },
    ],
    ['to no instant', { method: 'POST', path: clock, body: '{"to":"soon"}', status: between }],
    [
      'further than there is time',
      { method: 'POST', path: clock, body: '{"by":"P999999999999W"}', status: between },
    ],
    ['broken JSON', { method: 'POST', path: clock, body: '{', status: between }],
    ['a list', { method: 'POST', path: clock, body: '[]', status: between }],
    ['a mail that is not there', { method: 'GET', path: '/local/inbox/nothing', status: between }],
    ['its source', { method: 'GET', path: '/local/inbox/nothing/raw', status: between }],
    [
      'an event about it',
      { method: 'POST', path: '/local/inbox/nothing/events', body: '{"type":"click"}', status: between },
    ],
    [
      'an execution that is not there',
      { method: 'GET', path: '/local/executions/nothing/history', status: between },
    ],
    ['broken SES event', { method: 'POST', path: '/local/ses-events', body: '{', status: between }],
    ['a limit of nothing', { method: 'GET', path: '/local/inbox?limit=0', status: between }],
    [
      'an event of no known kind',
      {
        method: 'POST',
        path: () => `/local/inbox/${mailId}/events`,
        body: '{"type":"nonsense"}',
        status: between,
      },
    ],
    [
      'an event at no time',
      {
        method: 'POST',
        path: () => `/local/inbox/${mailId}/events`,
        body: '{"type":"click","after":"later"}',
        status: between,
      },
    ],
  ])('%s', (_name, refused) => check(refused))
})

test('nothing of all this was an error of ours', () => {
  expect(product.errors).toEqual([])
})
