/** The shared SES events, made to be about a mail that was really sent. */
import { fixture } from './_fixtures.ts'
import type { Product } from './_runtime.ts'

export interface Person {
  readonly leadId: string
  readonly email: string
  // biome-ignore lint/suspicious/noExplicitAny: a mail of the inbox.
  readonly mail: any
}

/** A lead with one mail sent and a sequence running. */
export const mailed = async (product: Product, name: string): Promise<Person> => {
  const email = `${name}@example.com`
  await product.form('demo', { email, consent_email: 'on', consent_text_id: 'demo-v3' })
  const { leadId } = await product.leadOf(email)
  const [mail] = await product.inbox(email)
  return { leadId, email, mail }
}

// biome-ignore lint/suspicious/noExplicitAny: an event of SES.
const about = (detail: any, { mail, email }: Person): any => {
  const moved = Date.parse(mail.sentAt) - Date.parse(detail.mail.timestamp)
  const text = JSON.stringify(detail)
    .replaceAll(/2026-11-2\dT[\d:.]+Z/g, (at) => new Date(Date.parse(at) + moved).toISOString())
    .replaceAll('ines.duarte@example.com', email)
    .replaceAll(detail.mail.messageId, mail.messageId)
  const named = JSON.parse(text)
  const own = Object.entries(mail.tags).map(([name, value]) => [name, [value]])
  const ses = Object.entries(named.mail.tags).filter(([name]) => name.startsWith('ses:'))
  named.mail.tags = Object.fromEntries([...ses, ...own])
  return named
}

/** An EventBridge event with the message of the test; its instants are moved to after that mail was sent. */
export const eventAbout = (id: string, person: Person): object => {
  const { event } = fixture(id)
  return { ...event, detail: about(event.detail, person) }
}

/** The same for an SNS message. */
export const snsAbout = (id: string, person: Person): { readonly Message: string } => {
  const envelope = fixture(id).event.Records[0].Sns
  return { ...envelope, Message: JSON.stringify(about(JSON.parse(envelope.Message), person)) }
}
