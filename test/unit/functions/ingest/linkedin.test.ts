import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { callOf, fixture, setup } from './support.ts'

const get = 'GET /webhooks/linkedin'
const post = 'POST /webhooks/linkedin'
const body = '{"type":"LEAD_ACTION","leadAction":"CREATED"}'
const signed = (text: string, key: string): string =>
  createHmac('sha256', key).update(`hmacsha256=${text}`).digest('hex')
const code = '890e4665-4dfe-4ab1-b689-ed553bceeed0'

describe('the validation by LinkedIn', () => {
  it('answers the fixture', async () => {
    const one = fixture('li-01-challenge')
    const answer = await setup().call(get, callOf(one))
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^application\/json/)
    expect(answer.json()).toEqual(one.expect['json'])
  })

  it('matches the worked vector of the contract', async () => {
    const answer = await setup({ LINKEDIN_CLIENT_SECRET: 's3cr3t' }).call(get, {
      query: `challengeCode=${code}`,
    })
    expect(answer.json()['challengeResponse']).toBe(
      '63c7a919bedbaacb240b7f164b53ceec3659f89f076bdd25f84469154bedb6e8',
    )
  })

  it.each([
    '',
    `hmacsha256=${body}`,
    '890e4665-4dfe-1ab1-b689-ed553bceeed0',
    `${code} `,
    `${code}\n`,
    code.toUpperCase(),
    '890e46654dfe4ab1b689ed553bceeed0',
  ])('is no oracle: signs no %j', async (text) => {
    const answer = await setup().call(get, { query: new URLSearchParams({ challengeCode: text }).toString() })
    expect(answer.status).toBe(400)
    expect(answer.body).not.toMatch(/[0-9a-f]{64}/)
  })

  it('picks the secret of the application', async () => {
    const secrets = { LINKEDIN_CLIENT_SECRET: '{"app1":"one","default":"two"}' }
    const ask = async (application: string) => {
      const answer = await setup(secrets).call(get, { query: `challengeCode=${code}${application}` })
      return answer.json()['challengeResponse']
    }
    const right = (key: string) => createHmac('sha256', key).update(code).digest('hex')
    expect(await ask('&applicationId=app1')).toBe(right('one'))
    expect(await ask('&applicationId=other')).toBe(right('two'))
    expect(await ask('&applicationId=constructor')).toBe(right('two'))
    expect(await ask('')).toBe(right('two'))
  })

  it('refuses without a secret', async () => {
    expect((await setup({}).call(get, { query: `challengeCode=${code}` })).status).toBe(403)
  })
})

describe('a delivery of LinkedIn', () => {
  it.each(['li-02-created', 'li-03-deleted'])('%s is acknowledged and durable', async (id) => {
    const { call, written } = setup()
    expect((await call(post, callOf(fixture(id)))).status).toBe(200)
    expect(written.capture).toHaveLength(1)
    expect(written.capture[0]).toMatchObject({ kind: 'delivery', source: 'linkedin' })
  })

  it('matches the worked vector, with and without the prefix', async () => {
    const { call } = setup({ LINKEDIN_CLIENT_SECRET: 's3cr3t' })
    const vector = '0e2a1d54b3e2c6f61ccd90df30c100f6f6a861f2e4ed351a05c334904e71f8f6'
    expect((await call(post, { body, headers: { 'x-li-signature': vector } })).status).toBe(200)
    const prefixed = { 'x-li-signature': `hmacsha256=${vector}` }
    expect((await call(post, { body, headers: prefixed })).status).toBe(200)
  })

  it.each([
    ['no header', {}],
    ['of the body alone', { 'x-li-signature': createHmac('sha256', 's3cr3t').update(body).digest('hex') }],
    ['of another body', { 'x-li-signature': signed('{}', 's3cr3t') }],
    ['short', { 'x-li-signature': signed(body, 's3cr3t').slice(1) }],
    ['in capitals', { 'x-li-signature': signed(body, 's3cr3t').toUpperCase() }],
  ] as [string, Record<string, string>][])('refuses a signature: %s', async (_name, headers) => {
    const { call, written } = setup({ LINKEDIN_CLIENT_SECRET: 's3cr3t' })
    expect((await call(post, { body, headers })).status).toBe(401)
    expect(written.capture).toEqual([])
  })

  it('accepts the secret of any known application', async () => {
    const { call } = setup({ LINKEDIN_CLIENT_SECRET: '{"app1":"one","default":"two"}' })
    for (const key of ['one', 'two'])
      expect((await call(post, { body, headers: { 'x-li-signature': signed(body, key) } })).status).toBe(200)
  })
})
