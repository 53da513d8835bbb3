/** A mail as the local service keeps it, and the MIME it would have gone out as. */
import MailComposer from 'nodemailer/lib/mail-composer'
import { decodeWords } from 'postal-mime'

export interface MailHeader {
  readonly name: string
  readonly value: string
}

/** What the inbox shows of an accepted mail. */
export interface Mail {
  readonly id: string
  readonly messageId: string
  readonly to: readonly string[]
  readonly from: string
  readonly replyTo: readonly string[]
  readonly subject: string
  /** ISO 8601. */
  readonly sentAt: string
  readonly tags: Readonly<Record<string, string>>
  readonly headers: readonly MailHeader[]
  readonly html: string | undefined
  readonly text: string | undefined
}

export interface StoredMail extends Mail {
  readonly configurationSet: string | undefined
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
}

/** A message id as SES makes them: region, milliseconds, random, count. */
export const newMessageId = (now: number, uuid: string): string =>
  `0102${now.toString(16).padStart(12, '0')}-${uuid}-000000`

/** The address in `Name <address>`, or the text itself. */
export const addressOf = (text: string): string => {
  const open = text.lastIndexOf('<')
  return (open >= 0 ? text.slice(open + 1, text.lastIndexOf('>')) : text).trim()
}

/** A name may come encoded already; the composer encodes it itself. */
const decoded = (text: string): string => (text.includes('=?') ? decodeWords(text) : text)

const bodies = (mail: StoredMail) => ({
  ...(mail.text !== undefined && { text: mail.text }),
  ...(mail.html !== undefined && { html: mail.html }),
})

/** Builds the MIME message: the alternatives, the id and the date that SES would set. */
export const composeMime = (mail: StoredMail, region: string): Promise<string> => {
  const composer = new MailComposer({
    from: decoded(mail.from),
    to: mail.to.map(decoded),
    cc: mail.cc.map(decoded),
    replyTo: mail.replyTo.map(decoded),
    subject: decoded(mail.subject),
    messageId: `<${mail.messageId}@${region}.amazonses.com>`,
    date: new Date(mail.sentAt),
    headers: mail.headers.map(({ name, value }) => ({ key: name, value: { prepared: true, value } })),
    baseBoundary: mail.messageId,
    disableFileAccess: true,
    disableUrlAccess: true,
    ...bodies(mail),
  })
  return new Promise((resolve, reject) => {
    composer.compile().build((error, message) => {
      if (error || message === undefined) reject(error ?? new Error('nothing was composed'))
      else resolve(message.toString())
    })
  })
}

/** Puts SES's own message id and date into a message that was given as it is. */
export const stampMime = (raw: string, messageId: string, sentAt: string, region: string): string => {
  const end = raw.search(/\r?\n\r?\n/)
  const head = end < 0 ? raw : raw.slice(0, end)
  const kept = head.replace(/^(message-id|date):.*(\r?\n[ \t].*)*(\r?\n)?/gim, '').trimEnd()
  const date = new Date(sentAt).toUTCString().replace('GMT', '+0000')
  const own = `Message-ID: <${messageId}@${region}.amazonses.com>\r\nDate: ${date}`
  return `${own}\r\n${kept}${end < 0 ? '\r\n\r\n' : raw.slice(end)}`
}
