import { describe, expect, it } from 'vitest'
import type { Call } from '../event.ts'
import { callOf, fixture, setup, submitted } from './support.ts'

const route = 'POST /forms/{formId}'
const demo = { formId: 'demo' }
const fixtureCall = (id: string): Call => ({ ...callOf(fixture(id)), params: demo })
const encoded = (body: string, headers: Record<string, string> = {}): Call => ({
  body,
  params: demo,
  headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
})
const asJson = (value: unknown, headers: Record<string, string> = {}): Call => ({
  body: JSON.stringify(value),
  params: demo,
  headers: { 'content-type': 'application/json', ...headers },
})

describe('the fixtures of web forms', () => {
  it('wf-01: lists, plus signs, the proof of consent and attribution', async () => {
    const { call, written } = setup()
    const one = fixtureCall('wf-01-urlencoded')
    const answer = await call(route, { ...one, headers: { ...one.headers, 'user-agent': 'A browser' } })
    expect([answer.status, answer.headers['location']]).toEqual([303, '/forms/demo?done=1'])
    expect(submitted(written)).toMatchObject({
      source: 'form:demo',
      formId: 'demo',
      person: { email: 'João.Silva+demo@Example.com', name: 'João Silva' },
      fields: { interest: ['scoring', 'routing'] },
      consents: { email: true },
      consent: {
        basis: 'consent',
        textId: 'demo-v3',
        ip: '203.0.113.9',
        userAgent: 'A browser',
        at: expect.any(Number),
      },
      attribution: { utm_source: 'google', utm_medium: 'cpc', utm_campaign: 'q4', gclid: 'Cj0KCQiTest' },
      isTest: false,
    })
    expect(Object.keys(submitted(written).fields)).toEqual(['interest'])
  })

  it('wf-02: click ids from the page address, and Meta’s cookies', async () => {
    const { call, written } = setup()
    const answer = await call(route, fixtureCall('wf-02-json'))
    expect([answer.status, answer.json()]).toEqual([202, { submissionId: 'id-1' }])
    expect(submitted(written).attribution).toEqual({
      landing_page: fixturePage,
      fbclid: 'IwTEST',
      li_fat_id: '11111111-2222-4333-8444-555555555555',
      fbp: 'fb.1.1795209000000.1234567890',
      fbc: 'fb.1.1795209000000.IwTEST',
    })
    expect(submitted(written).consents).toEqual({ email: true })
  })

  it('wf-03: multipart is UTF-8', async () => {
    const { call, written } = setup()
    expect((await call(route, fixtureCall('wf-03-multipart'))).status).toBe(303)
    expect(submitted(written).person).toEqual({ email: 'mp@example.com', name: 'Máté Papp' })
  })

  it('wf-04: the honeypot looks like success and stores nothing', async () => {
    const { call, written } = setup()
    const caught = await call(route, fixtureCall('wf-04-honeypot'))
    const passed = await call(route, encoded('email=a@example.com'))
    expect([caught.status, caught.headers, caught.body]).toEqual([passed.status, passed.headers, passed.body])
    expect(submitted(written).person.email).toBe('a@example.com')
    const json = await call(route, asJson({ email: 'b@example.com', _gotcha: 'x' }))
    expect([json.status, Object.keys(json.json())]).toEqual([202, ['submissionId']])
    expect(written.capture).toHaveLength(1)
  })
})

const fixturePage =
  'https://www.example.com/demo?fbclid=IwTEST&li_fat_id=11111111-2222-4333-8444-555555555555'

describe('who gets which answer', () => {
  it.each([
    ['urlencoded', encoded('email=a@example.com'), 303],
    ['urlencoded, asking for JSON', encoded('email=a@example.com', { accept: 'application/json' }), 202],
    ['a browser', encoded('email=a@example.com', { accept: 'text/html,*/*' }), 303],
    ['JSON', asJson({ email: 'a@example.com' }), 202],
    ['JSON, asking for anything', asJson({ email: 'a@example.com' }, { accept: '*/*' }), 202],
    ['JSON, asking for a page', asJson({ email: 'a@example.com' }, { accept: 'text/html' }), 303],
  ])('%s', async (_name, call, status) => {
    expect((await setup().call(route, call)).status).toBe(status)
  })

  it('is the same for a person posted twice', async () => {
    const { call } = setup()
    const first = await call(route, encoded('email=a@example.com'))
    const second = await call(route, encoded('email=a@example.com'))
    expect(second.headers).toEqual(first.headers)
  })
})

describe('hostile and odd fields', () => {
  it('S19: cannot set a score, a stage or a prototype', async () => {
    const { call, written } = setup()
    const body =
      '{"email":"a@example.com","score":999,"stage":"SQL","__proto__":{"polluted":true},"constructor":{"prototype":{"polluted":true}},"a":{"__proto__":{"polluted":true},"b":1},"consent___proto__":true,"consent_constructor":"on"}'
    const answer = await call(route, {
      body,
      params: demo,
      headers: { 'content-type': 'application/json' },
    })
    expect(answer.status).toBe(202)
    expect(submitted(written).fields).toMatchObject({ score: ['999'], stage: ['SQL'], 'a.b': ['1'] })
    expect(Object.keys(submitted(written).consents)).toEqual([])
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })

  it('keeps the digits of numbers, flattens objects and drops empty values', async () => {
    const { call, written } = setup()
    const body =
      '{"email":"a@example.com","id":12345678901234567890,"company":{"name":"Acme"},"tags":["a","",null,"b"],"n":null}'
    await call(route, { body, params: demo, headers: { 'content-type': 'Application/JSON; charset=UTF-8' } })
    expect(submitted(written).fields).toEqual({
      id: ['12345678901234567890'],
      'company.name': ['Acme'],
      tags: ['a', 'b'],
    })
  })

  it('removes what a queue refuses', async () => {
    const { call, written } = setup()
    await call(route, encoded('email=a@example.com&note=a%00b%EF%BF%BFc%0Ad'))
    expect(submitted(written).fields).toEqual({ note: ['abc\nd'] })
  })

  it('reads names in every spelling', async () => {
    const { call, written } = setup()
    await call(
      route,
      encoded('email=+a@example.com+&firstName=Ann&last_name=Lee&phone_number=%2B351210000001'),
    )
    expect(submitted(written).person).toEqual({
      email: 'a@example.com',
      firstName: 'Ann',
      lastName: 'Lee',
      phone: '+351210000001',
    })
  })

  it.each([
    ['on', true],
    ['true', true],
    ['1', true],
    ['YES', true],
    ['off', false],
    ['false', false],
    ['0', false],
    ['', false],
    ['maybe', false],
  ])('consent_x=%s is %s', async (value, ticked) => {
    const { call, written } = setup()
    await call(route, encoded(`email=a@example.com&consent_x=${value}`))
    expect(submitted(written).consents).toEqual({ x: ticked })
    expect(submitted(written).consent.basis).toBe(ticked ? 'consent' : undefined)
  })

  it('takes quoted boundaries, ignores files, keeps lists', async () => {
    const part = (head: string, value: string) =>
      `--a b_c.d=1\r\nContent-Disposition: form-data; ${head}\r\n\r\n${value}\r\n`
    const body = [
      part('name="email"', 'a@example.com'),
      part('name="file"; filename="x.pdf"', 'PDF'),
      part('name="tags"', 'a'),
      part('name="tags"', 'b\r\nc'),
      part('name="say %22hi%22"', 'ü'),
      '--a b_c.d=1--\r\n',
    ].join('')
    const { call, written } = setup()
    const type = 'Multipart/Form-Data; charset=utf-8; boundary="a b_c.d=1"'
    expect((await call(route, { body, params: demo, headers: { 'content-type': type } })).status).toBe(303)
    expect(submitted(written).fields).toEqual({ tags: ['a', 'b\r\nc'], 'say "hi"': ['ü'] })
  })
})

describe('attribution', () => {
  it('prefers fields over the page, the landing page, the query and the Referer', async () => {
    const { call, written } = setup()
    await call(route, {
      ...encoded(
        `email=a@example.com&utm_source=field&page_url=${encodeURIComponent('https://x.example/?utm_source=page&utm_medium=page')}&landing_page=${encodeURIComponent('https://x.example/l?utm_medium=land&utm_term=land')}`,
        { referer: 'https://x.example/?utm_term=ref&utm_content=ref&ttclid=t' },
      ),
      query: 'utm_content=query',
    })
    expect(submitted(written).attribution).toMatchObject({
      utm_source: 'field',
      utm_medium: 'page',
      utm_term: 'land',
      utm_content: 'query',
      ttclid: 't',
    })
  })

  it('of a direct visit is empty, so that it does not hide what came before', async () => {
    const { call, written } = setup()
    await call(route, encoded('email=a@example.com', { referer: 'https://www.example.com/demo' }))
    expect(submitted(written).attribution).toEqual({})
  })
})

describe('a client’s own key', () => {
  it('makes a repeat the same submission, and another body a conflict', async () => {
    const { call, written } = setup()
    const key = { 'idempotency-key': 'k-1' }
    const first = await call(route, asJson({ email: 'a@example.com' }, key))
    const again = await call(route, asJson({ email: 'a@example.com' }, key))
    expect(again.json()).toEqual(first.json())
    expect((await call(route, asJson({ email: 'b@example.com' }, key))).status).toBe(409)
    const other = await call(route, asJson({ email: 'b@example.com', submission_id: 'k-2' }))
    expect(other.json()).not.toEqual(first.json())
    const ids = written.capture.map((m) => (m.kind === 'submission' ? m.submission.sourceLeadId : ''))
    expect(ids).toEqual(['k-1', 'k-1', 'k-2'])
  })
})
