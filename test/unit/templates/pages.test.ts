import { describe, expect, test } from 'vitest'
import { renderPage } from '../../../domain/render.ts'
import { compilePage, loadPages } from '../../../templates/compiler/pages.ts'
import { persona, ROOT } from './support.ts'

const { pages, problems } = loadPages(ROOT)
const pageOf = (id: string) => pages.find((page) => page.id === id)!
const reasons = [{ id: 'not-a-fit', label: 'Not a fit' }]
const everything = {
  ...persona('full').handoff,
  action: '/x/token',
  reject_reasons: reasons,
  form: { id: 'demo', title: 'See the demo', text_id: 'demo-v3' },
  fields: [
    { id: 'email', type: 'email', required: true },
    { id: 'phone', type: 'phone' },
  ],
  consents: [{ key: 'email', text: 'Send me news' }],
  hidden: [{ name: 'utm_source', value: 'x' }],
}

test('all pages compile', () => {
  expect(problems).toEqual([])
  expect(pages.map(({ id }) => id)).toEqual([
    'confirm',
    'form',
    'handoff',
    'message',
    'preferences',
    'task',
    'thank-you',
    'unsubscribe',
  ])
})

describe.each(pages.map(({ id }) => id))('%s', (id) => {
  test.each([
    ['everything', everything],
    ['nothing', {}],
  ])('renders with %s', (_, variables) => {
    const html = renderPage(pageOf(id), variables)
    expect(html).not.toMatch(/\{\{|\{%|undefined|\bnull\b|NaN|\[object|lqx\d|<script|\sstyle=|\son[a-z]+=/)
    expect(html).toMatch(/^<!doctype html>\n<html lang="en">/)
    expect(html).toMatch(/<title>[^<]+<\/title>/)
    expect(html.match(/<h1>/g)).toHaveLength(1)
    expect(Buffer.byteLength(html)).toBeLessThan(12_000)
  })

  test('escapes what people typed', () => {
    const hostile = '"><img src=x onerror=alert(1)>{{7*7}}'
    const lead = { name: hostile, title: hostile, email: hostile, phone: 'javascript:alert(1)' }
    const link = { url: 'javascript:alert(1)', label: hostile }
    const html = renderPage(pageOf(id), {
      ...everything,
      ...{ lead, link, title: hostile, text: hostile, why_now: hostile, topic: hostile, reason: hostile },
      ...{ company: { name: hostile, url: 'data:text/html,x' }, action: 'javascript:alert(1)' },
      task: { title: hostile, note: hostile, due: hostile },
      fields: [{ id: hostile, label: hostile, value: hostile, type: hostile }],
    })
    expect(html).not.toMatch(/<img|"javascript:|"data:|\b49\b/)
  })
})

describe('forms post what the handlers read', () => {
  test('unsubscribing is a POST, and has a done state', () => {
    const html = renderPage(pageOf('unsubscribe'), { action: '/u/token' })
    expect(html).toContain('<form method="post" action="/u/token">')
    expect(html).toContain('name="List-Unsubscribe" value="One-Click"')
    expect(renderPage(pageOf('unsubscribe'), { state: 'done' })).not.toContain('<form')
  })

  test('a hand-off is accepted or rejected with a reason while it is open', () => {
    const html = renderPage(pageOf('handoff'), everything)
    expect(html).toContain('name="action" value="accept"')
    expect(html).toContain('name="action" value="reject"')
    expect(html).toContain('<option value="not-a-fit">Not a fit</option>')
    for (const state of ['accepted', 'rejected', 'expired'])
      expect(renderPage(pageOf('handoff'), { ...everything, state })).not.toContain('<form')
  })

  test('a form asks for consent without ticking it and sets a trap', () => {
    const html = renderPage(pageOf('form'), everything)
    expect(html).toContain('<input type="checkbox" name="consent_email" value="on">')
    expect(html).not.toContain(' checked')
    expect(html).toContain('name="consent_text_id" value="demo-v3"')
    expect(html).toContain('name="_gotcha" tabindex="-1" autocomplete="off"')
    expect(html).toContain('name="utm_source" value="x"')
    expect(html).toContain('name="phone" type="tel"')
  })
})

test('mistakes in a page are found', () => {
  const load = (path: string) =>
    path.endsWith('.css') ? 'p{}' : '<title><!-- title --></title><!-- page -->'
  const compile = (body: string) => compilePage('pages/x.liquid', `---\ntitle: T\n---\n${body}`, load)
  expect(compile('<p>\n{{ nobody }}')).toMatchObject({ problems: [{ line: 5, column: 4 }] })
  expect(compile('<script>x</script>')).toMatchObject({ ok: false })
  expect(compile('<a href="http://www.example.com">x</a>')).toMatchObject({ ok: false })
  expect(compilePage('pages/x.liquid', 'x', load)).toMatchObject({ ok: false })
  expect(compilePage('pages/x.liquid', '---\ntitle: T\n---\nx', () => undefined)).toMatchObject({ ok: false })
})
