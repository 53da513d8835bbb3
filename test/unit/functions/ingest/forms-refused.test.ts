import { describe, expect, it } from 'vitest'
import type { Call } from '../event.ts'
import { setup } from './support.ts'

const route = 'POST /forms/{formId}'
const demo = { formId: 'demo' }
const encoded = (body: string, headers: Record<string, string> = {}): Call => ({
  body,
  params: demo,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
})

describe('what a post may not be', () => {
  const json = (body: string | Uint8Array): Call => ({
    body,
    params: demo,
    headers: { 'content-type': 'application/json' },
  })
  const multipart = (body: string, type = 'multipart/form-data; boundary=b'): Call => ({
    body,
    params: demo,
    headers: { 'content-type': type },
  })
  const cases: [string, Call, number][] = [
    ['an unknown form', { ...encoded('email=a@example.com'), params: { formId: 'nope' } }, 404],
    ['a name of every object', { ...encoded('email=a@example.com'), params: { formId: 'constructor' } }, 404],
    ['text', { ...encoded('email=a@example.com', { 'content-type': 'text/plain' }) }, 415],
    ['no type', { body: 'email=a@example.com', params: demo }, 415],
    ['XML', { ...encoded('<a/>', { 'content-type': 'application/xml' }) }, 415],
    ['compressed', encoded('email=a@example.com', { 'content-encoding': 'gzip' }), 415],
    ['too large', encoded(`email=a@example.com&x=${'y'.repeat(64 * 1024)}`), 413],
    ['10 MB', encoded('y'.repeat(10 * 1024 * 1024)), 413],
    ['broken JSON', json('{"email":'), 400],
    ['JSON with a byte order mark', json('\ufeff{"email":"a@example.com"}'), 400],
    ['JSON that is not UTF-8', json(Uint8Array.from(Buffer.from('{"email":"\xff"}', 'latin1'))), 400],
    ['a name twice', json('{"email":"a@example.com","email":"b@example.com"}'), 400],
    ['a name twice, once escaped', json('{"email":"a@example.com","\\u0065mail":"b@example.com"}'), 400],
    ['200 levels', json(`{"email":"a@example.com","a":${'['.repeat(200)}${']'.repeat(200)}}`), 400],
    ['30,000 levels', json(`${'['.repeat(30_000)}${']'.repeat(30_000)}`), 400],
    ['a JSON list', json('["email"]'), 422],
    ['a JSON text', json('"email"'), 422],
    ['urlencoded that is not UTF-8', encoded('email=a@example.com&name=%ff'), 400],
    ['a broken escape', encoded('email=a%4'), 400],
    ['JSON as multipart', multipart('{"email":"a@example.com"}'), 400],
    ['multipart without a boundary', multipart('--b--', 'multipart/form-data'), 400],
    [
      'multipart cut off',
      multipart('--b\r\nContent-Disposition: form-data; name="email"\r\n\r\na@exam'),
      400,
    ],
    ['multipart without names', multipart('--b\r\nX: y\r\n\r\na\r\n--b--'), 400],
    ['no email', encoded('name=A'), 422],
    ['an empty email', encoded('email=&name=A'), 422],
    ['two addresses', encoded('email=a@b.example,c@evil.example'), 422],
    ['a comment', encoded(`email=${encodeURIComponent('"x"@y (z)@evil.example')}`), 422],
    ['a line break', encoded('email=a@b.example%0d%0aRCPT'), 422],
    ['a group', encoded(`email=${encodeURIComponent('Group: a@b.example;')}`), 422],
    ['a disposable address', encoded('email=a@mailinator.com'), 422],
    ['too long a key', encoded('email=a@example.com', { 'idempotency-key': 'k'.repeat(201) }), 400],
    ['one name 30,000 times and no email', encoded('a&'.repeat(30_000)), 422],
    [
      'too many fields',
      encoded(`email=a@example.com&${Array.from({ length: 300 }, (_, i) => `f${i}=1`).join('&')}`),
      422,
    ],
  ]
  it.each(cases)('%s', async (_name, call, status) => {
    const one = setup()
    const started = performance.now()
    const answer = await one.call(route, call)
    expect(performance.now() - started).toBeLessThan(300)
    expect(answer.status).toBe(status)
    expect(answer.json()).toMatchObject({ status })
    expect(one.written.capture).toEqual([])
  })

  it('names the fields that do not fit', async () => {
    const one = setup()
    const answer = await one.call(route, {
      ...encoded('email=wrong'),
      params: { formId: 'warehouse-guide' },
    })
    expect(answer.json()['errors']).toEqual([
      { path: 'email', message: expect.any(String) },
      { path: 'company.name', message: 'is required' },
    ])
  })
})
