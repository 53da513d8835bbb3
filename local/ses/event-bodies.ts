/** The part of an SES event that is particular to its kind. */
import { addressOf, type StoredMail } from './mail.ts'

export interface BodyOptions {
  /** When it happened, milliseconds. */
  readonly at: number
  readonly region: string
  readonly link?: string | undefined
  readonly userAgent?: string | undefined
  readonly bounceType?: string | undefined
  readonly bounceSubType?: string | undefined
}

const PERSON =
  'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/131.0.0.0 Safari/537.36'
const HOUR = 3_600_000

const iso = (at: number): string => new Date(at).toISOString()
const recipients = (mail: StoredMail): string[] => [...mail.to, ...mail.cc, ...mail.bcc].map(addressOf)
const mta = (region: string): string => `a7-21.smtp-out.${region}.amazonses.com`
const feedbackId = (mail: StoredMail, at: number): string =>
  `0102${at.toString(16).padStart(12, '0')}-${mail.messageId.slice(17, 53)}-000000`

/** Status and diagnostic by sub-type; what is not listed follows its type. */
const DIAGNOSES: Readonly<Record<string, readonly [status: string, diagnostic: string]>> = {
  'Permanent/General': ['5.1.1', 'smtp; 550 5.1.1 user unknown'],
  'Permanent/NoEmail': ['5.1.1', 'smtp; 550 5.1.1 user unknown'],
  'Permanent/Suppressed': [
    '5.1.1',
    'Amazon SES did not send the message to this address because it is on the suppression list.',
  ],
  'Permanent/OnAccountSuppressionList': [
    '5.1.1',
    'Amazon SES did not send the message to this address because it is on the suppression list for your account.',
  ],
  'Transient/MailboxFull': ['4.2.2', 'smtp; 452 4.2.2 mailbox full'],
  'Transient/MessageTooLarge': ['5.3.4', 'smtp; 552 5.3.4 message too large'],
  'Transient/ContentRejected': ['5.7.1', 'smtp; 554 5.7.1 content rejected'],
  'Transient/AttachmentRejected': ['5.7.1', 'smtp; 552 5.7.1 attachment rejected'],
}

const fallback = (type: string): readonly [string, string] =>
  type === 'Permanent' ? ['5.0.0', 'smtp; 550 5.0.0 failed'] : ['4.0.0', 'smtp; 450 4.0.0 try again later']

export const deliveryBody = (mail: StoredMail, { at, region }: BodyOptions) => ({
  timestamp: iso(at),
  processingTimeMillis: at - Date.parse(mail.sentAt),
  recipients: recipients(mail),
  smtpResponse: '250 2.0.0 OK',
  reportingMTA: mta(region),
})

export const bounceBody = (mail: StoredMail, options: BodyOptions) => {
  const type = options.bounceType ?? 'Permanent'
  const subType = options.bounceSubType ?? 'General'
  const [status, diagnosticCode] = DIAGNOSES[`${type}/${subType}`] ?? fallback(type)
  return {
    bounceType: type,
    bounceSubType: subType,
    bouncedRecipients: recipients(mail).map((emailAddress) => ({
      emailAddress,
      action: 'failed',
      status,
      diagnosticCode,
    })),
    timestamp: iso(options.at),
    feedbackId: feedbackId(mail, options.at),
    reportingMTA: `dns; ${mta(options.region)}`,
  }
}

export const complaintBody = (mail: StoredMail, { at }: BodyOptions) => ({
  complainedRecipients: recipients(mail).map((emailAddress) => ({ emailAddress })),
  timestamp: iso(at),
  feedbackId: feedbackId(mail, at),
  userAgent: 'ExampleFeedbackLoop/1.0',
  complaintFeedbackType: 'abuse',
  arrivalDate: iso(at),
  complaintSubType: null,
})

const delayBody = (mail: StoredMail, { at, bounceSubType }: BodyOptions) => ({
  timestamp: iso(at),
  delayType: bounceSubType ?? 'MailboxFull',
  expirationTime: iso(Date.parse(mail.sentAt) + 14 * HOUR),
  delayedRecipients: recipients(mail).map((emailAddress) => ({
    emailAddress,
    status: '4.2.2',
    diagnosticCode: 'smtp; 452 4.2.2 mailbox full',
  })),
})

const openBody = (_mail: StoredMail, { at, userAgent }: BodyOptions) => ({
  ipAddress: '203.0.113.7',
  timestamp: iso(at),
  userAgent: userAgent ?? PERSON,
})

/** The first web link in the html, as a mail program would follow it. */
const firstLink = (mail: StoredMail): string | undefined =>
  /href\s*=\s*["'](https?:[^"']+)["']/i.exec(mail.html ?? '')?.[1]?.replaceAll('&amp;', '&')

const clickBody = (mail: StoredMail, options: BodyOptions) => ({
  ...openBody(mail, options),
  link: options.link ?? firstLink(mail) ?? 'https://www.example.com/',
  linkTags: null,
})

/** What can be reported of a mail after it was sent. */
export const BODIES = {
  open: openBody,
  click: clickBody,
  delivery: deliveryBody,
  bounce: bounceBody,
  complaint: complaintBody,
  reject: () => ({ reason: 'Bad content' }),
  deliveryDelay: delayBody,
} as const

export type ReportType = keyof typeof BODIES
