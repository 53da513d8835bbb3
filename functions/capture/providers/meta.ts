/** Meta Lead Ads: deliveries name leads, the Graph API tells them (contracts: external §1). */
import { createHmac } from 'node:crypto'
import type { SubmissionDraft } from '../../../domain/submission.ts'
import { isHarmlessName, listOf, objectOf, textOf } from '../../shared/lossless-json.ts'
import { submissionIdOf } from '../../shared/submission-id.ts'
import type { ReadMessage } from '../ports.ts'
import { get } from './call.ts'
import { failureOf } from './meta-errors.ts'
import type { Found, Provider, ReadPorts } from './provider.ts'

const source = 'facebook'
/** Pinned: an unversioned call falls to the oldest version that still works. */
const version = 'v26.0'
/** Without `fields` Graph silently answers a minimal set. */
const fields =
  'id,created_time,ad_id,ad_name,adset_id,adset_name,campaign_id,campaign_name,form_id,field_data,custom_disclaimer_responses,is_organic,platform,partner_name,retailer_item_id'

const hintsOf = (value: Readonly<Record<string, unknown>>): Record<string, string> =>
  Object.fromEntries(
    ['page_id', 'form_id', 'ad_id'].flatMap((name) => {
      const text = textOf(value[name])
      return text === undefined || text === '0' ? [] : [[name, text]]
    }),
  )

const foundOf = (change: Readonly<Record<string, unknown>>, receivedAt: number): Found => {
  const value = objectOf(change['value'])
  const id = textOf(value['leadgen_id']) ?? ''
  if (!/^\d{1,40}$/.test(id))
    return {
      is: 'odd',
      sourceLeadId: '',
      reason: 'malformed',
      detail: 'a leadgen change without a usable leadgen_id',
    }
  const seconds = Number(value['created_time'])
  const at = Number.isFinite(seconds) && seconds > 0 ? seconds * 1000 : receivedAt
  return { is: 'lead', sourceLeadId: id, at, hints: hintsOf(value) }
}

const personNames: Readonly<Record<string, 'email' | 'phone' | 'name' | 'firstName' | 'lastName'>> = {
  full_name: 'name',
  email: 'email',
  phone_number: 'phone',
  first_name: 'firstName',
  last_name: 'lastName',
}

const answersOf = (lead: Readonly<Record<string, unknown>>): [string, string[]][] =>
  listOf(lead['field_data']).flatMap((entry) => {
    const { name, values } = objectOf(entry)
    const key = textOf(name)
    if (key === undefined || !isHarmlessName(key)) return []
    return [[key, listOf(values).flatMap((value) => textOf(value) ?? [])] as [string, string[]]]
  })

const isPerson = (name: string): boolean => Object.hasOwn(personNames, name)

const personOf = (answers: readonly [string, string[]][]): Partial<SubmissionDraft> =>
  Object.fromEntries(
    answers.flatMap(([name, [value]]) =>
      isPerson(name) && value !== undefined ? [[personNames[name], value]] : [],
    ),
  )

const ticked = new Set<unknown>(['1', 1, true, 'true'])

/** `is_checked` comes as "1", "", "0" or a boolean: what is not plainly a yes is a no. */
const consentsOf = (lead: Readonly<Record<string, unknown>>): Record<string, boolean> =>
  Object.fromEntries(
    listOf(lead['custom_disclaimer_responses']).flatMap((entry) => {
      const { checkbox_key: box, is_checked: checked } = objectOf(entry)
      const key = textOf(box)
      return key === undefined || !isHarmlessName(key) ? [] : [[key, ticked.has(checked)]]
    }),
  )

const attributionNames = [
  'ad_id',
  'ad_name',
  'adset_id',
  'adset_name',
  'campaign_id',
  'campaign_name',
  'form_id',
  'platform',
]

const attributionOf = (lead: Readonly<Record<string, unknown>>): Record<string, string | boolean> => {
  const texts = attributionNames.flatMap((name): [string, string | boolean][] => {
    const text = textOf(lead[name])
    return text === undefined ? [] : [[name, text]]
  })
  const organic = lead['is_organic']
  return Object.fromEntries(typeof organic === 'boolean' ? [...texts, ['is_organic', organic]] : texts)
}

const draftOf = (lead: Readonly<Record<string, unknown>>, message: ReadMessage): SubmissionDraft => {
  const answers = answersOf(lead)
  const consents = consentsOf(lead)
  // Graph writes +0000, which ISO 8601 readers refuse and Date.parse takes.
  const created = Date.parse(textOf(lead['created_time']) ?? '')
  const at = Number.isNaN(created) ? message.at : created
  return {
    submissionId: submissionIdOf(source, message.sourceLeadId),
    source,
    sourceLeadId: message.sourceLeadId,
    formId: textOf(lead['form_id']) ?? message.hints['form_id'],
    at,
    ...personOf(answers),
    fields: Object.fromEntries(answers.filter(([name]) => !isPerson(name))),
    consents,
    consent: { at, ...(Object.values(consents).includes(true) && { basis: 'consent' }) },
    attribution: attributionOf(lead),
  }
}

const noteVersion = ({ log }: Pick<ReadPorts, 'log'>, headers: Headers): void => {
  const answered = headers.get('facebook-api-version') ?? version
  const isWarned = headers.has('x-ad-api-version-warning')
  if (answered !== version || isWarned) log.info('meta.version', { asked: version, answered, isWarned })
}

const urlOf = (ports: ReadPorts, id: string, token: string, appSecret: string | undefined): string => {
  const proof =
    appSecret === undefined
      ? ''
      : `&appsecret_proof=${createHmac('sha256', appSecret).update(token).digest('hex')}`
  return `${ports.urls.meta}/${version}/${id}?fields=${fields}${proof}`
}

export const meta: Provider = {
  split: (delivery, receivedAt) => {
    const { object, entry } = objectOf(delivery)
    if (object !== 'page') return []
    return listOf(entry)
      .flatMap((page) => listOf(objectOf(page)['changes']))
      .map(objectOf)
      .filter((change) => change['field'] === 'leadgen')
      .map((change) => foundOf(change, receivedAt))
  },
  read: async (ports, message) => {
    const token = await ports.secrets.get('META_ACCESS_TOKEN')
    if (token === undefined)
      return {
        is: 'stuck',
        reason: 'reauth',
        detail: 'META_ACCESS_TOKEN is not set',
        alert:
          'META_ACCESS_TOKEN is not set: leads of Meta cannot be read. Set it, then replay the parked leads.',
      }
    const appSecret = (await ports.secrets.get('META_APP_SECRET'))?.trim().split(/\s+/)[0]
    const url = urlOf(ports, message.sourceLeadId, token, appSecret)
    const answer = await get(ports, url, { authorization: `Bearer ${token}` })
    if (answer.is === 'silence')
      return { is: 'later', reason: 'unavailable', detail: `Graph did not answer: ${answer.detail}` }
    noteVersion(ports, answer.headers)
    return failureOf(answer, ports.clock.now()) ?? { is: 'lead', draft: draftOf(answer.body, message) }
  },
}
