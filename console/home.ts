/** The first screen: leads with stage and score, what needs a person, the inbox. */
import { html } from 'hono/html'
import { type Html, shell, when } from './shell.ts'

export interface LeadRow {
  readonly leadId: string
  readonly email?: string | null
  readonly phone?: string | null
  readonly name?: string | null
  readonly stage: string
  readonly temperature: string
  readonly score: { readonly fit: number; readonly engagement: number; readonly total: number }
  readonly suppressed: false | string
  readonly isTest: boolean
  readonly sources: readonly { readonly source: string }[]
  readonly enrolments: readonly {
    readonly sequence: string
    readonly status: string
    readonly step?: string | null
  }[]
}

export interface MailRow {
  readonly id: string
  readonly to: string | readonly string[]
  readonly subject: string
  readonly sentAt: string
}

export interface HomeData {
  readonly now: string
  readonly leads: readonly LeadRow[]
  readonly mails: readonly MailRow[]
  readonly parked: readonly {
    readonly source: string
    readonly sourceLeadId: string
    readonly reason: string
  }[]
  readonly alerts: readonly { readonly text: string; readonly at: string }[]
}

const tones: Readonly<Record<string, string>> = { hot: 'hot', warm: 'warm' }
const sold = new Set(['sql', 'accepted', 'opportunity', 'customer', 'loyal'])

/** A stage as a label; those that sales holds are green. */
export const stageTag = (stage: string): Html =>
  html`<span class="tag ${sold.has(stage) ? 'good' : ''}">${stage}</span>`
export const temperatureTag = (temperature: string): Html =>
  html`<span class="tag ${tones[temperature] ?? ''}">${temperature}</span>`

const where = (lead: LeadRow): string => {
  if (lead.suppressed !== false) return `no mail: ${lead.suppressed}`
  const active = lead.enrolments.find(({ status }) => status === 'active' || status === 'held')
  const last = active ?? lead.enrolments.at(-1)
  if (last === undefined) return lead.isTest ? 'test lead' : '–'
  return active
    ? `${last.sequence}${last.step ? ` · ${last.step}` : ''}`
    : `${last.sequence} · ${last.status}`
}

const row = (lead: LeadRow): Html => html`<tr>
<td class="who"><a href="/console/leads/${lead.leadId}">${lead.name ?? lead.email ?? lead.phone ?? lead.leadId}</a><br><span class="soft">${lead.name ? (lead.email ?? lead.phone ?? '') : ''}</span></td>
<td>${stageTag(lead.stage)}</td><td>${temperatureTag(lead.temperature)}</td>
<td class="num" title="fit ${lead.score.fit}, engagement ${lead.score.engagement}">${lead.score.total}</td>
<td>${where(lead)}</td><td class="soft">${lead.sources[0]?.source ?? ''}</td></tr>`

const leadTable = (leads: readonly LeadRow[]): Html =>
  leads.length === 0
    ? html`<p class="empty">Nobody yet. <a href="/forms/demo">Fill in the demo form</a>, or run <code>npm run demo</code>.</p>`
    : html`<div class="scroll"><table><thead><tr><th>Lead</th><th>Stage</th><th>Temperature</th><th class="num">Score</th><th>Sequence</th><th>Source</th></tr></thead><tbody>${leads.map(row)}</tbody></table></div>`

const inbox = (mails: readonly MailRow[]): Html =>
  mails.length === 0
    ? html`<p class="empty">No mail was sent yet. Move the clock on.</p>`
    : html`<ul class="mails">${mails.map(
        (mail) =>
          html`<li><a href="/console/mails/${mail.id}">${mail.subject}</a><br><span class="soft">${[mail.to].flat().join(', ')} · ${when(mail.sentAt)}</span></li>`,
      )}</ul>`

const attention = ({ parked, alerts }: HomeData): Html | string =>
  parked.length + alerts.length === 0
    ? ''
    : html`<section class="alert"><h2>Needs a person</h2><ul>${alerts.slice(0, 5).map(({ text }) => html`<li>${text}</li>`)}${parked
        .slice(0, 5)
        .map(
          (item) => html`<li>Parked: ${item.source} ${item.sourceLeadId} (${item.reason})</li>`,
        )}</ul></section>`

/** The home screen. */
export const homePage = (data: HomeData): Html =>
  shell(
    'Leads',
    data.now,
    '/',
    html`<div style="display:grid;gap:20px;min-width:0;align-content:start">${attention(data)}<section><h2>Leads <small>${data.leads.length} newest</small></h2>${leadTable(data.leads)}</section></div>
<section style="align-self:start"><h2>Inbox <small>every mail sent here stays here</small></h2>${inbox(data.mails)}</section>`,
    'two',
  )
