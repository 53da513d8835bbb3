/** What an SES event means for the lead: an event for its log, a proof, or a matter for a person. */
import type { LeadEvent } from '../../domain/event.ts'
import { isComplaint, isPermanent } from '../../domain/suppression.ts'
import type { Proof } from '../shared/ports.ts'
import type { SesDetail, Subject } from './ses-event.ts'

export type Meaning =
  | { readonly kind: 'proof'; readonly proof: Partial<Proof> }
  | { readonly kind: 'log'; readonly event: LeadEvent }
  /** SES took it and then did not send it: the record of the message is not "sent". */
  | { readonly kind: 'failed'; readonly detail: string }
  | { readonly kind: 'nothing' }

/** Nobody reads and clicks sooner: mail scanners do. In milliseconds. */
const humanAfter = 5000
/** Agents of scanners and proxies that say who they are. */
const scanner = /bot\b|crawl|spider|barracuda|proofpoint|mimecast|safelinks|googleimageproxy|yahoomailproxy/i

const nothing: Meaning = { kind: 'nothing' }
const instant = (text: string): number => Date.parse(text)

const verdictOf = (detail: SesDetail, at: number, agent: string | null | undefined): 'human' | 'machine' =>
  at - instant(detail.mail.timestamp) < humanAfter || scanner.test(agent ?? '') ? 'machine' : 'human'

const signal = (
  detail: SesDetail,
  subject: Subject,
  name: string,
  at: number,
  rest: { key: string; properties: Record<string, string>; verdict: 'human' | 'machine' | 'unknown' },
): Meaning => ({
  kind: 'log',
  event: {
    type: 'signal',
    id: `ses-${detail.mail.messageId}-${name}-${rest.key}`,
    at,
    name,
    properties: rest.properties,
    verdict: rest.verdict,
    ...(subject.enrolmentId !== undefined && { enrolmentId: subject.enrolmentId }),
    ...(subject.step !== undefined && { step: subject.step }),
  },
})

const suppressed = (
  detail: SesDetail,
  reason: 'bounced' | 'complained' | 'unsubscribed',
  at: number,
  note: string | null | undefined,
): Meaning => ({
  kind: 'log',
  event: {
    type: 'suppressed',
    id: `ses-${detail.mail.messageId}-${reason}`,
    at,
    reason,
    source: 'ses',
    ...(note && { detail: note }),
  },
})

const bounceOf = (detail: SesDetail, subject: Subject): Meaning => {
  const { bounce } = detail
  if (bounce === undefined) return nothing
  const at = instant(bounce.timestamp)
  const status = bounce.bouncedRecipients?.[0]?.status ?? undefined
  const kinds = {
    bounceType: bounce.bounceType ?? undefined,
    bounceSubType: bounce.bounceSubType ?? undefined,
  }
  if (isPermanent({ ...kinds, status })) return suppressed(detail, 'bounced', at, bounce.bounceSubType)
  const properties = {
    bounceType: kinds.bounceType ?? '',
    bounceSubType: kinds.bounceSubType ?? '',
    ...(status && { status }),
  }
  return signal(detail, subject, 'email.bounced', at, {
    key: bounce.feedbackId ?? String(at),
    properties,
    verdict: 'unknown',
  })
}

const complaintOf = (detail: SesDetail): Meaning => {
  const { complaint } = detail
  if (complaint === undefined || !isComplaint(complaint.complaintFeedbackType ?? undefined)) return nothing
  return suppressed(detail, 'complained', instant(complaint.timestamp), complaint.complaintFeedbackType)
}

const clickOf = (detail: SesDetail, subject: Subject): Meaning => {
  const { click } = detail
  if (click === undefined) return nothing
  const at = instant(click.timestamp)
  return signal(detail, subject, 'email.clicked', at, {
    key: `${at}-${linkKey(click.link)}`,
    properties: { link: click.link.slice(0, 500) },
    verdict: verdictOf(detail, at, click.userAgent),
  })
}

/** Two links clicked at one instant are two events. */
const linkKey = (link: string): string => {
  let hash = 0
  for (const character of link) hash = (hash * 31 + (character.codePointAt(0) ?? 0)) % 4_294_967_291
  return hash.toString(36)
}

const openOf = (detail: SesDetail, subject: Subject): Meaning => {
  const { open } = detail
  if (open === undefined) return nothing
  const at = instant(open.timestamp)
  return signal(detail, subject, 'email.opened', at, {
    key: String(at),
    properties: {},
    verdict: verdictOf(detail, at, open.userAgent),
  })
}

const delayOf = (detail: SesDetail, subject: Subject): Meaning => {
  const { deliveryDelay } = detail
  if (deliveryDelay === undefined) return nothing
  const at = instant(deliveryDelay.timestamp)
  const properties = { delayType: deliveryDelay.delayType ?? '' }
  return signal(detail, subject, 'email.delayed', at, { key: String(at), properties, verdict: 'unknown' })
}

/** SES spells the status `OptOut`, its API `OPT_OUT`. */
const subscriptionOf = (detail: SesDetail): Meaning => {
  const { subscription } = detail
  const topics = subscription?.newTopicPreferences
  const left =
    topics?.unsubscribeAll === true ||
    topics?.topicSubscriptionStatus?.some(({ subscriptionStatus }) =>
      /^opt_?out$/i.test(subscriptionStatus ?? ''),
    )
  return subscription && left
    ? suppressed(detail, 'unsubscribed', instant(subscription.timestamp), subscription.source)
    : nothing
}

/** Reads one event. */
export const meaningOf = (detail: SesDetail, subject: Subject): Meaning => {
  switch (detail.eventType) {
    case 'Send':
      return {
        kind: 'proof',
        proof: { sentAt: instant(detail.mail.timestamp), messageId: detail.mail.messageId },
      }
    case 'Delivery':
      return detail.delivery
        ? { kind: 'proof', proof: { deliveredAt: instant(detail.delivery.timestamp) } }
        : nothing
    case 'Bounce':
      return bounceOf(detail, subject)
    case 'Complaint':
      return complaintOf(detail)
    case 'Click':
      return clickOf(detail, subject)
    case 'Open':
      return openOf(detail, subject)
    case 'DeliveryDelay':
      return delayOf(detail, subject)
    case 'Subscription':
      return subscriptionOf(detail)
    case 'Reject':
      return { kind: 'failed', detail: `SES rejected it: ${detail.reject?.reason ?? 'no reason given'}` }
    case 'Rendering Failure':
      return {
        kind: 'failed',
        detail: `SES could not render it: ${detail.failure?.errorMessage ?? 'no reason given'}`,
      }
    default:
      return nothing
  }
}
