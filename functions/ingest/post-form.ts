/** A visitor posts a form: checked, made durable by one write, answered alike for new and known people. */
import type { Form } from '../../domain/form.ts'
import { contentTypeOf } from '../shared/content-type.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { Problem } from '../shared/problem.ts'
import { wantsHtml } from '../shared/site-page.ts'
import { submissionIdOf } from '../shared/submission-id.ts'
import { fingerprint } from './digest.ts'
import { type FormValues, formValues } from './form-body.ts'
import { formErrors } from './form-check.ts'
import { formOf } from './form-of.ts'
import { formSubmission } from './form-submission.ts'
import { formPage } from './hosted-form.ts'
import type { IngestPorts } from './ports.ts'

type Ports = Pick<IngestPorts, 'clock' | 'queues' | 'content' | 'repeats' | 'newId'>

const wantsJson = (request: Request): boolean => {
  const accept = (request.headers['accept'] ?? '').toLowerCase()
  if (accept.includes('application/json')) return true
  return contentTypeOf(request).type === 'application/json' && !accept.includes('text/html')
}

const answer = (request: Request, form: Form, submissionId: string): Reply =>
  wantsJson(request)
    ? json(202, { submissionId })
    : { status: 303, headers: { location: form.after.redirect ?? `/forms/${form.id}?done=1` } }

/** Only machines see the field, and fill it in. */
const isBot = (form: Form, values: FormValues): boolean =>
  form.spam.honeypot && (values.get('_gotcha') ?? []).some((value) => value.trim() !== '')

const keyOf = (request: Request, values: FormValues): string | undefined => {
  const key = (request.headers['idempotency-key'] ?? values.get('submission_id')?.[0] ?? '').trim()
  if (key.length > 200) throw new Problem(400, 'A key of your own has at most 200 characters.')
  return key === '' ? undefined : key
}

/** A key stands for one content: the same again is the same submission, another is a conflict. */
const idFor = async (ports: Ports, form: Form, key: string | undefined, values: FormValues) => {
  if (key === undefined) return ports.newId()
  const submissionId = submissionIdOf(`form:${form.id}`, key)
  const print = fingerprint(Buffer.from(JSON.stringify([...values])))
  if (!(await ports.repeats.same(submissionId, print)))
    throw new Problem(409, 'This key was used for another submission.')
  return submissionId
}

const accept = async (ports: Ports, form: Form, values: FormValues, request: Request): Promise<Reply> => {
  const key = keyOf(request, values)
  const submissionId = await idFor(ports, form, key, values)
  const submission = formSubmission(values, request, {
    formId: form.id,
    submissionId,
    at: ports.clock.now(),
    key,
  })
  const message: CaptureMessage = { v: 1, kind: 'submission', submission }
  await ports.queues.send('capture', message)
  return answer(request, form, submissionId)
}

/** The route `POST /forms/{formId}` (contracts: surface §2, external §4). A browser gets its form back to correct. */
export const postForm = async (ports: Ports, request: Request): Promise<Reply> => {
  const { form, site } = await formOf(ports.content, request)
  const values = formValues(request)
  if (isBot(form, values)) return answer(request, form, ports.newId())
  const errors = formErrors(form, values)
  if (errors.length === 0) return accept(ports, form, values, request)
  if (wantsHtml(request)) return formPage(site, form, request, 422, { values, errors })
  throw new Problem(422, 'Some fields do not fit the form.', errors)
}
