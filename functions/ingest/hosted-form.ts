/** The hosted page of a form: works without JavaScript, keeps the campaign tags of its own address. */
import { isAttribution } from '../../domain/attribution.ts'
import type { Form, FormField } from '../../domain/form.ts'
import { textIn } from '../../domain/scoring-text.ts'
import type { Reply, Request } from '../shared/http.ts'
import type { FieldError } from '../shared/problem.ts'
import { sitePage } from '../shared/site-page.ts'
import type { FormValues } from './form-body.ts'
import { formOf } from './form-of.ts'
import type { IngestPorts, Site } from './ports.ts'

/** What was typed, and what was wrong with it: empty on the first visit. */
interface Typed {
  readonly values: FormValues
  readonly errors: readonly FieldError[]
}
const nothing: Typed = { values: new Map(), errors: [] }

/** The visitor's language: asked for in the address, else the browser's. */
const localeOf = (request: Request, typed: Typed): string => {
  const stated =
    request.query.get('lang') ?? typed.values.get('locale')?.[0] ?? request.headers['accept-language'] ?? ''
  return /^[a-z]{2,3}(?:-[A-Za-z]{2})?/i.exec(stated)?.[0] ?? 'en'
}

const fieldView = (field: FormField, locale: string, { values, errors }: Typed) => ({
  id: field.id,
  type: field.type,
  required: field.required,
  options: field.options,
  autocomplete: field.autocomplete,
  label: field.label === undefined ? '' : textIn(field.label, locale),
  value: values.get(field.id)?.[0] ?? '',
  error: errors.find(({ path }) => path === field.id)?.message ?? '',
})

/** Campaign tags and hidden fields, from the page's address or from what was posted before. */
const hiddenOf = (form: Form, request: Request, locale: string, { values }: Typed) => {
  const own = form.fields.filter(({ type }) => type === 'hidden').map(({ id }) => id)
  const told = [...request.query, ...[...values].map(([name, [value = '']]) => [name, value] as const)]
  const kept = told.filter(([name]) => own.includes(name) || isAttribution(name))
  return [...new Map([...kept, ['locale', locale]] as [string, string][])].map(([name, value]) => ({
    name,
    value,
  }))
}

/** A box is never ticked in advance: one that was not touched permits nothing. */
const variablesOf = (form: Form, request: Request, typed: Typed) => {
  const locale = localeOf(request, typed)
  const boxErrors = typed.errors.filter(({ path }) => !form.fields.some(({ id }) => id === path))
  return {
    locale,
    form: { id: form.id, title: textIn(form.title, locale), text_id: form.consent[0]?.textId ?? '' },
    action: `/forms/${form.id}`,
    errors: boxErrors.map(({ path, message }) => `${path} ${message}`),
    fields: form.fields
      .filter(({ type }) => type !== 'hidden')
      .map((field) => fieldView(field, locale, typed)),
    consents: form.consent.map((box) => ({
      key: box.key ?? 'email',
      text: textIn(box.text, locale),
      required: box.required,
    })),
    hidden: hiddenOf(form, request, locale, typed),
  }
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

/** The page of a form; after a post that did not fit, with what was typed and what to correct. */
export const formPage = (
  site: Site,
  form: Form,
  request: Request,
  status = 200,
  typed: Typed = nothing,
): Reply => allowingRedirect(sitePage(site, 'form', status, variablesOf(form, request, typed)), form)

/** The route `GET /forms/{formId}`; with `?done=1` it thanks. */
export const hostedForm = async (ports: Pick<IngestPorts, 'content'>, request: Request): Promise<Reply> => {
  const { form, site } = await formOf(ports.content, request)
  if (request.query.get('done') !== '1') return formPage(site, form, request)
  const locale = localeOf(request, nothing)
  const { thankYou } = form.after
  return sitePage(site, 'thank-you', 200, {
    locale,
    ...(thankYou !== undefined && { text: textIn(thankYou, locale) }),
  })
}
