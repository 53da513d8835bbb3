/** Who takes part in the demo, how each arrives, and how each behaves. All of them are made up. */
import type { Client, MailSeen } from './client.ts'

export interface Persona {
  readonly name: string
  readonly email: string
  /** One line for the printout. */
  readonly story: string
  arrive(client: Client, deliver: (fixture: string) => Promise<void>): Promise<void>
  /** What the rep says who gets this lead. */
  readonly verdict?: 'accept' | 'too-early'
  /** Called for each mail the persona gets, in order. */
  react?(client: Client, mail: MailSeen): Promise<void>
}

const guide = (fields: Record<string, string>) => (client: Client) =>
  client.form('/forms/warehouse-guide', {
    consent_guides: 'on',
    consent_email: 'on',
    consent_text_id: 'guides-v1',
    ...fields,
  })

const report = (client: Client, mail: MailSeen, event: object) =>
  client.post(`/local/inbox/${mail.id}/events`, event)

const signal = (client: Client, email: string, type: string, properties: Record<string, string> = {}) =>
  client.api('POST', '/v1/signals', { signals: [{ email, type, properties }] })

const unsubscribe = async (client: Client, mail: MailSeen): Promise<void> => {
  const header = mail.headers.find(({ name }) => name.toLowerCase() === 'list-unsubscribe')?.value ?? ''
  const url = /<(https?:[^>]+)>/.exec(header)?.[1]
  if (url === undefined) throw new Error(`The mail "${mail.subject}" carries no unsubscribe link.`)
  await client.form(new URL(url).pathname, { 'List-Unsubscribe': 'One-Click' })
}

const ines: Persona = {
  name: 'Ines Duarte',
  email: 'ines.duarte@example.com',
  story: 'from a Facebook lead ad; reads, looks at prices twice, and is ready before the series ends',
  verdict: 'accept',
  arrive: (_, deliver) => deliver('fb-03-one-lead'),
  react: async (client, mail) => {
    if (mail.tags['step'] === 'w1') {
      await report(client, mail, { type: 'click' })
      await guide({
        email: ines.email,
        first_name: 'Ines',
        'company.name': 'Duarte Logistics',
        'company.size': '240',
        'company.industry': 'Logistics',
        title: 'Head of operations',
        country: 'IE',
      })(client)
    }
    if (mail.tags['step'] === 'pricing') {
      await report(client, mail, { type: 'click' })
      await signal(client, ines.email, 'page.viewed', { path: '/pricing' })
      await signal(client, ines.email, 'page.viewed', { path: '/pricing/enterprise' })
    }
  },
}

const aino: Persona = {
  name: 'Aino Virtanen',
  email: 'aino.virtanen@example.com',
  story: 'from a LinkedIn lead form; answers the second mail, which stops the series and tells the team',
  arrive: (_, deliver) => deliver('li-02-created'),
  react: async (client, mail) => {
    if (mail.tags['step'] === 'w1') await signal(client, aino.email, 'email.replied', { step: 'w1' })
  },
}

const jonas: Persona = {
  name: 'Jonas Weber',
  email: 'jonas.weber@example.com',
  story: 'from the form; ignores everything for six weeks',
  arrive: async (client) => {
    await guide({
      email: jonas.email,
      first_name: 'Jonas',
      last_name: 'Weber',
      'company.name': 'Weber Logistics',
    })(client)
  },
}

const petra: Persona = {
  name: 'Petra Novak',
  email: 'petra.novak@example.com',
  story: 'from the form with an address that bounces',
  arrive: async (client) => {
    await guide({
      email: petra.email,
      first_name: 'Petra',
      last_name: 'Novak',
      'company.name': 'Novak Retail',
    })(client)
  },
  react: async (client, mail) => {
    await report(client, mail, { type: 'bounce', bounceType: 'Permanent', after: 'PT1M' })
  },
}

const sam: Persona = {
  name: 'Sam Okafor',
  email: 'sam.okafor@example.com',
  story: 'from the form; unsubscribes with one click in the second week',
  arrive: async (client) => {
    await guide({ email: sam.email, first_name: 'Sam', last_name: 'Okafor', 'company.name': 'Okafor Foods' })(
      client,
    )
  },
  react: async (client, mail) => {
    if (mail.tags['step'] === 'nudge') await unsubscribe(client, mail)
  },
}

const lea: Persona = {
  name: 'Lea Martin',
  email: 'lea.martin@example.com',
  story: 'from a partner through the API; asks for a demo and goes to sales at once, who find it too early',
  verdict: 'too-early',
  arrive: async (client) => {
    await client.api('POST', '/v1/submissions', {
      source: 'partner',
      sourceLeadId: 'p-1001',
      email: lea.email,
      name: lea.name,
      fields: { 'company.name': ['Martin Textiles'], title: ['Operations manager'] },
      consents: { guides: true, product: true },
      consent: { basis: 'consent', textId: 'partner-v2' },
      attribution: { form_id: 'warehouse-guide' },
    })
  },
  react: async (client, mail) => {
    if (mail.tags['step'] === 'w1')
      await client.form('/forms/demo-request', {
        email: lea.email,
        name: lea.name,
        'company.name': 'Martin Textiles',
      })
  },
}

/** Everybody, in the order of arrival. */
export const personas: readonly Persona[] = [ines, aino, jonas, petra, sam, lea]
