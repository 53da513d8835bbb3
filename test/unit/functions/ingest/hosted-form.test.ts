import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { loadPages } from '../../../../templates/compiler/pages.ts'
import { secretValues, setup } from './support.ts'

const demo = { formId: 'demo' }
const root = fileURLToPath(new URL('../../../../templates', import.meta.url))
const pages = Object.fromEntries(loadPages(root).pages.map((page) => [page.id, page]))

describe('the hosted page', () => {
  const get = 'GET /forms/{formId}'

  it('posts to its own route, carries campaign tags and is never ticked in advance', async () => {
    const { call } = setup(secretValues, pages)
    const answer = await call(get, { params: demo, query: 'utm_source=x%22%3E%3Cscript%3E&other=1' })
    expect(answer.status).toBe(200)
    expect(answer.headers['content-type']).toMatch(/^text\/html/)
    expect(answer.headers['content-security-policy']).toContain("default-src 'none'")
    expect(answer.body).toContain('action="/forms/demo"')
    expect(answer.body).toContain('name="consent_email"')
    expect(answer.body).toContain('name="consent_text_id" value="demo-v3"')
    expect(answer.body).toContain('name="utm_source" value="x&#34;&gt;&lt;script&gt;"')
    expect(answer.body).not.toMatch(/<script|checked|name="other"/)
  })

  it('thanks, in the language of the visitor', async () => {
    const { call } = setup(secretValues, pages)
    const answer = await call(get, {
      params: demo,
      query: 'done=1',
      headers: { 'accept-language': 'de-AT,de;q=0.9' },
    })
    expect(answer.body).toContain('lang="de-AT"')
    expect(answer.body).toContain('Danke.')
  })

  it('404 for a form that is not there', async () => {
    expect((await setup().call(get, { params: { formId: 'nope' } })).status).toBe(404)
  })

  it('comes back to a browser with what was typed and what to correct', async () => {
    const { call, written } = setup(secretValues, pages)
    const answer = await call('POST /forms/{formId}', {
      params: { formId: 'warehouse-guide' },
      body: 'email=wrong%22%3E&first_name=Ann&utm_source=x&locale=de',
      headers: { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' },
    })
    expect(answer.status).toBe(422)
    expect(answer.headers['content-type']).toMatch(/^text\/html/)
    expect(answer.body).toContain('value="Ann"')
    expect(answer.body).toContain('value="wrong&#34;&gt;"')
    expect(answer.body).toContain('lang="de"')
    expect(answer.body).toContain('name="utm_source" value="x"')
    expect(answer.body).toContain('aria-invalid')
    expect(written.capture).toEqual([])
  })
})
