/** Published content for tests: the shipped pages, files with every construct, templates that show what they are given. */
import type { Content } from '../../../../domain/content.ts'
import { checkForm } from '../../../../domain/form.ts'
import type { CompiledTemplate } from '../../../../domain/template.ts'
import { loadPages } from '../../../../templates/compiler/pages.ts'
import { formText, raw, routing, scoring, settings, valid } from '../../domain/settings-sample.ts'

const root = new URL('../../../../templates', import.meta.url).pathname

const template = (id: string): CompiledTemplate => ({
  id,
  hash: `hash-of-${id}`,
  kind: 'handoff',
  subject: `${id}: {{ lead.name }} {{ why_now }}`,
  preheader: '',
  html: '<p>{{ lead.email }} {{ score.total }}</p><a href="{{ links.open }}">o</a><a href="{{ links.accept }}">a</a><a href="{{ links.reject }}">r</a>{% for r in score.reasons %}<i>{{ r.text }}</i>{% endfor %}',
  text: '{{ why_now }} until {{ sla.at }} {{ links.open }} {{ links.accept }} {{ links.reject }}',
  variables: ['links', 'lead', 'score', 'sla', 'why_now'],
})

const form = valid(checkForm(raw(formText)))

export const content: Content = {
  hash: 'content-1',
  settings,
  scoring,
  routing,
  forms: { [form.id]: form },
  sequences: {},
  templates: { 'sales-handoff': template('sales-handoff'), notice: template('notice') },
  pages: Object.fromEntries(loadPages(root).pages.map((page) => [page.id, page])),
}
