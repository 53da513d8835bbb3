import { expect, test } from 'vitest'
import { makeEngine } from '../../../domain/render-engine.ts'
import { escapeHtml } from '../../../domain/render-escape.ts'
import { makePlan, runPlan } from '../../../domain/render-plan.ts'
import { loadTemplates } from '../../../templates/compiler/load.ts'
import { persona, ROOT } from '../templates/support.ts'

const engine = makeEngine(escapeHtml)
const planned = (source: string, scope: object): string =>
  runPlan(makePlan(engine, source, engine.parse(source)), scope)
const liquid = (source: string, scope: object): string => engine.render(engine.parse(source), scope)

const VALUES = [
  undefined,
  null,
  '',
  ' ',
  'a',
  '<b>',
  0,
  1,
  -2.5,
  Number.NaN,
  true,
  false,
  [],
  ['a', 'b'],
  {},
  { b: 'c' },
]
const SOURCES = [
  'a {{ x }} b',
  '{{x}}',
  '{{ x.b }}',
  '{{ x.length }}{{ x.size }}{{ x.first }}{{ x.constructor }}',
  "{{ x | default: 'd' }}",
  '{{ x | default: "it\'s" }}',
  '{{ x | default: y }}',
  "{{ x.b | default: y.c | default: 'e' }}",
  '{{ x | default: y.blank }}',
  "{{ x | default: 'd' | upcase }}",
  '{{ true }}{{ nil }}{{ empty }}{{ blank }}{{ forloop.index }}',
  '{{ "text" }}{{ 12 }}{{ x["b"] }}',
  '{% if x %}yes{% elsif y %}maybe{% else %}no{% endif %}',
  '{% assign z = x %}{{ z }}{% if z %}{{ z }}{% endif %}',
  'a {{- x -}} b {%- if x -%} c {% endif %}',
  '{% raw %}{{ x }}{% endraw %}{% comment %}{{ x }}{% endcomment %}',
  '{% for i in x %}{{ i }}{{ forloop.index }}{% endfor %}',
  '<a{% url href %}https://e.example/{{ x }}{% endurl %}>{% url text-line %}{{ x }}{% endurl %}</a>',
  '<a{% url href site %}{% if x %}/{{ x.b }}{% endif %}{% endurl %}></a>',
]

test.each(SOURCES)('%s is what Liquid makes of it', (source) => {
  for (const x of VALUES)
    for (const y of VALUES) expect(planned(source, { x, y })).toBe(liquid(source, { x, y }))
  expect(planned(source, {})).toBe(liquid(source, {}))
})

test('the shipped templates come out the same', async () => {
  const { templates } = await loadTemplates(ROOT)
  expect(templates.length).toBeGreaterThan(10)
  for (const { kind, html, text } of templates)
    for (const name of ['full', 'unknown'])
      for (const source of [html, text])
        expect(planned(source, persona(name)[kind])).toBe(liquid(source, persona(name)[kind]))
})
