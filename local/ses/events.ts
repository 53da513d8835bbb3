/** What SES tells EventBridge about a mail, event by event. */
import { randomUUID } from 'node:crypto'
import { addressOf, type StoredMail } from './mail.ts'

export type EventKind =
  | 'send'
  | 'delivery'
  | 'bounce'
  | 'complaint'
  | 'reject'
  | 'open'
  | 'click'
  | 'deliveryDelay'

/** An event of the default bus, as a rule's target gets it. */
export interface SesEvent {
  readonly version: '0'
  readonly id: string
  readonly 'detail-type': string
  readonly source: 'aws.ses'
  readonly account: string
  readonly time: string
  readonly region: string
  readonly resources: readonly string[]
  readonly detail: Readonly<Record<string, unknown>>
}

export interface EventPlace {
  readonly region: string
  readonly account: string
}

const NAMES: Readonly<Record<EventKind, readonly [detailType: string, eventType: string]>> = {
  send: ['Email Sent', 'Send'],
  delivery: ['Email Delivered', 'Delivery'],
  bounce: ['Email Bounced', 'Bounce'],
  complaint: ['Email Complaint Received', 'Complaint'],
  reject: ['Email Rejected', 'Reject'],
  open: ['Email Opened', 'Open'],
  click: ['Email Clicked', 'Click'],
  deliveryDelay: ['Email Delivery Delayed', 'DeliveryDelay'],
}

const listed = (name: string, values: readonly string[]) =>
  values.length === 0 ? [] : [{ name, value: values.join(', ') }]

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

const mailPart = (mail: StoredMail, place: EventPlace) => {
  const domain = domainOf(addressOf(mail.from))
  const set = mail.configurationSet
  return {
    timestamp: mail.sentAt,
    source: mail.from,
    sourceArn: `arn:aws:ses:${place.region}:${place.account}:identity/${domain}`,
    sendingAccountId: place.account,
    messageId: mail.messageId,
    destination: [...mail.to, ...mail.cc, ...mail.bcc].map(addressOf),
    headersTruncated: false,
    headers: [
      { name: 'From', value: mail.from },
      ...listed('Reply-To', mail.replyTo),
      ...listed('To', mail.to),
      ...listed('Cc', mail.cc),
      { name: 'Subject', value: mail.subject },
      { name: 'MIME-Version', value: '1.0' },
      ...mail.headers,
    ],
    commonHeaders: {
      from: [mail.from],
      ...(mail.replyTo.length > 0 && { replyTo: mail.replyTo }),
      to: mail.to,
      ...(mail.cc.length > 0 && { cc: mail.cc }),
      messageId: mail.messageId,
      subject: mail.subject,
    },
    tags: {
      'ses:operation': ['SendEmail'],
      ...(set !== undefined && { 'ses:configuration-set': [set] }),
      'ses:source-ip': ['127.0.0.1'],
      'ses:from-domain': [domain],
      'ses:caller-identity': ['local'],
      ...Object.fromEntries(Object.entries(mail.tags).map(([name, value]) => [name, [value]])),
    },
  }
}

/** The event of `kind`; `body` goes under the kind's own key, `time` is when the bus got it. */
export const sesEvent = (
  kind: EventKind,
  mail: StoredMail,
  place: EventPlace,
  body: unknown,
  time: number,
): SesEvent => {
  const [detailType, eventType] = NAMES[kind]
  const set = mail.configurationSet
  return {
    version: '0',
    id: randomUUID(),
    'detail-type': detailType,
    source: 'aws.ses',
    account: place.account,
    time: `${new Date(time).toISOString().slice(0, 19)}Z`,
    region: place.region,
    resources:
      set === undefined ? [] : [`arn:aws:ses:${place.region}:${place.account}:configuration-set/${set}`],
    detail: { eventType, mail: mailPart(mail, place), [kind]: body },
  }
}
