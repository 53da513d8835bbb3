/** What a form's file demands of a post. */
import type { Form, FormField } from '../../domain/form.ts'
import { emailKind, isDisposable, normaliseEmail } from '../../domain/person.ts'
import type { FieldError } from '../shared/problem.ts'
import type { FormValues } from './form-body.ts'
import { isYes } from './form-submission.ts'

const stated = (values: FormValues, name: string): string =>
  values
    .get(name)
    ?.find((value) => value.trim() !== '')
    ?.trim() ?? ''

const blocked = (field: FormField, email: string): string | undefined => {
  if (field.block.includes('disposable') && isDisposable(email))
    return 'write an address that will still exist tomorrow'
  if (field.block.includes('free-mail') && emailKind(email) === 'free-mail')
    return 'write the address that you have at work'
  return undefined
}

const emailProblem = (field: FormField | undefined, text: string): string | undefined => {
  const email = normaliseEmail(text)
  if (!email.ok) return email.problem
  return field === undefined ? undefined : blocked(field, email.email)
}

const fieldProblem = (field: FormField, text: string): string | undefined => {
  if (text === '') return field.required ? 'is required' : undefined
  return field.type === 'email' ? emailProblem(field, text) : undefined
}

/** `email` is checked even on a form whose file does not declare it. */
const undeclaredEmail = (form: Form, values: FormValues): FieldError[] => {
  const text = stated(values, 'email')
  if (text === '' || form.fields.some((field) => field.id === 'email')) return []
  const message = emailProblem(undefined, text)
  return message === undefined ? [] : [{ path: 'email', message }]
}

const boxErrors = (form: Form, values: FormValues): FieldError[] =>
  form.consent.flatMap((box) => {
    const name = `consent_${box.key ?? 'email'}`
    return box.required && !isYes(stated(values, name)) ? [{ path: name, message: 'is required' }] : []
  })

/** One entry for each field that does not fit. */
export const formErrors = (form: Form, values: FormValues): readonly FieldError[] => {
  const declared = form.fields.flatMap((field) => {
    const message = fieldProblem(field, stated(values, field.id))
    return message === undefined ? [] : [{ path: field.id, message }]
  })
  return [...declared, ...undeclaredEmail(form, values), ...boxErrors(form, values)]
}
