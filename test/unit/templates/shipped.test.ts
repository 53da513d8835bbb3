import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { renderTemplate } from '../../../domain/render.ts'
import type { CompiledTemplate, RenderedMessage } from '../../../domain/template.ts'
import { type LoadedTemplates, loadTemplates } from '../../../templates/compiler/load.ts'
import { persona, ROOT } from './support.ts'

const IDS = [
  ...['guide-delivery', 'week-1-checklist', 'week-1-nudge', 'pricing-explained', 'week-2-cost-model'],
  ...['week-3-enterprise-case', 'week-3-case-study', 'week-4-webinar', 'week-6-last-call'],
  ...['welcome-demo', 'welcome-prepare', 'welcome-follow-up', 'keep-warm-1', 'keep-warm-2', 'keep-warm-3'],
  ...['week-3-case-study.retail', 'win-back-1', 'win-back-2', 'win-back-3'],
  ...['sales-ready-1', 'sales-ready-2', 'sales-ready-3', 'review-request', 'referral'],
  ...['customer-welcome', 'customer-first-month', 'customer-expand'],
  ...['sales-handoff', 'sales-reply-alert', 'sales-task'],
]
/** To our own people. */
const INTERNAL = ['sales-handoff', 'sales-reply-alert', 'sales-task']
const PERSONAS = ['full', 'unknown']
const HOSTILE = [
  '{{7*7}}',
  "{{constructor.constructor('return process')()}}",
  "{% include '/etc/passwd' %}",
  '{% for i in (1..100000000) %}x{% endfor %}',
  '${7*7}',
  '#{7*7}',
  '<%= 7*7 %>',
  '{{ env "PATH" }}',
  '{% raw %}',
  '{{ "a" | raw }}',
  '<img src=x onerror=alert(1)>',
  '"><script>alert(1)</script>',
  `' onmouseover='alert(1)`,
  '</style><script>alert(1)</script>',
]

let loaded: LoadedTemplates
beforeAll(async () => {
  loaded = await loadTemplates(ROOT)
})

const templateOf = (id: string): CompiledTemplate => loaded.templates.find((template) => template.id === id)!
const renderFor = (id: string, name: string): RenderedMessage => {
  const template = templateOf(id)
  return renderTemplate(template, persona(name)[template.kind])
}
const withLead = (id: string, hostile: string): RenderedMessage => {
  const template = templateOf(id)
  const known = persona('full')[template.kind]
  const lead = {
    ...(known['lead'] as object),
    name: hostile,
    first_name: hostile,
    title: hostile,
    city: hostile,
  }
  const company = { name: hostile, size: hostile, industry: hostile, url: `javascript:${hostile}` }
  const what = [{ when: hostile, what: hostile }]
  const reply = { text: hostile, subject: hostile }
  const task = { title: hostile, note: hostile, due: hostile }
  return renderTemplate(template, { ...known, lead, company, timeline: what, reply, task, why_now: hostile })
}
const linksIn = (html: string): string[] =>
  [...html.matchAll(/<a\b[^>]*\shref="(https?:[^"]*)"/g)].map((match) => match[1]!.replaceAll('&amp;', '&'))
const visible = (html: string): string =>
  html.replace(/<!--[\s\S]*?-->/g, '').replace(/<style[\s\S]*?<\/style>/g, '')

test('everything that ships compiles, and everything that sequences name is there', () => {
  expect(loaded.problems).toEqual([])
  expect(loaded.templates.map(({ id }) => id).sort()).toEqual([...IDS].sort())
})

test('the sequences, routing and exits name no other template', () => {
  const files = ['sequences/warehouse-guide', 'sequences/welcome', 'sequences/keep-warm', 'routing']
  const yaml = files
    .map((file) => readFileSync(join(ROOT, '../workflows', `${file}.yaml`), 'utf8'))
    .join('\n')
  const named = [...yaml.matchAll(/(?:send|template): ([a-z0-9-]+)/g)].map((match) => match[1]!)
  expect(named.filter((id) => !IDS.includes(id))).toEqual([])
  expect(named.length).toBeGreaterThan(10)
})

describe.each(IDS)('%s', (id) => {
  test.each(PERSONAS)('reads well for the %s persona', (name) => {
    const { subject, preheader, html, text } = renderFor(id, name)
    for (const part of [subject, preheader, visible(html), text])
      expect(part).not.toMatch(/\{\{|\{%|\}\}|undefined|\bnull\b|NaN|\[object|Hello ,|Hi ,|lqx\d| {2},| \.\s/)
    expect(subject.length).toBeGreaterThan(10)
    expect(subject.length).toBeLessThanOrEqual(120)
    expect(preheader.length).toBeGreaterThanOrEqual(40)
    expect(preheader.length).toBeLessThanOrEqual(110)
  })

  test('is sound HTML for mail', () => {
    const { html } = renderFor(id, 'full')
    expect(Buffer.byteLength(html)).toBeLessThan(60_000)
    expect(html).toMatch(/<html lang="en"/)
    expect(html).toMatch(/charset=utf-8/i)
    expect(html).toContain('name="viewport"')
    expect(html).toContain('<meta name="color-scheme" content="light dark"')
    expect(html).toContain('prefers-color-scheme: dark')
    expect(html).not.toMatch(/<(?:script|form|iframe|img)\b|\son[a-z]+=|@import/i)
    for (const table of visible(html).match(/<table\b[^>]*>/g) ?? [])
      expect(table).toContain('role="presentation"')
    for (const [, url] of html.matchAll(/\s(?:href|src)="([^"]*)"/g))
      expect(url).toMatch(/^(?:https:\/\/|mailto:|tel:)/)
    const widths = [...html.matchAll(/max-width:\s*(\d+)px/g)].map((match) => Number(match[1]))
    expect(Math.max(...widths)).toBeLessThanOrEqual(640)
  })

  test.each(PERSONAS)('says the same in plain text to the %s persona', (name) => {
    const { html, text } = renderFor(id, name)
    expect(text.split(/\s+/).length).toBeGreaterThan(20)
    for (const link of linksIn(html)) expect(text).toContain(link)
    expect(text).not.toMatch(/<[a-z/]|&(?:amp|nbsp|lt|#)|\n{3}/)
  })

  test.each(HOSTILE)('shows %s as it stands', (hostile) => {
    const { subject, html, text } = withLead(id, hostile)
    expect(html).not.toMatch(/<img|<script|href="javascript:|\sonmouseover='/)
    for (const part of [subject, html, text]) expect(part).not.toMatch(/\b49\b|root:/)
    expect(text).not.toContain('(javascript:')
  })
})

describe.each(IDS.filter((id) => !INTERNAL.includes(id)))('%s, a mail to a lead', (id) => {
  test.each(PERSONAS)('names sender, address and the way out (%s)', (name) => {
    const known = persona(name).email
    const { html, text } = renderFor(id, name)
    const { postal_address: address, name: sender } = known['sender'] as Record<string, string>
    for (const part of [html, text]) {
      expect(part).toContain(address)
      expect(part).toContain(sender)
      expect(part).toContain(known['unsubscribe_url'])
    }
  })

  test('has sixty words or more and one main button', () => {
    const { html, text } = renderFor(id, 'unknown')
    expect(text.split('You get this email')[0]!.split(/\s+/).length).toBeGreaterThanOrEqual(60)
    const main = (html.match(/class="cta"/g) ?? []).length
    expect(main).toBe(1)
  })
})
