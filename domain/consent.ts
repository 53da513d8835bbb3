/** Consent: who may be mailed about what, and the proof of it. */
import type { EventOf, Evidence, Grant, LeadEvent, Submission } from './event.ts'
import type { AdForm, ConsentBox, Form, Permit } from './form.ts'
import { normalisePhone } from './person.ts'
import { countryCode } from './person-country.ts'
import type { Settings } from './settings.ts'

/** A permission in force. */
export interface Permission {
  readonly basis: string
  readonly textId?: string
  readonly at: number
  readonly eventId: string
}
export type Permissions = Readonly<Record<string, Permission>>

/** Stands for every topic in a withdrawal. */
export const allTopics = '*'

const grantOf = ({ topics, basis, textId }: Permit): Grant => ({
  topics: [...topics],
  basis,
  ...(textId === undefined ? {} : { textId }),
})

/** Whether the form's own checkbox was ticked, and for which topics. */
function ticked(box: ConsentBox, consents: Submission['consents']): readonly string[] {
  const isTicked = (key: string): boolean => Object.hasOwn(consents, key) && consents[key] === true
  if (box.key !== undefined) return isTicked(box.key) ? box.topics : []
  return isTicked('email') ? box.topics : box.topics.filter(isTicked)
}

function webGrants(submission: Submission, form: Form): readonly Grant[] {
  if (submission.source !== `form:${form.id}`) return []
  return form.consent.flatMap((box) => {
    const topics = ticked(box, submission.consents)
    if (topics.length === 0) return []
    const textId = submission.consent.textId ?? box.textId
    return [grantOf({ topics, basis: box.basis, ...(textId === undefined ? {} : { textId }) })]
  })
}

/** Whether an entry came through this form of a platform; `*` stands for every form of the source. */
const isAdForm = (ad: AdForm, { source, formId }: Submission): boolean =>
  ad.source === source && (ad.formId === '*' || ad.formId === formId)

function adGrants(submission: Submission, form: Form): readonly Grant[] {
  const mapping = form.adForms.find((ad) => isAdForm(ad, submission))?.consent
  return Object.entries(mapping ?? {}).flatMap(([checkbox, permit]) =>
    Object.hasOwn(submission.consents, checkbox) && submission.consents[checkbox] === true
      ? [grantOf(permit)]
      : [],
  )
}

/** The caller itself vouches for a basis that it names. */
const isStated = ({ source, consent }: Submission): boolean =>
  consent.basis !== undefined && /^(?:api|csv):/.test(source)

/**
 * Callers with a token (`api:`, `csv:`) state themselves which permission they hold: a consent named like a topic
 * gives that topic, `email` gives all of them, and only together with a basis.
 */
function statedGrants(submission: Submission, topics: readonly string[]): readonly Grant[] {
  const { basis, textId } = submission.consent
  if (basis === undefined || !isStated(submission)) return []
  const given = topics.filter(
    (topic) => submission.consents[topic] === true || submission.consents['email'] === true,
  )
  return given.length === 0
    ? []
    : [grantOf({ topics: given, basis, ...(textId === undefined ? {} : { textId }) })]
}

/** The permissions that a submission gives, by the form's own mapping: a checkbox that no file maps permits nothing. */
export function grantsOf(
  submission: Submission,
  form: Form | undefined,
  topics: readonly string[] = [],
): readonly Grant[] {
  const mapped = form ? [...webGrants(submission, form), ...adGrants(submission, form)] : []
  return mapped.length > 0 ? mapped : statedGrants(submission, topics)
}

/** The form file that a submission belongs to, however it arrived. */
export function formOf(submission: Submission, forms: Readonly<Record<string, Form>>): Form | undefined {
  const id = /^form:(.+)$/.exec(submission.source)?.[1]
  if (id !== undefined) return Object.hasOwn(forms, id) ? forms[id] : undefined
  const named = /^(?:api|csv):/.test(submission.source) ? submission.formId : undefined
  if (named !== undefined) return Object.hasOwn(forms, named) ? forms[named] : undefined
  return Object.values(forms).find((form) => form.adForms.some((ad) => isAdForm(ad, submission)))
}

/** Where the person lives, as far as the submission tells: a country field, the phone number, the locale's region. */
export function countryOf(submission: Submission): string | undefined {
  const stated = submission.fields['country'] ?? submission.fields['country_code']
  const byField = countryCode(stated?.[0] ?? '')
  if (byField !== undefined) return byField
  const phone = submission.person.phone
  const parsed = phone === undefined ? undefined : normalisePhone(phone)
  if (parsed?.ok && parsed.country !== undefined) return parsed.country
  return /^[a-z]{2,3}[-_]([A-Z]{2})$/.exec(submission.locale ?? '')?.[1]
}

/**
 * Whether the grants wait for a confirmation by email (double opt-in): by the form's word, else by the settings. What a
 * caller with a token states does not wait: the caller has the proof.
 */
export function needsConfirmation(
  submission: Submission,
  form: Form | undefined,
  settings: Settings,
): boolean {
  if (isStated(submission)) return false
  if (form && form.doubleOptIn !== 'by-country') return form.doubleOptIn === 'always'
  const rule = settings.consent.doubleOptIn
  if (typeof rule === 'string') return rule === 'always'
  return rule.countries.includes(countryOf(submission) ?? settings.defaults.country ?? '')
}

function give(held: Map<string, Permission>, { topics, basis, textId }: Grant, event: LeadEvent): void {
  const permission = { basis, at: event.at, eventId: event.id, ...(textId === undefined ? {} : { textId }) }
  for (const topic of topics) held.set(topic, permission)
}

function withdraw(held: Map<string, Permission>, topics: readonly string[]): void {
  if (topics.includes(allTopics)) held.clear()
  for (const topic of topics) held.delete(topic)
}

/** Permissions in force at the end of a sorted log: the last word on each topic counts. */
export function permissionsOf(sorted: readonly LeadEvent[]): Permissions {
  const held = new Map<string, Permission>()
  for (const event of sorted) {
    if (event.type === 'captured') for (const grant of event.grants) give(held, grant, event)
    else if (event.type === 'consent.given') give(held, event.grant, event)
    else if (event.type === 'consent.withdrawn') withdraw(held, event.topics)
  }
  return Object.fromEntries(held)
}

/** The proof of the last consent, without the personal data in it. */
export interface ConsentProof {
  readonly basis?: string
  readonly textId?: string
  readonly at?: number
  readonly hasIp: boolean
  readonly hasUserAgent: boolean
}

const proofOf = ({ basis, textId, at, ip, userAgent }: Evidence): ConsentProof => ({
  ...(basis === undefined ? {} : { basis }),
  ...(textId === undefined ? {} : { textId }),
  ...(at === undefined ? {} : { at }),
  hasIp: ip !== undefined && ip !== '',
  hasUserAgent: userAgent !== undefined && userAgent !== '',
})

/** What the submission brought; what it left out is as the form's mapping says, and of its own instant. */
function evidenceOf({ submission, grants }: EventOf<'captured'>): Evidence {
  const [grant] = grants
  return {
    ...(grant ? { basis: grant.basis } : {}),
    ...(grant?.textId === undefined ? {} : { textId: grant.textId }),
    at: submission.at,
    ...submission.consent,
  }
}

/** Evidence of the last event that gave something; when none did, of the last that brought any. */
export function consentProof(sorted: readonly LeadEvent[]): ConsentProof {
  let given: Evidence | undefined
  let seen: Evidence = {}
  for (const event of sorted) {
    if (event.type === 'consent.given')
      given = { ...given, ...event.evidence, basis: event.evidence.basis ?? event.grant.basis }
    if (event.type !== 'captured') continue
    const { consent, consents } = event.submission
    if (Object.keys(consent).length > 0) seen = consent
    if (Object.values(consents).includes(true)) given = evidenceOf(event)
  }
  return proofOf(given ?? seen)
}
