/** What templates may read: plain data, drawn from the lead, the settings and the sequence. */
import type { Person } from '../../domain/event.ts'
import type { Form } from '../../domain/form.ts'
import type { Sequence } from '../../domain/sequence.ts'
import type { Sender, Settings } from '../../domain/settings.ts'
import type { TemplateVariables } from '../../domain/template.ts'

/** The parts of a lead that a mail may show. */
export interface Reader {
  readonly leadId: string
  readonly person: Person
  readonly fields: Readonly<Record<string, readonly string[]>>
}

const firstOf = (fields: Reader['fields'], names: readonly string[]): string | undefined => {
  for (const name of names) {
    const value = fields[name]?.find((text) => text.trim() !== '')
    if (value !== undefined) return value
  }
  return undefined
}

/** Company facts under the names that forms and ad platforms use for them. */
export const companyOf = (fields: Reader['fields']) => ({
  name: firstOf(fields, ['company.name', 'company_name', 'company']),
  size: firstOf(fields, ['company.size', 'company_size', 'how_many_people']),
  industry: firstOf(fields, ['company.industry', 'industry']),
})

export const titleOf = (fields: Reader['fields']): string | undefined =>
  firstOf(fields, ['title', 'job_title'])

/** "Maya from Acme <maya@news.acme.example>"; quotes in the name would end it early. */
export const addressLine = ({ name, email }: Pick<Sender, 'name' | 'email'>): string =>
  `"${name.replaceAll(/["\\\r\n]/g, '')}" <${email}>`

/** The asset that the lead asked for last, by the form it came through. A form's own title is no name of a thing. */
const assetOf = (form: Form | undefined, brandUrl: string) => {
  const { file, title } = form?.asset ?? {}
  if (file === undefined) return undefined
  const url = /^https:/.test(file) ? file : `${brandUrl.replace(/\/+$/, '')}/${file.replace(/^\/+/, '')}`
  return { url, ...(title !== undefined && { title }) }
}

/** The variables of an email to a lead. */
export const emailVariables = (input: {
  readonly reader: Reader
  readonly settings: Settings
  readonly sender: Sender
  readonly sequence: Sequence
  readonly step: string
  readonly form: Form | undefined
  readonly unsubscribeUrl: string
}): TemplateVariables => {
  const { reader, settings, sender, sequence } = input
  const { person } = reader
  const url = settings.brand.url ?? 'https://www.example.com'
  return {
    lead: {
      id: reader.leadId,
      email: person.email,
      name: person.name,
      first_name: person.firstName,
      last_name: person.lastName,
    },
    company: companyOf(reader.fields),
    fields: reader.fields,
    brand: {
      name: settings.brand.name,
      color: settings.brand.color,
      postal_address: settings.brand.postalAddress,
      url,
    },
    sender: { name: sender.name, email: sender.email, postal_address: settings.brand.postalAddress },
    sequence: { id: sequence.id, name: sequence.name },
    step: input.step,
    asset: assetOf(input.form, url),
    locale: settings.defaults.locale,
    unsubscribe_url: input.unsubscribeUrl,
    preferences_url: input.unsubscribeUrl,
  }
}
