/** The local Simple Email Service: accepts mails, keeps them, and reports what became of them. */
import { randomUUID } from 'node:crypto'
import { Temporal } from 'temporal-polyfill'
import type { VirtualClock } from '../clock.ts'
import type { Store } from '../store.ts'
import { WireError } from '../wire.ts'
import {
  BODIES,
  type BodyOptions,
  bounceBody,
  complaintBody,
  deliveryBody,
  type ReportType,
} from './event-bodies.ts'
import { type EventKind, type SesEvent, sesEvent } from './events.ts'
import { fateOf } from './fate.ts'
import { composeMime, type Mail, newMessageId, type StoredMail, stampMime } from './mail.ts'
import { type Emit, Outbox } from './outbox.ts'
import { parseRaw } from './raw.ts'
import { checkRecipients, checkSimple, checkTags, contentKind, type SendEmailInput } from './request.ts'
import { SesRows } from './rows.ts'

export interface SesOptions {
  readonly store: Store
  readonly clock: VirtualClock
  /** The bus: gets every event, at least once. */
  readonly emit: Emit
  readonly region?: string
  readonly account?: string
  /** The identity's own configuration set, for sends that name none. Without any there are no events. */
  readonly configurationSet?: string
}

export interface Report {
  readonly type: ReportType
  readonly link?: string
  readonly bounceType?: string
  readonly bounceSubType?: string
  readonly userAgent?: string
  /** ISO 8601 duration since delivery, PT10M unless told. */
  readonly after?: string
}

const DELIVERED_MS = 1000
const COMPLAINED_MS = 60_000

const shown = ({ configurationSet: _set, cc: _cc, bcc: _bcc, ...mail }: StoredMail): Mail => mail

export class Ses {
  readonly rows: SesRows
  readonly clock: VirtualClock
  /** Tests may hold events back: milliseconds between an event and the bus getting it. */
  eventLag: (event: SesEvent) => number = () => 0
  private readonly place: { readonly region: string; readonly account: string }
  private readonly defaultSet: string | undefined
  private readonly outbox: Outbox

  constructor(options: SesOptions) {
    this.rows = new SesRows(options.store)
    this.clock = options.clock
    this.place = { region: options.region ?? 'eu-west-1', account: options.account ?? '123456789012' }
    this.defaultSet = options.configurationSet
    this.outbox = new Outbox(this.rows, options.clock, options.emit)
  }

  /** Emits what an earlier run still owed. To be called once the bus is there. */
  start(): void {
    this.outbox.resume()
  }

  /** Accepts a mail or refuses it as SES would; once it answers, the mail and its events are kept. */
  async send(input: SendEmailInput): Promise<string> {
    const now = this.clock.now()
    const mail = await this.read(input, now)
    const given =
      contentKind(input) === 'simple'
        ? undefined
        : stampMime(decode(input), mail.messageId, mail.sentAt, this.place.region)
    const events = mail.configurationSet === undefined ? [] : this.eventsOf(mail, now)
    const owed = this.rows.accept(
      mail,
      given,
      events.map((event) => [now + this.eventLag(event), event]),
    )
    this.outbox.deliver(owed)
    return mail.messageId
  }

  /** Newest first. */
  list(filter: { readonly to?: string; readonly limit?: number } = {}): Mail[] {
    return this.rows.list(filter.to, filter.limit ?? 50).map(shown)
  }

  get(id: string): Mail | undefined {
    const mail = this.rows.get(id)
    return mail && shown(mail)
  }

  /** The message as it would have gone out. */
  async raw(id: string): Promise<string | undefined> {
    const mail = this.rows.get(id)
    // Composed when somebody looks: it is a third of the cost of a send, and always comes out the same.
    return mail && (this.rows.raw(id) ?? composeMime(mail, this.place.region))
  }

  /** Reports that something became of a mail; answers with the event, or undefined when there is no such mail. */
  report(id: string, report: Report): SesEvent | undefined {
    const mail = this.rows.get(id)
    if (mail === undefined) return undefined
    const delivered = Temporal.Instant.fromEpochMilliseconds(Date.parse(mail.sentAt) + DELIVERED_MS)
    const happened = delivered.toZonedDateTimeISO('UTC').add(Temporal.Duration.from(report.after ?? 'PT10M'))
    const at = happened.epochMilliseconds
    const body = BODIES[report.type](mail, { ...report, at, region: this.place.region })
    const event = this.event(report.type, mail, body, Math.max(at, this.clock.now()))
    this.outbox.deliver([this.rows.owe(this.clock.now(), event)])
    return event
  }

  /** How many mails were accepted, by the values of the named tags: more than one of anything is a duplicate. */
  countBy(...names: readonly string[]): Map<string, number> {
    const counts = new Map<string, number>()
    for (const { tags, count } of this.rows.countByTags()) {
      const key = names.map((name) => tags[name] ?? '').join('/')
      counts.set(key, (counts.get(key) ?? 0) + count)
    }
    return counts
  }

  private async read(input: SendEmailInput, now: number): Promise<StoredMail> {
    const raw = contentKind(input) === 'raw'
    const recipients = checkRecipients(input, raw)
    const tags = checkTags(input)
    const messageId = newMessageId(now, randomUUID())
    const content = raw ? await parseRaw(decode(input)) : checkSimple(input)
    const to = recipients.to.length > 0 || !raw ? recipients.to : ((content as { to?: string[] }).to ?? [])
    return {
      id: messageId,
      messageId,
      ...recipients,
      to,
      from: input.FromEmailAddress ?? content.from,
      replyTo: input.ReplyToAddresses ?? [],
      subject: content.subject,
      sentAt: new Date(now).toISOString(),
      tags,
      headers: content.headers,
      html: content.html,
      text: content.text,
      configurationSet: input.ConfigurationSetName ?? this.defaultSet,
    }
  }

  /** Sent, and what follows from the address; a moment later in their own timestamps, at once on the bus. */
  private eventsOf(mail: StoredMail, now: number): SesEvent[] {
    const at = (ms: number): BodyOptions => ({ at: now + ms, region: this.place.region })
    const sent = this.event('send', mail, {}, now)
    const fate = fateOf(
      [...mail.to, ...mail.cc, ...mail.bcc],
      (one) => this.rows.suppressed(one) !== undefined,
    )
    if (fate.kind === 'bounce') {
      const options = { ...at(DELIVERED_MS), bounceType: fate.type, bounceSubType: fate.subType }
      return [sent, this.event('bounce', mail, bounceBody(mail, options), now + DELIVERED_MS)]
    }
    const delivered = this.event('delivery', mail, deliveryBody(mail, at(DELIVERED_MS)), now + DELIVERED_MS)
    if (fate.kind === 'delivery') return [sent, delivered]
    const complaint = complaintBody(mail, at(COMPLAINED_MS))
    return [sent, delivered, this.event('complaint', mail, complaint, now + COMPLAINED_MS)]
  }

  private event(kind: EventKind, mail: StoredMail, body: unknown, time: number): SesEvent {
    return sesEvent(kind, mail, this.place, body, time)
  }
}

const decode = (input: SendEmailInput): string => {
  const data = input.Content?.Raw?.Data
  if (data === undefined) throw new WireError('BadRequestException', 'Missing raw message data.')
  return Buffer.from(data, 'base64').toString('utf8')
}
