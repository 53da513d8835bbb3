/** SES v2: one call per message, never repeated here. */
import { SESv2ServiceException, SendEmailCommand, type SendEmailCommandInput } from '@aws-sdk/client-sesv2'
import { env } from '../env.ts'
import type { Mail, Mailer, SendOutcome } from '../ports.ts'
import { ses } from './clients.ts'

/** The same call would be refused again. */
const never = new Set(['MessageRejected', 'BadRequestException'])
/** Nobody was reached, or nobody was let in: nothing can have been taken. */
const unreached = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN'])

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

/**
 * What SES answered is definite: of this very message, or of the account or its settings, which a person mends. Server
 * errors and broken connections are not: it may have been taken. Only names go on: messages quote addresses.
 */
const outcomeOf = (error: unknown): SendOutcome => {
  const detail = error instanceof Error ? error.name : 'Unknown'
  const code = (error as { readonly code?: unknown }).code
  if (typeof code === 'string' && unreached.has(code))
    return { is: 'refused', permanent: false, detail: code }
  const status = error instanceof SESv2ServiceException ? (error.$metadata.httpStatusCode ?? 500) : 500
  if (status < 400 || status >= 500) return { is: 'unclear', detail }
  return { is: 'refused', permanent: never.has(detail), detail }
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
