/** SendEmail's input, checked as SES checks it. */
import { WireError } from '../wire.ts'
import { addressOf, type MailHeader } from './mail.ts'

interface Content {
  readonly Data?: string
  readonly Charset?: string
}

/** The part of SendEmail's input that is understood. */
export interface SendEmailInput {
  readonly FromEmailAddress?: string
  readonly ReplyToAddresses?: readonly string[]
  readonly Destination?: {
    readonly ToAddresses?: readonly string[]
    readonly CcAddresses?: readonly string[]
    readonly BccAddresses?: readonly string[]
  }
  readonly Content?: {
    readonly Simple?: {
      readonly Subject?: Content
      readonly Body?: { readonly Text?: Content; readonly Html?: Content }
      readonly Headers?: readonly { readonly Name?: string; readonly Value?: string }[]
    }
    readonly Raw?: { readonly Data?: string }
    readonly Template?: unknown
  }
  readonly EmailTags?: readonly { readonly Name?: string; readonly Value?: string }[]
  readonly ConfigurationSetName?: string
}

const TAG = /^[A-Za-z0-9_-]{1,256}$/
const TAG_VALUE = /^[A-Za-z0-9_-]{0,256}$/
const HEADER_NAME = /^[!-9;-~]{1,126}$/
const HEADER_VALUE = /^[ -~]{1,995}$/

const bad = (message: string): WireError => new WireError('BadRequestException', message)

const checkAddress = (text: string): void => {
  const address = addressOf(text)
  const at = address.lastIndexOf('@')
  const local = address.slice(0, at)
  if (at <= 0 || at === address.length - 1) throw bad(`Missing final '@domain'`)
  if (!/^[!-~]+$/.test(local)) throw bad('Local address contains control or whitespace, or is not ASCII')
  if (!/^[!-~]+$/.test(address.slice(at + 1))) throw bad(`Domain contains illegal character`)
}

export interface Recipients {
  readonly to: readonly string[]
  readonly cc: readonly string[]
  readonly bcc: readonly string[]
}

/** One to fifty destinations with ASCII local parts; none at all only where a raw message names them. */
export const checkRecipients = (input: SendEmailInput, raw: boolean): Recipients => {
  const { ToAddresses: to = [], CcAddresses: cc = [], BccAddresses: bcc = [] } = input.Destination ?? {}
  const all = [...to, ...cc, ...bcc]
  if (all.length === 0 && !raw) throw bad('One or more recipient addresses are required.')
  if (all.length > 50) throw bad('Recipient count exceeds 50.')
  for (const address of [...all, ...(input.ReplyToAddresses ?? [])]) checkAddress(address)
  return { to, cc, bcc }
}

/** Message tags: ASCII letters, digits, `_` and `-`, up to 256 of them. */
export const checkTags = (input: SendEmailInput): Record<string, string> => {
  const tags: Record<string, string> = {}
  for (const { Name = '', Value = '' } of input.EmailTags ?? []) {
    if (!TAG.test(Name))
      throw bad(`Invalid tag name <${Name}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`)
    if (!TAG_VALUE.test(Value))
      throw bad(`Invalid tag value <${Value}>: only alphanumeric ASCII characters, '_', and '-' are allowed.`)
    if (Name in tags) throw bad(`Duplicate tag name <${Name}>.`)
    tags[Name] = Value
  }
  return tags
}

const checkHeaders = (
  headers: readonly { readonly Name?: string; readonly Value?: string }[],
): MailHeader[] => {
  if (headers.length > 15) throw bad('Number of headers exceeds 15.')
  return headers.map(({ Name = '', Value = '' }) => {
    if (!HEADER_NAME.test(Name)) throw bad(`Invalid header name <${Name}>.`)
    if (!HEADER_VALUE.test(Value))
      throw bad(`Invalid header value for <${Name}>: 1 to 995 printable ASCII characters.`)
    return { name: Name, value: Value }
  })
}

export interface SimpleMail {
  readonly from: string
  readonly subject: string
  readonly html: string | undefined
  readonly text: string | undefined
  readonly headers: readonly MailHeader[]
}

/** A simple message: a sender, a subject, a body in at least one form. */
export const checkSimple = (input: SendEmailInput): SimpleMail => {
  const from = input.FromEmailAddress
  if (from === undefined || from === '') throw bad(`Missing required header 'From'.`)
  checkAddress(from)
  const simple = input.Content?.Simple
  if (simple?.Subject?.Data === undefined) throw bad('Missing Subject.')
  const [html, text] = [simple.Body?.Html?.Data, simple.Body?.Text?.Data]
  if (html === undefined && text === undefined) throw bad('Missing Body.')
  return { from, subject: simple.Subject.Data, html, text, headers: checkHeaders(simple.Headers ?? []) }
}

/** Which form the content has; templates of the service itself are not kept here. */
export const contentKind = (input: SendEmailInput): 'simple' | 'raw' => {
  const content = input.Content ?? {}
  if (content.Template !== undefined)
    throw new WireError('NotFoundException', 'Template does not exist.', 404)
  if ((content.Simple === undefined) === (content.Raw === undefined))
    throw bad('Content must hold exactly one of Simple, Raw and Template.')
  return content.Simple === undefined ? 'raw' : 'simple'
}
