/** People of the main job, and how their mails are read. */
import type { Client } from './_client.ts'

/** The four of them ask for the warehouse guide, each by another way. */
export const people = {
  facebook: { email: 'ines.duarte@example.com', zone: 'Europe/Dublin' },
  linkedin: { email: 'aino.virtanen@example.com', zone: 'Europe/Dublin' },
  form: { email: 'lars@example.com', zone: 'Europe/Stockholm' },
  api: { email: 'pat@example.com', zone: 'America/New_York' },
} as const

/** A request for the guide on the web. */
export const askOnTheWeb = (product: Client, email: string, values: Record<string, string> = {}) =>
  product.form('warehouse-guide', {
    email,
    first_name: 'Lars',
    'company.name': 'Lager AB',
    consent_email: 'on',
    ...values,
  })

/** A submission by the API, as another system makes it. */
export const submit = async (
  product: Client,
  email: string,
  values: {
    readonly source?: string
    readonly fields?: Record<string, string[]>
    readonly isTest?: boolean
  } = {},
) => {
  const answer = await product.api('POST', '/v1/submissions', {
    source: values.source ?? 'form:warehouse-guide',
    email,
    name: 'Pat Doyle',
    phone: '+353 1 555 0100',
    fields: values.fields ?? {},
    consents: { email: true },
    consent: { basis: 'consent', textId: 'guides-v1' },
    ...(values.isTest !== undefined && { isTest: values.isTest }),
  })
  await product.drain()
  return answer
}

export interface SentMail {
  readonly id: string
  readonly subject: string
  readonly sentAt: string
  readonly step: string
  readonly sequence: string
  readonly html: string
  readonly tags: Readonly<Record<string, string>>
}

/** What a lead was sent, oldest first. */
export const mailsOf = async (product: Client, email: string): Promise<SentMail[]> =>
  (await product.inbox(email))
    .map((mail) => ({ ...mail, step: mail.tags.step, sequence: mail.tags.sequence }))
    .reverse()

/** Only those of the warehouse guide. */
export const guideMailsOf = async (product: Client, email: string): Promise<SentMail[]> =>
  (await mailsOf(product, email)).filter(({ sequence }) => sequence === 'warehouse-guide')

export const stepsOf = async (product: Client, email: string): Promise<string[]> =>
  (await mailsOf(product, email)).map(({ step }) => step)

/** "Tue 09:30" where somebody is. */
export const localTime = (at: string, zone: string): string => {
  const parts = new Intl.DateTimeFormat('en-GB', {
    weekday: 'short',
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone: zone,
  }).formatToParts(Date.parse(at))
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? ''
  return `${part('weekday')} ${part('hour')}:${part('minute')}`
}

/** Hours between each mail and the next. */
export const gaps = (mails: readonly SentMail[]): number[] =>
  mails
    .slice(1)
    .map((mail, index) => (Date.parse(mail.sentAt) - Date.parse(mails[index]?.sentAt ?? '')) / 3_600_000)
