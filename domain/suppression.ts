/** What ends all mail to a lead for good. */
import type { EventOf, LeadEvent } from './event.ts'

export type SuppressionReason = EventOf<'suppressed'>['reason']

/** A temporary failure of the receiving side, whatever status it came with (contracts: external §5). */
const temporary = new Set([
  'MailboxFull',
  'MessageTooLarge',
  'ContentRejected',
  'AttachmentRejected',
  'CustomTimeoutExceeded',
])
/** RFC 3463: no such mailbox or domain, or it is switched off. */
const gone = /^5\.(?:1\.\d{1,2}|2\.1)$/

export interface Bounce {
  readonly bounceType?: string | undefined
  readonly bounceSubType?: string | undefined
  /** The recipient's enhanced status, "5.1.1". */
  readonly status?: string | undefined
}

/**
 * Only a permanent bounce suppresses. SES sometimes labels 5.x.x as Transient, so the recipient's status counts
 * too, but not when the subtype says that it was the message or a full mailbox.
 */
export function isPermanent({ bounceType, bounceSubType, status }: Bounce): boolean {
  if (bounceType?.toLowerCase() === 'permanent') return true
  if (temporary.has(bounceSubType ?? '')) return false
  if (status === undefined) return false
  return gone.test(status) || (bounceSubType === 'General' && status.startsWith('5.'))
}

/** A complaint suppresses, unless the recipient said that it was *not* spam. */
export const isComplaint = (feedbackType: string | undefined): boolean =>
  feedbackType?.toLowerCase() !== 'not-spam'

/** What a behaviour signal asks to be written to the log as `suppressed`. */
export function suppressionBySignal(
  name: string,
  properties: Readonly<Record<string, string>>,
): SuppressionReason | undefined {
  if (name === 'email.bounced') return isPermanent(properties) ? 'bounced' : undefined
  if (name === 'email.complained')
    return isComplaint(properties['complaintFeedbackType']) ? 'complained' : undefined
  return name === 'email.unsubscribed' ? 'unsubscribed' : undefined
}

/** Whether and why an event suppresses its lead. */
export function suppressionOf(event: LeadEvent): SuppressionReason | undefined {
  if (event.type === 'signal') return suppressionBySignal(event.name, event.properties)
  if (event.type !== 'suppressed') return undefined
  return event.reason === 'complained' && !isComplaint(event.detail) ? undefined : event.reason
}

/** The first reason in a sorted log. It is never lifted: a person who left comes back by writing to us, not by a form. */
export function suppressedBy(sorted: readonly LeadEvent[]): SuppressionReason | false {
  for (const event of sorted) {
    const reason = suppressionOf(event)
    if (reason) return reason
  }
  return false
}
