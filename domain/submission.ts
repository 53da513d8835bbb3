/** A submission: what every source brings its entries to. */
import type { Evidence, Submission } from './event.ts'
import { isDummyValue, normaliseEmail, normalisePhone, splitName } from './person.ts'

/** An entry as a source parsed it, with the person as typed. */
export interface SubmissionDraft {
  readonly submissionId: string
  readonly source: string
  readonly at: number
  readonly sourceLeadId?: string | undefined
  readonly formId?: string | undefined
  readonly email?: string | undefined
  readonly phone?: string | undefined
  readonly name?: string | undefined
  readonly firstName?: string | undefined
  readonly lastName?: string | undefined
  readonly fields?: Readonly<Record<string, readonly string[]>>
  readonly hidden?: Readonly<Record<string, string>>
  readonly consents?: Readonly<Record<string, boolean>>
  readonly consent?: Evidence
  readonly attribution?: Submission['attribution']
  readonly locale?: string | undefined
  readonly isTest?: boolean | undefined
}

export interface SubmissionProblem {
  readonly field: 'email' | 'phone' | 'person'
  readonly problem: string
}

export type Submitted =
  | { readonly ok: true; readonly submission: Submission; readonly notes: readonly SubmissionProblem[] }
  | { readonly ok: false; readonly problems: readonly SubmissionProblem[] }

const text = (value: string | undefined): string | undefined => {
  const trimmed = value?.normalize('NFC').trim()
  return trimmed === undefined || trimmed === '' ? undefined : trimmed
}

type PersonDraft = Pick<SubmissionDraft, 'email' | 'phone' | 'name' | 'firstName' | 'lastName'>

function names(draft: PersonDraft): Submission['person'] {
  const split = splitName(draft.name ?? '')
  const firstName = text(draft.firstName) ?? split.firstName
  const lastName = text(draft.lastName) ?? split.lastName
  const whole = firstName !== undefined && lastName !== undefined ? `${firstName} ${lastName}` : undefined
  const name = split.name ?? whole
  return {
    ...(name === undefined ? {} : { name }),
    ...(firstName === undefined ? {} : { firstName }),
    ...(lastName === undefined ? {} : { lastName }),
  }
}

interface PersonResult {
  readonly person: Submission['person']
  readonly problems: readonly SubmissionProblem[]
}

function personOf(draft: PersonDraft, defaultCountry: string | undefined): PersonResult {
  const problems: SubmissionProblem[] = []
  const typed = { email: text(draft.email), phone: text(draft.phone) }
  const email = typed.email === undefined ? undefined : normaliseEmail(typed.email)
  const phone = typed.phone === undefined ? undefined : normalisePhone(typed.phone, defaultCountry)
  if (email && !email.ok) problems.push({ field: 'email', problem: email.problem })
  if (phone && !phone.ok) problems.push({ field: 'phone', problem: phone.problem })
  const person = {
    ...names(draft),
    ...(email?.ok ? { email: email.email, emailOriginal: email.original } : {}),
    ...(phone?.ok ? { phone: phone.phone } : {}),
  }
  return { person, problems }
}

const isDummy = (draft: SubmissionDraft): boolean =>
  [
    draft.email,
    draft.phone,
    draft.name,
    draft.firstName,
    draft.lastName,
    ...Object.values(draft.fields ?? {}).flat(),
  ].some((value) => value !== undefined && isDummyValue(value))

const lists = (fields: Readonly<Record<string, readonly string[]>>): Record<string, string[]> =>
  Object.fromEntries(Object.entries(fields).map(([key, values]) => [key, [...values]]))

/**
 * Brings an entry to one form. A wrong email is refused; a phone number that cannot be read is dropped with a note,
 * unless it is all there is of the person. Meta's dummy values mark a test lead.
 */
export function submissionOf(draft: SubmissionDraft, defaultCountry?: string): Submitted {
  const { person, problems } = personOf(draft, defaultCountry)
  const isTest = draft.isTest === true || isDummy(draft)
  if (!isTest && problems.some(({ field }) => field === 'email')) return { ok: false, problems }
  if (person.email === undefined && person.phone === undefined && !isTest)
    return {
      ok: false,
      problems: [...problems, { field: 'person', problem: 'an email address or a phone number is needed' }],
    }
  const submission: Submission = {
    submissionId: draft.submissionId,
    source: draft.source,
    ...(draft.sourceLeadId === undefined ? {} : { sourceLeadId: draft.sourceLeadId }),
    ...(draft.formId === undefined ? {} : { formId: draft.formId }),
    at: draft.at,
    person,
    fields: lists(draft.fields ?? {}),
    hidden: { ...draft.hidden },
    consents: { ...draft.consents },
    consent: draft.consent ?? {},
    attribution: { ...draft.attribution },
    ...(draft.locale === undefined ? {} : { locale: draft.locale }),
    isTest,
  }
  return { ok: true, submission, notes: problems }
}
