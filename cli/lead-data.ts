/** A lead as the API tells it, found by its id or its address. */
import type { leadView } from '../domain/lead-view.ts'
import type { TimelineEntry } from '../domain/timeline-enrolment.ts'
import { api, Refusal } from './api.ts'

export interface EnrolmentSeen {
  readonly enrolmentId: string
  readonly sequence: string
  readonly version: string
  readonly status: 'active' | 'held' | 'completed' | 'exited' | 'failed'
  readonly step: string | null
  readonly due: string | null
  readonly exitReason: string | null
}

export type Lead = ReturnType<typeof leadView> & { readonly enrolments: readonly EnrolmentSeen[] }

/** The id of a lead; an address is looked up. */
export const leadIdOf = async (text: string): Promise<string> => {
  if (!text.includes('@')) return text
  const { leads } = await api<{ leads: readonly Lead[] }>(`/v1/leads?email=${encodeURIComponent(text)}`)
  const [lead] = leads
  if (lead === undefined) throw new Refusal(`There is no lead with the address ${text}.`, 404)
  return lead.leadId
}

const day = /^\d{4}-\d\d-\d\d$/

/** The instant of `--at` as the API wants it: a day alone means its end. */
export const instantOf = (text: string): string => {
  const at = new Date(day.test(text) ? `${text}T23:59:59` : text)
  if (Number.isNaN(at.getTime()))
    throw new Refusal(`"${text}" is no time. Write it like 2026-11-24, or 2026-11-24T09:30:00Z.`)
  return at.toISOString()
}

/** What a route about a lead answers, now or at an instant. */
export const aboutLead = <Body>(leadId: string, what: '' | `/${string}`, at?: string): Promise<Body> =>
  api(
    `/v1/leads/${encodeURIComponent(leadId)}${what}${at === undefined ? '' : `?at=${encodeURIComponent(at)}`}`,
  )

export interface Timeline {
  readonly events: readonly TimelineEntry[]
}

/** "Nora Quinn <nora@example.com>", or what there is of it. */
export const nameOf = ({ name, email, leadId }: Lead): string => {
  if (name !== null && email !== null) return `${name} <${email}>`
  return name ?? email ?? leadId
}
