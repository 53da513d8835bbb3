/** SES v2: one call per message, never repeated here. */
import { SESv2ServiceException, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { env } from '../env.ts'
import type { Mail, Mailer, SendOutcome } from '../ports.ts'
import { ses } from './clients.ts'

/** Refusals after which the message was certainly not taken and a later try may succeed. */
const later = new Set([
  'TooManyRequestsException',
  'ThrottlingException',
  'LimitExceededException',
  'SendingPausedException',
  'AccountSuspendedException',
])
/** Refusals of this very message: the same call would be refused again. */
const never = new Set([
  'MessageRejected',
  'BadRequestException',
  'MailFromDomainNotVerifiedException',
  'NotFoundException',
])

const inputOf = (mail: Mail): SendEmailCommandInput => ({
  FromEmailAddress: mail.from,
  Destination: { ToAddresses: [mail.to] },
  ...(mail.replyTo !== undefined && { ReplyToAddresses: [mail.replyTo] }),
  Content: {
    Simple: {
      Subject: { Data: mail.subject, Charset: 'UTF-8' },
      Body: { Html: { Data: mail.html, Charset: 'UTF-8' }, Text: { Data: mail.text, Charset: 'UTF-8' } },
      Headers: mail.headers.map(({ name, value }) => ({ Name: name, Value: value })),
    },
  },
  EmailTags: Object.entries(mail.tags).map(([Name, Value]) => ({ Name, Value })),
  ConfigurationSetName: env.configurationSet,
})

const outcomeOf = (error: unknown): SendOutcome => {
  const detail = error instanceof Error ? `${error.name}: ${error.message}` : String(error)
  if (error instanceof SESv2ServiceException && later.has(error.name))
    return { is: 'refused', permanent: false, detail }
  if (error instanceof SESv2ServiceException && never.has(error.name))
    return { is: 'refused', permanent: true, detail }
  return { is: 'unclear', detail }
}

export const mailer: Mailer = {
  send: async (mail) => {
    try {
      const { MessageId = '' } = await ses().send(new SendEmailCommand(inputOf(mail)))
      return { is: 'accepted', messageId: MessageId }
    } catch (error) {
      return outcomeOf(error)
    }
  },
}
