/** The hosted page of a form: works without JavaScript, keeps the campaign tags of its own address. */
import { isAttribution } from '../../domain/attribution.ts'
import type { Form, FormField } from '../../domain/form.ts'
import { textIn } from '../../domain/scoring-text.ts'
import { page, type Reply, type Request } from '../shared/http.ts'
import { formOf } from './form-of.ts'
import type { IngestPorts } from './ports.ts'

const entities: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}
const escaped = (text: string): string => text.replace(/[&<>"']/g, (character) => entities[character] ?? '')

const style = `body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:3rem auto;padding:0 1rem;color:#111;background:#fff}
label{display:block;margin:1rem 0}input,select,textarea{display:block;width:100%;box-sizing:border-box;font:inherit;padding:.5rem;border:1px solid #767676;border-radius:4px}
input[type=checkbox]{display:inline;width:auto;margin-right:.5rem}button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:4px;background:#1d4ed8;color:#fff}
.away{position:absolute;left:-9999px}`

const layout = (locale: string, title: string, body: string): string =>
  `<!doctype html><html lang="${escaped(locale)}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width,initial-scale=1"><title>${escaped(title)}</title><style>${style}</style></head><body><main><h1>${escaped(title)}</h1>${body}</main></body></html>`

const words = (id: string): string => {
  const text = id.replace(/[._-]+/g, ' ').trim()
  return text.charAt(0).toUpperCase() + text.slice(1)
}

const attributes = (field: FormField): string =>
  `name="${escaped(field.id)}"${field.required ? ' required' : ''}${
    field.autocomplete === undefined ? '' : ` autocomplete="${escaped(field.autocomplete)}"`
  }`

const options = (field: FormField): string =>
  field.options.map((option) => `<option>${escaped(option)}</option>`).join('')

const inputTypes: Readonly<Record<string, string>> = { email: 'email', phone: 'tel', number: 'number' }

const control = (field: FormField): string => {
  const common = attributes(field)
  if (field.type === 'textarea') return `<textarea ${common} rows="4"></textarea>`
  if (field.type === 'select') return `<select ${common}><option></option>${options(field)}</select>`
  if (field.type === 'multiselect') return `<select ${common} multiple>${options(field)}</select>`
  return `<input ${common} type="${inputTypes[field.type] ?? 'text'}">`
}

const hidden = (name: string, value: string): string =>
  `<input type="hidden" name="${escaped(name)}" value="${escaped(value)}">`

const fieldHtml = (field: FormField, locale: string, query: URLSearchParams): string => {
  const label = escaped(field.label === undefined ? words(field.id) : textIn(field.label, locale))
  if (field.type === 'hidden') return hidden(field.id, query.get(field.id) ?? '')
  if (field.type === 'checkbox')
    return `<label><input type="checkbox" value="yes" ${attributes(field)}>${label}</label>`
  return `<label>${label}${control(field)}</label>`
}

/** Never ticked in advance: a box that was not touched permits nothing. */
const consentHtml = (form: Form, locale: string): string => {
  const boxes = form.consent.map(
    (box) =>
      `<label><input type="checkbox" name="consent_${escaped(box.key ?? 'email')}" value="on"${
        box.required ? ' required' : ''
      }>${escaped(textIn(box.text, locale))}</label>`,
  )
  const textId = form.consent[0]?.textId
  return boxes.join('') + (textId === undefined ? '' : hidden('consent_text_id', textId))
}

const tags = (query: URLSearchParams): string =>
  [...query]
    .filter(([name]) => isAttribution(name))
    .map(([name, value]) => hidden(name, value))
    .join('')

const honeypot =
  '<div class="away" aria-hidden="true"><label>Leave empty<input name="_gotcha" tabindex="-1" autocomplete="off"></label></div>'

const sendWord: Readonly<Record<string, string>> = {
  de: 'Absenden',
  fr: 'Envoyer',
  es: 'Enviar',
  pt: 'Enviar',
}

const formHtml = (form: Form, locale: string, query: URLSearchParams): string =>
  `<form method="post" action="/forms/${form.id}">${form.fields
    .map((field) => fieldHtml(field, locale, query))
    .join('')}${consentHtml(form, locale)}${hidden('locale', locale)}${tags(query)}${honeypot}<button>${
    sendWord[locale.split('-')[0] ?? ''] ?? 'Send'
  }</button></form>`

const localeOf = (request: Request): string => {
  const stated = request.query.get('lang') ?? request.headers['accept-language'] ?? ''
  return /^[a-z]{2,3}(?:-[A-Za-z]{2})?/i.exec(stated)?.[0] ?? 'en'
}

/** A redirect after the post leaves our origin only when the form's file says so. */
const allowingRedirect = (reply: Reply, form: Form): Reply => {
  const target = URL.parse(form.after.redirect ?? '')?.origin
  if (target === undefined || target === 'null') return reply
  const policy = reply.headers?.['content-security-policy'] ?? ''
  return {
    ...reply,
    headers: {
      ...reply.headers,
      'content-security-policy': policy.replace("form-action 'self'", `form-action 'self' ${target}`),
    },
  }
}

/** The route `GET /forms/{formId}`; with `?done=1` it thanks. */
export const hostedForm = async (ports: Pick<IngestPorts, 'content'>, request: Request): Promise<Reply> => {
  const form = await formOf(ports.content, request)
  const locale = localeOf(request)
  const title = textIn(form.title, locale)
  const thanks = textIn(form.after.thankYou ?? { en: 'Thank you.', de: 'Vielen Dank.' }, locale)
  if (request.query.get('done') === '1')
    return page(200, layout(locale, title, `<p role="status">${escaped(thanks)}</p>`))
  return allowingRedirect(page(200, layout(locale, title, formHtml(form, locale, request.query))), form)
}
