import { describe, expect, it } from 'vitest'
import type { Call } from '../event.ts'
import { now, setup, submitted } from './support.ts'

const submissions = 'POST /v1/submissions'
const signals = 'POST /v1/signals'
const authorised = { authorization: 'Bearer api-token', 'content-type': 'application/json' }
const send = (body: unknown): Call => ({
  body: typeof body === 'string' ? body : JSON.stringify(body),
  headers: authorised,
})

describe('the token', () => {
  it.each([
    ['none', {}],
    ['empty', { authorization: 'Bearer ' }],
    ['wrong', { authorization: 'Bearer api-tokem' }],
    ['a prefix', { authorization: 'Bearer api' }],
    ['another scheme', { authorization: 'Basic api-token' }],
  ] as [string, Record<string, string>][])('%s → 401', async (_name, headers) => {
    for (const route of [submissions, signals]) {
      const { call, written } = setup()
      const answer = await call(route, {
        body: '{"source":"x","email":"a@example.com","signals":[]}',
        headers: { 'content-type': 'application/json', ...headers },
      })
      expect(answer.status).toBe(401)
      expect(written.capture.length + written.signals.length).toBe(0)
    }
  })

  it('is refused when none is set', async () => {
    expect((await setup({}).call(submissions, send({}))).status).toBe(401)
  })
})

describe('POST /v1/submissions', () => {
  it('takes everything that the surface names', async () => {
    const { call, written } = setup()
    const answer = await call(
      submissions,
      send({
        source: 'partner',
        sourceLeadId: 'p-1',
        email: 'A@example.com',
        phone: '+351210000001',
        name: 'Ann Lee',
        fields: { size: ['51-200'], one: 'x', n: 5 },
        consents: { email: true },
        consent: {
          basis: 'consent',
          textId: 't1',
          at: '2026-11-20T10:00:00+01:00',
          ip: '192.0.2.1',
          userAgent: 'UA',
        },
        attribution: { utm_source: 'x', is_organic: false, campaign_id: 123, odd: 'dropped' },
        isTest: true,
        unknown: 'ignored',
      }),
    )
    expect(answer.status).toBe(202)
    expect(submitted(written)).toEqual({
      submissionId: answer.json()['submissionId'],
      source: 'api:partner',
      sourceLeadId: 'p-1',
      at: now,
      person: { email: 'A@example.com', phone: '+351210000001', name: 'Ann Lee' },
      fields: { size: ['51-200'], one: ['x'], n: ['5'] },
      hidden: {},
      consents: { email: true },
      consent: {
        basis: 'consent',
        textId: 't1',
        at: Date.parse('2026-11-20T09:00:00Z'),
        ip: '192.0.2.1',
        userAgent: 'UA',
      },
      attribution: { utm_source: 'x', is_organic: false, campaign_id: '123' },
      isTest: true,
    })
  })

  it('keeps every digit of an id, and gives a repeated one the same submission', async () => {
    const { call, written } = setup()
    const body = '{"source":"x","sourceLeadId":12345678901234567890,"email":"a@example.com"}'
    const first = await call(submissions, send(body))
    const again = await call(submissions, send(body))
    expect(again.json()).toEqual(first.json())
    expect(written.capture.map((m) => m.kind === 'submission' && m.submission.sourceLeadId)).toEqual([
      '12345678901234567890',
      '12345678901234567890',
    ])
  })

  it.each([
    ['partner', 'api:partner'],
    ['facebook', 'facebook'],
    ['form:demo', 'form:demo'],
    ['csv:fair.csv', 'csv:fair.csv'],
    ['form', 'api:form'],
    ['Facebook', 'api:Facebook'],
  ])('source %s is stored as %s', async (source, stored) => {
    const { call, written } = setup()
    await call(submissions, send({ source, email: 'a@example.com', attribution: { form_id: '901' } }))
    expect(submitted(written).source).toBe(stored)
    expect(submitted(written).formId).toBe(stored === 'form:demo' ? 'demo' : '901')
  })

  const misfits: [string, unknown, string][] = [
    ['no source', { email: 'a@example.com' }, 'source'],
    ['a bad source', { source: 'a#b', email: 'a@example.com' }, 'source'],
    ['no address', { source: 'x' }, 'email'],
    ['a bad email', { source: 'x', email: 'a@b.example,c@evil.example' }, 'email'],
    ['an email that is an object', { source: 'x', email: {} }, 'email'],
    [
      'a consent that is a text',
      { source: 'x', email: 'a@example.com', consents: { a: 'on' } },
      'consents.a',
    ],
    [
      'an instant without a zone',
      { source: 'x', email: 'a@example.com', consent: { at: '2026-11-20T10:00:00' } },
      'consent.at',
    ],
    ['a nested field', { source: 'x', email: 'a@example.com', fields: { a: [{}] } }, 'fields.a'],
    ['a list', [], ''],
  ]
  it.each(misfits)('422: %s', async (_name, body, path) => {
    const { call, written } = setup()
    const answer = await call(submissions, send(body))
    expect(answer.status).toBe(422)
    const errors = answer.json()['errors'] as { path: string; message: string }[]
    expect(errors.map((error) => error.path)).toContain(path)
    expect(errors.every(({ message }) => message.length > 3 && message !== 'Invalid input')).toBe(true)
    expect(written.capture).toEqual([])
  })

  it('400, 413 and 415', async () => {
    const { call } = setup()
    expect((await call(submissions, send('{"source":'))).status).toBe(400)
    expect((await call(submissions, send('{"source":"x","source":"y"}'))).status).toBe(400)
    expect((await call(submissions, send(`"${'x'.repeat(65_536)}"`))).status).toBe(413)
    const asText = { body: '{}', headers: { ...authorised, 'content-type': 'text/plain' } }
    expect((await call(submissions, asText)).status).toBe(415)
  })

  it('S19: prototypes stay as they are', async () => {
    const { call, written } = setup()
    const body =
      '{"source":"x","email":"a@example.com","__proto__":{"isTest":true},"fields":{"__proto__":["1"],"constructor":["1"],"ok":["1"]}}'
    expect((await call(submissions, send(body))).status).toBe(202)
    expect(submitted(written).fields).toEqual({ ok: ['1'] })
    expect(submitted(written).isTest).toBe(false)
  })
})

describe('POST /v1/signals', () => {
  it('judges each on its own', async () => {
    const { call, written } = setup()
    const leadId = 'a'.repeat(26)
    const answer = await call(
      signals,
      send({
        signals: [
          {
            email: 'A@Example.com',
            type: 'trial.started',
            at: '2026-11-21T08:00:00Z',
            id: 's-1',
            properties: { plan: 'pro', seats: 5 },
          },
          { leadId, type: 'page.viewed' },
          { email: 'A@Example.com', type: 'trial.started', id: 's-1' },
          { email: 'nobody', type: 'x' },
          { email: 'a@example.com' },
          { type: 'x' },
          { leadId: 'short', type: 'x' },
          'text',
        ],
      }),
    )
    expect(answer.status).toBe(202)
    const results = answer.json()['results'] as {
      index: number
      status: string
      id: string
      error?: string
    }[]
    expect(results.map(({ status }) => status)).toEqual([
      'accepted',
      'accepted',
      'duplicate',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
      'rejected',
    ])
    expect(results.map(({ index }) => index)).toEqual([0, 1, 2, 3, 4, 5, 6, 7])
    expect(results.slice(3).every(({ error }) => (error ?? '').length > 3)).toBe(true)
    expect(results[0]?.id).toBe('s-1')
    expect(written.signals).toEqual([
      {
        v: 1,
        kind: 'signal',
        id: 's-1',
        email: 'a@example.com',
        type: 'trial.started',
        at: Date.parse('2026-11-21T08:00:00Z'),
        properties: { plan: 'pro', seats: '5' },
      },
      { v: 1, kind: 'signal', id: results[1]?.id, leadId, type: 'page.viewed', at: now, properties: {} },
    ])
  })

  it.each([
    ['2026-11-21T09:59:00Z', '2026-11-21T09:59:00Z'],
    ['2026-11-21T10:00:01Z', '2026-11-21T09:00:00Z'],
    ['9999-01-01T00:00:00Z', '2026-11-21T09:00:00Z'],
    ['2000-01-01T00:00:00Z', '2000-01-01T00:00:00Z'],
  ])('what happened at %s counts at %s', async (at, counted) => {
    const { call, written } = setup()
    await call(signals, send({ signals: [{ email: 'a@example.com', type: 'x', at }] }))
    expect(written.signals).toMatchObject([{ at: Date.parse(counted) }])
  })

  it.each(['1999-12-31T23:59:59Z', '1970-01-01T00:00:00Z', '0001-01-01T00:00:00Z'])(
    'refuses what is said to have happened at %s',
    async (at) => {
      const { call, written } = setup()
      const answer = await call(signals, send({ signals: [{ email: 'a@example.com', type: 'x', at }] }))
      expect(answer.json()['results']).toMatchObject([
        { status: 'rejected', error: expect.stringMatching(/^at: /) },
      ])
      expect(written.signals).toEqual([])
    },
  )

  it('takes 500, not 501, and nothing but a list', async () => {
    const { call, written } = setup()
    const some = (count: number) => ({
      signals: Array.from({ length: count }, (_, i) => ({ email: 'a@example.com', type: 'x', id: i })),
    })
    expect((await call(signals, send(some(500)))).status).toBe(202)
    expect(written.signals).toHaveLength(500)
    expect((await call(signals, send(some(501)))).status).toBe(422)
    expect((await call(signals, send({ signals: {} }))).status).toBe(422)
    expect((await call(signals, send({}))).status).toBe(422)
  })
})
