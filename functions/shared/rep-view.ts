/** A lead as a sales rep sees it, in mails and pages: contact, why now, score reasons, what it did. */
import type { Content } from '../../domain/content.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { foldLead, type LeadState } from '../../domain/lead.ts'
import { zoneOf } from '../../domain/lead-zone.ts'
import type { Member } from '../../domain/routing.ts'
import { scoreLead } from '../../domain/scoring.ts'
import type { TemplateVariables } from '../../domain/template.ts'
import { timelineOf } from '../../domain/timeline.ts'
import type { StoredEnrolment } from './ports.ts'
import { scoreReasons } from './score-reasons.ts'
import { companyOf, titleOf } from './variables.ts'

export interface RepViewInput {
  readonly leadId: string
  readonly events: readonly LeadEvent[]
  readonly enrolments: readonly StoredEnrolment[]
  readonly content: Content
  readonly now: number
  readonly member: Member | undefined
}

const eventsShown = 8
const monthDay: Intl.DateTimeFormatOptions = { day: 'numeric', month: 'short' }
const hourMinute: Intl.DateTimeFormatOptions = {
  weekday: 'short',
  hour: '2-digit',
  minute: '2-digit',
  hourCycle: 'h23',
}

const inZone = (at: number, zone: string, options: Intl.DateTimeFormatOptions): string =>
  new Intl.DateTimeFormat('en-GB', { ...options, timeZone: zone }).format(at)

const fieldOf = (state: LeadState, name: string): string | undefined => state.profile[name]?.[0]

/** Variables of the hand-off and notice templates, but for links. */
export const repView = (input: RepViewInput): TemplateVariables => {
  const { leadId, events, enrolments, content, now, member } = input
  const state = foldLead(events, content, now)
  const zone = zoneOf(state, content.settings)
  const promoted = events.findLast((event) => event.type === 'stage.changed' && event.to === 'sql')
  const done = timelineOf(
    events,
    enrolments.map(({ enrolment }) => enrolment),
    content,
  )
  return {
    lead: {
      id: leadId,
      name: state.person.name,
      first_name: state.person.firstName,
      email: state.person.email,
      phone: state.person.phone,
      title: titleOf(state.fields) ?? fieldOf(state, 'title'),
      city: fieldOf(state, 'city'),
      local_time: inZone(now, zone, hourMinute),
    },
    company: { ...companyOf(state.fields), url: fieldOf(state, 'company.url') },
    why_now: promoted?.type === 'stage.changed' ? promoted.reason : undefined,
    score: {
      ...state.score,
      reasons: scoreReasons(scoreLead(state, content, now), content.scoring, state.profile),
    },
    timeline: done
      .filter(({ type }) => type !== 'message.held')
      .slice(-eventsShown)
      .map(({ at, text }) => ({ when: inZone(Date.parse(at), zone, monthDay), what: text })),
    owner: member && {
      name: member.name,
      first_name: member.name.split(' ')[0],
      booking_url: member.bookingUrl,
    },
    brand: { name: content.settings.brand.name, color: content.settings.brand.color },
  }
}
