/** The mail to a lead: rendered, with the headers that bulk senders owe (RFC 8058, RFC 2919). */
import type { Content } from '../../domain/content.ts'
import { renderLine } from '../../domain/render.ts'
import type { SendStep, Sequence } from '../../domain/sequence.ts'
import type { Sender } from '../../domain/settings.ts'
import type { CompiledTemplate } from '../../domain/template.ts'
import { signLink } from './links.ts'
import type { Mail, Profile, Secrets } from './ports.ts'
import { rendered } from './rendered.ts'
import { addressLine, emailVariables } from './variables.ts'

export interface LeadMailInput {
  readonly content: Content
  readonly profile: Profile
  readonly sequence: Sequence
  readonly step: SendStep
  readonly template: CompiledTemplate
  readonly enrolmentId: string
  readonly n: number
  readonly attempt: number
  readonly owner: string | undefined
  readonly publicUrl: string
}

const domainOf = (address: string): string => address.slice(address.lastIndexOf('@') + 1)

/** The sender that the step names, else its template's, else the sequence's, else the settings' default. */
export const senderOf = (
  { settings }: Content,
  template: Pick<CompiledTemplate, 'from'>,
  sequence?: Sequence,
  step?: SendStep,
): Sender => {
  for (const id of [step?.from, template.from, sequence?.from, settings.defaults.from]) {
    const sender = id === undefined ? undefined : settings.senders[id]
    if (sender !== undefined) return sender
  }
  throw new Error(`settings.yaml has no sender "${settings.defaults.from}".`)
}

const replyToOf = (sender: Sender, owner: string | undefined): string =>
  sender.replyTo === undefined || sender.replyTo === 'owner-or-sender'
    ? (owner ?? sender.email)
    : sender.replyTo

const headersOf = (url: string, token: string, sender: Sender, topic: string): Mail['headers'] => {
  const domain = domainOf(sender.email)
  return [
    { name: 'List-Unsubscribe', value: `<${url}>, <mailto:unsubscribe@${domain}?subject=${token}>` },
    { name: 'List-Unsubscribe-Post', value: 'List-Unsubscribe=One-Click' },
    { name: 'List-ID', value: `<${topic}.${domain}>` },
  ]
}

/** Composes one message. Throws when the template does not render: nothing is sent then. */
export const leadMail = async (secrets: Secrets, input: LeadMailInput): Promise<Mail> => {
  const { content, profile, sequence, step, template, enrolmentId } = input
  const sender = senderOf(content, template, sequence, step)
  const token = await signLink(secrets, 'unsubscribe', [profile.leadId])
  const unsubscribeUrl = `${input.publicUrl}/u/${token}`
  const variables = emailVariables({
    reader: profile,
    settings: content.settings,
    sender,
    sequence,
    step: step.id,
    form: profile.form === undefined ? undefined : content.forms[profile.form],
    unsubscribeUrl,
  })
  const message = rendered(template, variables)
  return {
    from: addressLine(sender),
    to: profile.person.email ?? '',
    replyTo: replyToOf(sender, input.owner),
    subject: step.subject === undefined ? message.subject : renderLine(step.subject, variables),
    html: message.html,
    text: message.text,
    headers: headersOf(unsubscribeUrl, token, sender, template.topic ?? sequence.topic),
    tags: {
      lead: profile.leadId,
      enrolment: enrolmentId,
      sequence: sequence.id,
      step: step.id,
      n: String(input.n),
      attempt: String(input.attempt),
    },
  }
}
