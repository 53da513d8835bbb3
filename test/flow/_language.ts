/** The product with sequences of a test's own: what a marketer's folder would hold, in a folder that goes away. */
import { cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Product, root } from './_runtime.ts'

const email = (id: string): string => `---
subject: "${id}"
preheader: "A short mail of a test, long enough to be a preheader of some use."
---
<mjml lang="en">
  <mj-head>
    <mj-title>{{ subject }}</mj-title>
    <mj-preview>{{ preheader }}</mj-preview>
    <mj-include path="../partials/head.mjml" />
  </mj-head>
  <mj-body background-color="#f2f4f7" css-class="page">
    <mj-include path="../partials/header.mjml" />
    <mj-section mj-class="card">
      <mj-column>
        <mj-text><p>Hi {{ lead.first_name | default: 'there' }}, this is the mail ${id} of a test. It says little, but says it in more than twenty words, as every mail of ours should.</p></mj-text>
        <mj-button href="https://www.example.com/${id}">Read on</mj-button>
      </mj-column>
    </mj-section>
    <mj-include path="../partials/footer.mjml" />
  </mj-body>
</mjml>
`

const numbers = ['one', 'two', 'three', 'four', 'five', 'six']

/** Mail goes out at any hour, at least an hour apart: tests of other things need not reckon with the rest. */
export const openSettings = `format: 1
brand: { name: Acme Robotics, postal_address: "Acme Robotics Ltd, 1 Main Street, Dublin D02, Ireland" }
senders: { maya: { name: Maya from Acme, email: maya@news.acme.example } }
defaults: { timezone: Europe/Dublin, locale: en, from: maya }
sending: { min_gap: 1 hour }
consent: { double_opt_in: never, topics: { product: Product news, guides: Guides and checklists, events: Events } }
stages:
  - { id: subscriber, label: Subscriber }
  - { id: lead, label: Lead }
  - { id: mql, label: Marketing qualified }
  - { id: sql, label: Sales qualified, exits: all sequences }
  - { id: accepted, label: Accepted by sales, exits: all sequences }
  - { id: opportunity, label: Opportunity }
  - { id: customer, label: Customer }
  - { id: loyal, label: Loyal customer }
  - { id: recycled, label: Recycled to nurture }
  - { id: disqualified, label: Disqualified, exits: all sequences }
`

/** A sequence that begins when `start.<id>` is reported. */
export const begunBySignal = (id: string, steps: string, more = ''): Record<string, string> => ({
  [`sequences/${id}`]: `format: 1
id: ${id}
name: Test of ${id}
topic: guides
enrol: { when: { event: start.${id} } }
${more}
steps:
${steps}
`,
})

/** Files below `workflows/` by name ("sequences/a", "settings"), and further templates by id. */
export interface MarketersFiles {
  readonly workflows: Readonly<Record<string, string>>
  readonly emails?: readonly string[]
}

export class LanguageProduct extends Product {
  readonly folder = mkdtempSync(join(tmpdir(), 'tendril-language-'))

  /** Writes the folder; what was there before of the same name is replaced. */
  write({ workflows, emails = [] }: MarketersFiles): void {
    for (const [name, text] of Object.entries(workflows))
      writeFileSync(join(this.folder, 'workflows', `${name}.yaml`), text)
    for (const id of emails) writeFileSync(join(this.folder, 'templates', 'emails', `${id}.mjml`), email(id))
  }

  /** Starts with these files instead of the shipped sequences. */
  async startWith(files: MarketersFiles, vars: Record<string, string> = {}): Promise<void> {
    for (const name of ['workflows', 'templates'])
      cpSync(join(root, name), join(this.folder, name), { recursive: true })
    rmSync(join(this.folder, 'workflows', 'sequences'), { recursive: true })
    mkdirSync(join(this.folder, 'workflows', 'sequences'))
    this.write({ workflows: { settings: openSettings }, emails: numbers })
    this.write(files)
    await this.start({
      TENDRIL_WORKFLOWS: join(this.folder, 'workflows'),
      TENDRIL_TEMPLATES: join(this.folder, 'templates'),
      ...vars,
    })
  }

  override async stop(): Promise<void> {
    await super.stop()
    rmSync(this.folder, { recursive: true, force: true })
  }

  /** A lead who may be mailed about everything; answers its id. */
  async arrive(address: string, fields: Record<string, string[]> = {}): Promise<string> {
    await this.api('POST', '/v1/submissions', {
      source: 'api:test',
      email: address,
      name: 'Pat Doyle',
      fields,
      consents: { email: true },
      consent: { basis: 'consent', textId: 'test-v1' },
    })
    await this.drain()
    return (await this.leadOf(address)).leadId
  }

  /** Reports one signal. */
  async happens(address: string, type: string, properties: Record<string, string> = {}): Promise<void> {
    await this.signals({ email: address, type, id: `${type}-${address}-${await this.now()}`, properties })
  }

  /** A lead enters a sequence of `begunBySignal`. */
  async enter(address: string, sequence: string, fields: Record<string, string[]> = {}): Promise<string> {
    const leadId = await this.arrive(address, fields)
    await this.happens(address, `start.${sequence}`)
    return leadId
  }

  /** "step reason" of every mail that was not sent. */
  async notSent(leadId: string): Promise<string[]> {
    const events = await this.timeline(leadId)
    return events
      .filter(({ type }) => type === 'message.not-sent')
      .map(({ data, reason }) => `${data.step} ${reason}`)
  }

  /** The execution of a lead in a sequence. */
  // biome-ignore lint/suspicious/noExplicitAny: see Answer.
  async runOf(leadId: string, id: string): Promise<any> {
    return (await this.executions(leadId)).find(({ sequence }) => sequence === id)
  }
}
