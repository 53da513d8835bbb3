/** A LinkedIn lead as a submission. */
import { isAttribution } from '../../../domain/attribution.ts'
import type { SubmissionDraft } from '../../../domain/submission.ts'
import { objectOf, textOf } from '../../shared/lossless-json.ts'
import { submissionIdOf } from '../../shared/submission-id.ts'
import type { ReadMessage } from '../ports.ts'
import { answersOf, consentsOf, type FormAnswer, hiddenOf } from './linkedin-form.ts'

type Json = Readonly<Record<string, unknown>>

/** The form's number in `urn:li:versionedLeadGenForm:(urn:li:leadGenForm:6083, 1)`. */
export const formIdOf = (urn: unknown): string | undefined =>
  /urn:li:leadGenForm:(\d{1,40})/.exec(textOf(urn) ?? '')?.[1]

const personFields: Readonly<Record<string, 'email' | 'phone' | 'firstName' | 'lastName'>> = {
  FIRST_NAME: 'firstName',
  LAST_NAME: 'lastName',
  EMAIL: 'email',
  PHONE_NUMBER: 'phone',
}
const fieldNames: Readonly<Record<string, string>> = { COMPANY_NAME: 'company_name', JOB_TITLE: 'job_title' }

const personKey = ({ predefined = '' }: FormAnswer) =>
  Object.hasOwn(personFields, predefined) ? personFields[predefined] : undefined

const personOf = (answers: readonly FormAnswer[]): Partial<SubmissionDraft> =>
  Object.fromEntries(
    answers.flatMap((answer) => {
      const key = personKey(answer)
      return key === undefined || answer.values[0] === undefined ? [] : [[key, answer.values[0]]]
    }),
  )

const fieldsOf = (answers: readonly FormAnswer[]): Record<string, readonly string[]> =>
  Object.fromEntries(
    answers
      .filter((answer) => personKey(answer) === undefined && answer.values.length > 0)
      .map(({ predefined = '', name, values }) => [fieldNames[predefined] ?? name, values]),
  )

/** LinkedIn's versions spell these keys with and without `Info`, and give an URN or an object with one. */
const either = (json: Json, name: string): Json => objectOf(json[name] ?? json[`${name}Info`])
const urnOf = (value: unknown): string | undefined => textOf(value) ?? textOf(objectOf(value)['id'])

const attributionOf = (lead: Json, hidden: Readonly<Record<string, string>>, formId: string | undefined) => {
  const { campaign } = either(either(lead, 'leadMetadata'), 'sponsoredLeadMetadata')
  const found: Record<string, string | undefined> = {
    campaign_id: urnOf(campaign),
    campaign_name: textOf(objectOf(campaign)['name']),
    ad_id: urnOf(either(lead, 'associatedEntity')['associatedCreative']),
    form_id: formId,
    ...Object.fromEntries(Object.entries(hidden).filter(([name]) => isAttribution(name))),
  }
  return Object.fromEntries(
    Object.entries(found).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])),
  )
}

export const draftOf = (lead: Json, form: Json, message: ReadMessage): SubmissionDraft => {
  const response = objectOf(lead['formResponse'])
  const answers = answersOf(response, form)
  const [hidden, consents] = [hiddenOf(form), consentsOf(response)]
  const submitted = Number(textOf(lead['submittedAt']))
  const at = Number.isFinite(submitted) && submitted > 0 ? submitted : message.at
  const formId = formIdOf(lead['versionedLeadGenFormUrn']) ?? message.hints['form_id'] ?? textOf(form['id'])
  return {
    submissionId: submissionIdOf('linkedin', message.sourceLeadId),
    source: 'linkedin',
    sourceLeadId: message.sourceLeadId,
    formId,
    at,
    ...personOf(answers),
    fields: fieldsOf(answers),
    hidden,
    consents,
    consent: { at, ...(Object.values(consents).includes(true) && { basis: 'consent' }) },
    attribution: attributionOf(lead, hidden, formId),
    isTest: lead['testLead'] === true,
  }
}
