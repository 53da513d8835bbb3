/** The values of a form post as a submission: which field is the person, a consent, attribution, or a plain field. */
import type { Person, Submission } from '../../domain/event.ts'
import type { Request } from '../shared/http.ts'
import { isHarmlessName } from '../shared/lossless-json.ts'
import { attributionKey } from './attribution-keys.ts'
import { formAttribution } from './form-attribution.ts'
import type { FormValues } from './form-body.ts'

const personNames: Readonly<Record<string, keyof Person>> = {
  email: 'email',
  phone: 'phone',
  phone_number: 'phone',
  name: 'name',
  full_name: 'name',
  first_name: 'firstName',
  firstName: 'firstName',
  last_name: 'lastName',
  lastName: 'lastName',
}

/** Fields that steer the post itself and say nothing about the person. */
const control = new Set(['_gotcha', '_next', 'submission_id', 'consent_text_id', 'cf-turnstile-response'])
const yes = new Set(['on', 'true', '1', 'yes'])
/** What a ticked checkbox may send. */
export const isYes = (value: string): boolean => yes.has(value.trim().toLowerCase())
const maxText = 5000

const personKey = (name: string): keyof Person | undefined =>
  Object.hasOwn(personNames, name) ? personNames[name] : undefined

const consentKey = (name: string): string | undefined => {
  const key = /^consent_(.{1,100})$/.exec(name)?.[1]
  return key !== undefined && isHarmlessName(key) ? key : undefined
}

const isField = (name: string): boolean =>
  !control.has(name) &&
  personKey(name) === undefined &&
  consentKey(name) === undefined &&
  attributionKey(name) === undefined

const filled = (list: readonly string[]): string[] =>
  list.filter((value) => value.trim() !== '').map((value) => value.slice(0, maxText))

const fieldsOf = (values: FormValues): Record<string, string[]> =>
  Object.fromEntries(
    [...values].flatMap(([name, list]) => {
      const kept = filled(list)
      return isField(name) && kept.length > 0 ? [[name, kept]] : []
    }),
  )

const personOf = (values: FormValues): Person =>
  Object.fromEntries(
    [...values].flatMap(([name, list]) => {
      const key = personKey(name)
      const [value] = filled(list)
      return key === undefined || value === undefined ? [] : [[key, value.trim().slice(0, 500)]]
    }),
  )

/** A box that was shown and not ticked is stated as false by JSON clients; browsers send nothing. */
const consentsOf = (values: FormValues): Record<string, boolean> =>
  Object.fromEntries(
    [...values].flatMap(([name, list]) => {
      const key = consentKey(name)
      return key === undefined || control.has(name) ? [] : [[key, list.some(isYes)]]
    }),
  )

const evidenceOf = (
  values: FormValues,
  request: Request,
  at: number,
  given: boolean,
): Submission['consent'] => {
  const textId = values.get('consent_text_id')?.[0]
  return {
    at,
    ...(given && { basis: 'consent' }),
    ...(textId && { textId: textId.slice(0, 200) }),
    ...(request.ip && { ip: request.ip }),
    ...(request.userAgent && { userAgent: request.userAgent }),
  }
}

const localeOf = (values: FormValues, request: Request): string | undefined => {
  const stated = values.get('locale')?.[0] ?? request.headers['accept-language'] ?? ''
  return /^[a-z]{2,3}(?:-[A-Za-z0-9]{2,8})*/i.exec(stated)?.[0]
}

export interface FormPost {
  readonly formId: string
  readonly submissionId: string
  readonly at: number
  /** The client's own key, so that a repeated post is the same submission. */
  readonly key: string | undefined
}

/** Normalisation of addresses and numbers is left to capture; here everything is only put where it belongs. */
export const formSubmission = (values: FormValues, request: Request, post: FormPost): Submission => {
  const consents = consentsOf(values)
  const given = Object.values(consents).includes(true)
  const locale = localeOf(values, request)
  return {
    submissionId: post.submissionId,
    source: `form:${post.formId}`,
    ...(post.key !== undefined && { sourceLeadId: post.key }),
    formId: post.formId,
    at: post.at,
    person: personOf(values),
    fields: fieldsOf(values),
    hidden: {},
    consents,
    consent: evidenceOf(values, request, post.at, given),
    attribution: formAttribution(values, request.query, request.headers['referer']),
    ...(locale !== undefined && { locale }),
    isTest: false,
  }
}
