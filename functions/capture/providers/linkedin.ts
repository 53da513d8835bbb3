/** LinkedIn Lead Sync: deliveries name responses, the REST interface tells them (contracts: external §2). */
import { listOf, objectOf, textOf } from '../../shared/lossless-json.ts'
import type { ReadMessage } from '../ports.ts'
import { type Answer, get } from './call.ts'
import { draftOf, formIdOf } from './linkedin-draft.ts'
import type { Found, Provider, ReadOutcome, ReadPorts } from './provider.ts'

/** Mandatory, and each lives about 12 months; from 202607 on the fields below are all there. */
const version = '202607'
/** The `form` expansion brings questions and hidden fields in the same call. */
const fields =
  'ownerInfo,associatedEntityInfo,leadMetadataInfo,owner,leadType,versionedLeadGenFormUrn,id,submittedAt,testLead,formResponse,form:(hiddenFields,creationLocale,name,id,content)'
const dayMs = 86_400_000

const foundOf = (event: Readonly<Record<string, unknown>>, receivedAt: number): Found[] => {
  if (event['type'] !== 'LEAD_ACTION') return []
  const urn = textOf(event['leadGenFormResponse']) ?? ''
  const id = /^urn:li:leadGenFormResponse:([A-Za-z0-9_-]{1,110})$/.exec(urn)?.[1]
  if (id === undefined)
    return [
      {
        is: 'odd',
        sourceLeadId: '',
        reason: 'malformed',
        detail: 'a lead action without a usable response URN',
      },
    ]
  if (event['leadAction'] === 'DELETED')
    return [
      {
        is: 'odd',
        sourceLeadId: id,
        reason: 'not-supported',
        detail: 'LinkedIn asks to delete this lead. Erase it by hand until this is done by itself.',
      },
    ]
  const formId = formIdOf(event['leadGenForm'])
  const occurred = Number(textOf(event['occurredAt']))
  const at = Number.isFinite(occurred) && occurred > 0 ? occurred : receivedAt
  return [{ is: 'lead', sourceLeadId: id, at, hints: formId === undefined ? {} : { form_id: formId } }]
}

const stuck = (status: number, detail: string): ReadOutcome | undefined => {
  if (status === 401)
    return {
      is: 'stuck',
      reason: 'reauth',
      detail,
      alert: 'LinkedIn refuses the access token. Renew LINKEDIN_ACCESS_TOKEN, then replay the parked leads.',
    }
  if (status === 403)
    return {
      is: 'stuck',
      reason: 'permission',
      detail,
      alert:
        'LinkedIn lets the member read no leads. Check the roles on the ad account and the page, then replay.',
    }
  if (status === 426)
    return {
      is: 'stuck',
      reason: 'version',
      detail,
      alert: `LinkedIn has retired the version ${version} of its interface. Update Tendril, then replay the parked leads.`,
    }
  return status === 404 ? { is: 'stuck', reason: 'not-found', detail } : undefined
}

/** The failure that an answer is; undefined when it brought something. */
const failureOf = (answer: Answer, now: number): ReadOutcome | undefined => {
  if (answer.is === 'silence')
    return { is: 'later', reason: 'unavailable', detail: `LinkedIn did not answer: ${answer.detail}` }
  if (answer.status === 200) return undefined
  const detail = `LinkedIn answered ${answer.status}, code ${(textOf(answer.body['code']) ?? 'none').slice(0, 60)}`
  // Limits are per day, there is no Retry-After, and they start anew at 00:00 UTC.
  if (answer.status === 429)
    return { is: 'later', reason: 'unavailable', detail, notBefore: (Math.floor(now / dayMs) + 1) * dayMs }
  return stuck(answer.status, detail) ?? { is: 'later', reason: 'unavailable', detail }
}

const headersFor = (token: string): Record<string, string> => ({
  authorization: `Bearer ${token}`,
  'linkedin-version': version,
  'x-restli-protocol-version': '2.0.0',
})

const bodyOf = (answer: Answer): Readonly<Record<string, unknown>> =>
  answer.is === 'answer' ? answer.body : {}

/** The form beside the lead: from the expansion, else by a call of its own. */
const readForm = async (
  ports: ReadPorts,
  headers: Record<string, string>,
  lead: Readonly<Record<string, unknown>>,
  message: ReadMessage,
): Promise<{ readonly form: Readonly<Record<string, unknown>> } | { readonly failure: ReadOutcome }> => {
  if (lead['form'] !== undefined) return { form: objectOf(lead['form']) }
  const id = formIdOf(lead['versionedLeadGenFormUrn']) ?? message.hints['form_id']
  if (id === undefined) return { form: {} }
  const answer = await get(ports, `${ports.urls.linkedin}/rest/leadForms/${id}`, headers)
  const failure = failureOf(answer, ports.clock.now())
  return failure === undefined ? { form: bodyOf(answer) } : { failure }
}

export const linkedin: Provider = {
  split: (delivery, receivedAt) =>
    (Array.isArray(delivery) ? listOf(delivery) : [delivery])
      .map(objectOf)
      .flatMap((event) => foundOf(event, receivedAt)),
  read: async (ports, message) => {
    const token = await ports.secrets.get('LINKEDIN_ACCESS_TOKEN')
    if (token === undefined)
      return {
        is: 'stuck',
        reason: 'reauth',
        detail: 'LINKEDIN_ACCESS_TOKEN is not set',
        alert: 'LINKEDIN_ACCESS_TOKEN is not set: leads of LinkedIn cannot be read. Set it, then replay.',
      }
    const headers = headersFor(token)
    const url = `${ports.urls.linkedin}/rest/leadFormResponses/${message.sourceLeadId}?fields=${fields}`
    const answer = await get(ports, url, headers)
    const failure = failureOf(answer, ports.clock.now())
    if (failure !== undefined) return failure
    const found = await readForm(ports, headers, bodyOf(answer), message)
    if ('failure' in found) return found.failure
    return { is: 'lead', draft: draftOf(bodyOf(answer), found.form, message) }
  },
}
