/** Attribution: where a lead came from, first and last. */
import type { LeadEvent, Submission } from './event.ts'

export type Touch = Readonly<Record<string, string | boolean>>

export interface Attribution {
  readonly first: Touch
  readonly last: Touch
}

export interface SourceEntry {
  readonly source: string
  readonly sourceLeadId?: string
  readonly formId?: string
  readonly at: number
  readonly eventId: string
}

/** Query parameters and cookies that tell a channel (contracts: surface §2, external §4). */
export const clickIds = [
  'gclid',
  'gbraid',
  'wbraid',
  'fbclid',
  'fbc',
  'fbp',
  'li_fat_id',
  'ttclid',
  'msclkid',
  'twclid',
] as const
const known = new Set<string>([
  ...clickIds,
  'ad_id',
  'ad_name',
  'adset_id',
  'adset_name',
  'campaign_id',
  'campaign_name',
  'form_id',
  'form_name',
  'platform',
  'is_organic',
  'referrer',
  'landing_page',
  'referral',
])

/** Whether a key of a submission belongs to its attribution. */
export const isAttribution = (key: string): boolean => known.has(key) || /^utm_[a-z_]{1,30}$/.test(key)

function decoded(text: string): string {
  try {
    return decodeURIComponent(text.replace(/\+/g, ' '))
  } catch {
    return text
  }
}

/** What a page's address tells: its `utm_*` and click ids. */
export function touchOfAddress(address: string): Touch {
  const query = address.slice(0, 4000).split('#')[0]?.split('?')[1] ?? ''
  const pairs = query.split('&').map((pair) => pair.split('='))
  return Object.fromEntries(
    pairs.flatMap(([key = '', ...value]) => {
      const name = decoded(key)
      const text = decoded(value.join('=')).slice(0, 500)
      return text !== '' && isAttribution(name) ? [[name, text]] : []
    }),
  )
}

const isEmpty = (touch: Touch): boolean => Object.keys(touch).length === 0
const capturesOf = (sorted: readonly LeadEvent[]): readonly { id: string; submission: Submission }[] =>
  sorted.flatMap((event) =>
    event.type === 'captured' ? [{ id: event.id, submission: event.submission }] : [],
  )

/** First and last touch that told anything: a direct visit later does not wipe out what brought the lead. */
export function attributionOf(sorted: readonly LeadEvent[]): Attribution {
  const touches = capturesOf(sorted)
    .map(({ submission }) => submission.attribution)
    .filter((touch) => !isEmpty(touch))
  return { first: touches[0] ?? {}, last: touches.at(-1) ?? {} }
}

/** Every way in which the lead arrived, oldest first. */
export const sourcesOf = (sorted: readonly LeadEvent[]): readonly SourceEntry[] =>
  capturesOf(sorted).map(({ id, submission }) => ({
    source: submission.source,
    ...(submission.sourceLeadId === undefined ? {} : { sourceLeadId: submission.sourceLeadId }),
    ...(submission.formId === undefined ? {} : { formId: submission.formId }),
    at: submission.at,
    eventId: id,
  }))
