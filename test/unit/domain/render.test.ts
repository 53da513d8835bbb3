import { describe, expect, test } from 'vitest'
import { renderLine, renderTemplate } from '../../../domain/render.ts'
import { safeUrl, tidyText, toLine } from '../../../domain/render-escape.ts'
import type { CompiledTemplate } from '../../../domain/template.ts'

const template = (html: string, rest: Partial<CompiledTemplate> = {}): CompiledTemplate => ({
  id: 'sample',
  hash: '000000000000',
  kind: 'email',
  subject: 'Hi',
  preheader: '',
  html,
  text: '',
  variables: [],
  ...rest,
})
const html = (source: string, variables = {}): string => renderTemplate(template(source), variables).html

describe('values', () => {
  test.each([
    ['text', 'a & <b> "c" \'d\'', 'a &amp; &lt;b&gt; &#34;c&#34; &#39;d&#39;'],
    ['a number', 12.5, '12.5'],
    ['zero', 0, '0'],
    ['not a number', Number.NaN, ''],
    ['nothing', undefined, ''],
    ['null', null, ''],
    ['a record', { a: 1 }, ''],
    ['a list', ['a', '<'], 'a&lt;'],
    ['control characters', 'a\u0000\u001bb\u2028c', 'a  b c'],
    ['another template', '{{ x }}{% if x %}', '{{ x }}{% if x %}'],
    ['other scripts', 'Müller 東京 \u{1f600}', 'Müller 東京 \u{1f600}'],
  ])('%s', (_, value, expected) => {
    expect(html('{{ x }}', { x: value })).toBe(expected)
  })

  test('escaping twice shows once', () => {
    expect(html('{{ x | escape }}{{ x | escape | upcase }}', { x: '<' })).toBe('&lt;&lt;')
  })

  test('are not escaped in text and subject', () => {
    const message = renderTemplate(template('', { subject: '{{ x }}', text: '{{ x }}' }), { x: 'A & B <c>' })
    expect(message).toMatchObject({ subject: 'A & B <c>', text: 'A & B <c>\n' })
  })

  test('are read from the record itself only', () => {
    expect(html('{{ x.constructor }}{{ x.__proto__ }}{{ constructor.constructor }}', { x: 'a' })).toBe('')
  })

  test('the clock is not one of them', () => {
    expect(html("{{ 'now' | date: '%Y' }}{{ 'today' | date }}")).toBe('')
    expect(html("{{ x | date: '%-d %B %Y' }}", { x: '2027-03-04T23:30:00Z' })).toBe('4 March 2027')
  })
})

describe('the subject', () => {
  test.each([
    ['line ends', 'Nora\r\nBcc: x@example.com', 'Nora Bcc: x@example.com'],
    ['separators', 'a\u2028b\u0085c', 'a b c'],
    ['text direction', 'a\u202eb', 'a b'],
  ])('has no %s', (_, value, expected) => {
    expect(renderLine('{{ x }}', { x: value })).toBe(expected)
  })

  test('is cut off', () => {
    expect([...toLine('ä'.repeat(1000))]).toHaveLength(200)
  })

  test('is known to preheader and body', () => {
    const source = template('{{ subject }}, {{ preheader }}', {
      subject: 'A <b>',
      preheader: '{{ subject }}!',
    })
    expect(renderTemplate(source, {}).html).toBe('A &lt;b&gt;, A <b>!'.replaceAll('<b>', '&lt;b&gt;'))
  })
})

describe('links', () => {
  test.each([
    ['https://www.example.com/a?b=1&c=2', 'https://www.example.com/a?b=1&c=2'],
    ['http://localhost:3000/u/x', 'http://localhost:3000/u/x'],
    ['  https://www.example.com/a b ', 'https://www.example.com/a%20b'],
    ['mailto:a@example.com', 'mailto:a@example.com'],
    ['tel:+353 1 555 0123', 'tel:+35315550123'],
    ['javascript:alert(1)', ''],
    ['JaVa\tScRiPt:alert(1)', ''],
    [' \u0001javascript:alert(1)', ''],
    ['data:text/html,x', ''],
    ['vbscript:x', ''],
    ['//example.com', ''],
    ['/\\example.com', ''],
    ['https:example.com', ''],
    ['https:///x', ''],
    ['/path', ''],
    ['mailto:', ''],
    ['tel:', ''],
    ['', ''],
  ])('%j becomes %j', (raw, expected) => {
    expect(safeUrl(raw)).toBe(expected)
  })

  test('paths pass on our own pages only', () => {
    expect(safeUrl('/u/token', true)).toBe('/u/token')
    expect(safeUrl('//example.com', true)).toBe('')
  })

  test('an unsafe one leaves its attribute out', () => {
    const source = '<a{% url href %}{{ x }}{% endurl %}>x</a>'
    expect(html(source, { x: 'javascript:alert(1)' })).toBe('<a>x</a>')
    expect(html(source, { x: 'https://e.example/"onclick="x' })).toBe(
      '<a href="https://e.example/&#34;onclick=&#34;x">x</a>',
    )
  })
})

test('work is bounded', () => {
  const loop = '{% for i in (1..3000) %}'
  const end = '{% endfor %}'
  for (const source of [
    `{% for i in (1..100000000) %}x${end}`,
    `${loop}${loop}${loop}x${end}${end}${end}`,
    '{% if x %}'.repeat(60_000),
  ])
    expect(() => html(source)).toThrow()
})

test('an override of the subject keeps the rest', () => {
  const source = { ...template('<p>{{ subject }}</p>'), subject: "Hi {{ x | default: 'you' }}" }
  expect(renderTemplate(source, {}).html).toBe('<p>Hi you</p>')
})

test('plain text is tidy', () => {
  expect(tidyText('\n\na  \n\n\n\nb\n')).toBe('a\n\nb\n')
})
