import { describe, expect, test } from 'vitest'
import { renderTemplate } from '../../../domain/render.ts'
import { checkLine, compileTemplate, MAX_SOURCE } from '../../../templates/compiler/compile.ts'
import { compileTemplateFile } from '../../../templates/compiler/load.ts'
import { compiled, email, none, problemsOf, ROOT, text } from './support.ts'

const column = (inner: string): string => email(`<mj-section><mj-column>${inner}</mj-column></mj-section>`)

describe('Liquid comes through MJML', () => {
  test('bare if and for between components', async () => {
    const template = await compiled(
      column(
        '{% for r in resources %}<mj-text>{{ r.title }}</mj-text>{% endfor %}{% if lead.name != blank %}<mj-text>Hi {{ lead.name }}</mj-text>{% else %}<mj-text>Welcome</mj-text>{% endif %}',
      ),
    )
    const known = renderTemplate(template, {
      resources: [{ title: 'One' }, { title: 'Two' }],
      lead: { name: 'Nora' },
    })
    expect(known.text).toMatch(/One\n+Two\n+Hi Nora/)
    expect(known.html).not.toContain('Welcome')
    expect(renderTemplate(template, {}).text).toMatch(/^Welcome/)
  })

  test('bare if around a section', async () => {
    const section = '<mj-section><mj-column><mj-text>Only for Nora</mj-text></mj-column></mj-section>'
    const template = await compiled(email(`{% if lead.name == "Nora" %}\n${section}\n{% endif %}`))
    expect(renderTemplate(template, { lead: { name: 'Nora' } }).html).toContain('Only for Nora')
    expect(renderTemplate(template, {}).html).not.toContain('Only for Nora')
  })

  test('double quotes inside attributes', async () => {
    const template = await compiled(
      column('<mj-button href="{{ asset.url | default: "https://www.example.com/a?b=1" }}">Open</mj-button>'),
    )
    const { html, text: plain } = renderTemplate(template, {})
    expect(html).toContain('href="https://www.example.com/a?b=1"')
    expect(plain).toContain('Open: https://www.example.com/a?b=1')
  })

  test('loops inside tables, also with inlined styles', async () => {
    const body = '<mj-table>{% for r in resources %}<tr><td>{{ r.title }}</td></tr>{% endfor %}</mj-table>'
    const source = column(body).replace(
      '<mj-body>',
      '<mj-head><mj-style inline="inline">td { color: #111111 }</mj-style></mj-head><mj-body>',
    )
    const { html } = renderTemplate(await compiled(source), {
      resources: [{ title: 'One' }, { title: 'Two' }],
    })
    expect(html.match(/<tr><td style="[^"]*">(?:One|Two)<\/td><\/tr>/g)).toHaveLength(2)
  })

  test('raw blocks and comments', async () => {
    const template = await compiled(
      text('{% raw %}{{ as it stands }}{% endraw %}{% comment %}{{ gone }}{% endcomment %}<!-- gone -->.'),
    )
    const { html, text: plain } = renderTemplate(template, {})
    expect(html).toContain('{{ as it stands }}')
    expect(plain).toContain('{{ as it stands }}')
    expect(html + plain).not.toContain('gone')
  })

  test.each([
    ['a value between components', '{{ lead.name }}', 'stands between components'],
    [
      'a tag among head attributes',
      '<mj-text {% if lead.name %}color="#111111"{% endif %}>x</mj-text>',
      'is lost',
    ],
    ['a value in an attribute that MJML does not know', '<mj-text foo="{{ lead.name }}">x</mj-text>', 'MJML'],
  ])('%s is refused, not dropped', async (_, inner, message) => {
    expect((await problemsOf(column(inner))).join('\n')).toContain(message)
  })
})

describe('mistakes are found where they are', () => {
  test.each([
    ['an unclosed output', text('Hi\n {{ lead.name'), /sample\.mjml:7:2 Liquid: .*not closed/],
    ['an unclosed tag', text('{% if lead.name %}Hi'), /sample\.mjml:6:\d+ Liquid: .*not closed/],
    ['an unknown tag', text("{% include 'x' %}"), /tag "include" not found/],
    ['render', text("{% render 'x' %}"), /tag "render" not found/],
    ['layout', text("{% layout 'x' %}"), /tag "layout" not found/],
    ['the compiler’s own tag', text('{% url href %}x{% endurl %}'), /tag "url" not found/],
    ['an unknown filter', text('{{ lead.name | raw }}'), /undefined filter: raw/],
    ['an unknown variable', text('\n{{ secret.key }}'), /sample\.mjml:7:\d+ unknown variable "secret"/],
    ['an unknown property', text('{{ lead.frist_name }}'), /unknown variable "lead\.frist_name"/],
    [
      'an unclosed component',
      email('<mj-section><mj-column></mj-section>'),
      /sample\.mjml:6:\d+ <mj-column> is closed by <\/mj-section>/,
    ],
    [
      'an unknown component',
      email('<mj-section><mj-colum></mj-colum></mj-section>'),
      /sample\.mjml:6:\d+ MJML: .*mj-colum/,
    ],
    ['no MJML at all', '---\nsubject: Hi\n---\nHello\n', /Malformed MJML|Parsing failed/],
    ['no front matter', '<mjml></mjml>', /front matter/],
    ['no subject', email('', 'preheader: x'), /"subject" is missing/],
    ['an unknown key', email('', 'subject: Hi\nsubjekt: x'), /sample\.mjml:3:\d+ unknown key "subjekt"/],
    ['broken YAML', email('', 'subject: "Hi'), /sample\.mjml:\d+:\d+ /],
    [
      'a mistake in the subject',
      email('', 'subject: "{{ lead.nme }}"'),
      /sample\.mjml:2:\d+ subject: unknown variable/,
    ],
    ['a value in a style', text('<b style="color:{{ fields.color }}">x</b>'), /cannot go into a style/],
    ['a value without quotes', text('<a href={{ asset.url }}>x</a>'), /needs quotes/],
    ['a script', text('<script>x</script>'), /<script> does not work/],
    ['an event handler', text('<a onclick="x()">x</a>'), /event handlers/],
    [
      'a link that is not https',
      text('<a href="http://www.example.com">x</a>'),
      /links and images are https/,
    ],
    ['an image without alt', text('<img src="https://www.example.com/a.png">'), /no alt text/],
    ['endless work', text('{% for i in (1..100000000) %}x{% endfor %}'), /does not render/],
  ])('%s', async (_, source, expected) => {
    expect((await problemsOf(source)).join('\n')).toMatch(expected)
  })

  test('mail to leads without address or unsubscribe link', async () => {
    const bare =
      '---\nsubject: Hi\n---\n<mjml><mj-body><mj-section><mj-column><mj-text>x</mj-text></mj-column></mj-section></mj-body></mjml>'
    expect((await problemsOf(bare)).join()).toMatch(/postal address.*unsubscribe/)
    expect(await problemsOf(bare, 'handoff/sample.mjml')).toEqual([])
  })

  test('too large', async () => {
    expect((await problemsOf(text('x'.repeat(MAX_SOURCE)))).join()).toContain('limit')
  })

  test('no such file', async () => {
    const result = await compileTemplateFile(ROOT, 'emails/none.mjml')
    expect(result).toMatchObject({ ok: false, problems: [{ file: 'emails/none.mjml', line: 1 }] })
  })

  test('a line of Liquid on its own', () => {
    expect(checkLine("Hi {{ lead.first_name | default: 'you' }}", 'email')).toEqual([])
    expect(checkLine('{{ nobody }}', 'email')[0]).toContain('unknown variable')
  })
})

describe('partials', () => {
  const including = (path: string): string => email(`<mj-include path="${path}" />`)
  const files: Record<string, string> = {
    'partials/a.mjml': '<mj-section><mj-column>\n<mj-text>{{ nobody }}</mj-text></mj-column></mj-section>',
    'partials/b.mjml': '<mj-include path="b.mjml" />',
  }
  const problems = async (path: string): Promise<string> => {
    const result = await compileTemplate('emails/sample.mjml', including(path), (name) => files[name])
    return result.ok ? '' : result.problems.map((it) => `${it.file}:${it.line} ${it.message}`).join('\n')
  }

  test.each([
    ['../partials/none.mjml', 'emails/sample.mjml:6 partial not found: partials/none.mjml'],
    ['../../secrets.mjml', 'is not a path inside templates/'],
    ['/etc/passwd', 'is not a path inside templates/'],
    ['..%2f..%2fx.mjml', 'is not a path inside templates/'],
    ['../partials/a.txt', '.mjml files only'],
    ['../partials/b.mjml', 'goes round in circles'],
    ['../partials/a.mjml', 'partials/a.mjml:2 unknown variable "nobody"'],
  ])('%s', async (path, expected) => {
    expect(await problems(path)).toContain(expected)
  })
})

test('the hash follows the content and nothing else', async () => {
  const [one, same, other] = await Promise.all(
    [text('a'), text('a'), text('b')].map((source) => compiled(source)),
  )
  expect(one!.hash).toMatch(/^[0-9a-f]{12}$/)
  expect(same!.hash).toBe(one!.hash)
  expect(other!.hash).not.toBe(one!.hash)
  expect(one!.variables).toEqual(['brand', 'unsubscribe_url'])
  expect(await compileTemplate('emails/sample.mjml', text('a').replaceAll('\n', '\r\n'), none)).toMatchObject(
    {
      template: { hash: one!.hash },
    },
  )
})
