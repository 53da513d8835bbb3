/** One lead: who it is, why it scores what it scores, everything that happened. */
import { html } from 'hono/html'
import { type LeadRow, type MailRow, stageTag, temperatureTag } from './home.ts'
import { type Html, shell, when } from './shell.ts'

export interface LeadData {
  readonly now: string
  readonly lead: LeadRow & {
    readonly owner?: string | null
    readonly fields: Readonly<Record<string, readonly string[]>>
  }
  readonly timeline: readonly { readonly type: string; readonly at: string; readonly text: string }[]
  readonly score: {
    readonly total: number
    readonly entries: readonly {
      readonly rule: string
      readonly name: string
      readonly points: number
      readonly decayed: number
    }[]
    readonly needed: readonly string[]
  }
  readonly mails: readonly MailRow[]
}

const tone = (type: string): string => {
  if (type === 'handed-off' || type === 'message.sent') return 'good'
  if (['stage.changed', 'feedback', 'message.held'].includes(type)) return 'warm'
  return /suppressed|not-sent|parked|exited/.test(type) ? 'hot' : ''
}

const signed = (points: number): string => {
  const rounded = Math.round(points * 10) / 10
  return rounded > 0 ? `+${rounded}` : String(rounded)
}

const scoreTable = ({
  score,
}: LeadData): Html => html`<div class="scroll"><table><thead><tr><th>Why</th><th class="num">Points</th><th class="num">Now</th></tr></thead><tbody>${score.entries.map(
  (entry) =>
    html`<tr><td title="${entry.rule}">${entry.name}</td><td class="num">${signed(entry.points)}</td><td class="num">${signed(entry.decayed)}</td></tr>`,
)}<tr><td><b>Total</b></td><td></td><td class="num"><b>${score.total}</b></td></tr></tbody></table></div>
${score.needed.length === 0 ? '' : html`<p class="soft">${score.needed.join('; ')}</p>`}`

const facts = ({ lead }: LeadData): Html =>
  html`<dl><dt>Email</dt><dd>${lead.email ?? '–'}</dd><dt>Phone</dt><dd>${lead.phone ?? '–'}</dd><dt>Owner</dt><dd>${lead.owner ?? '–'}</dd><dt>Mail</dt><dd>${lead.suppressed === false ? 'allowed' : `none: ${lead.suppressed}`}</dd>${Object.entries(
    lead.fields,
  ).map(([name, values]) => html`<dt>${name}</dt><dd>${values.join(', ')}</dd>`)}</dl>`

/** The screen of one lead. */
export const leadPage = (data: LeadData): Html => {
  const { lead } = data
  return shell(
    lead.name ?? lead.email ?? 'Lead',
    data.now,
    `/console/leads/${lead.leadId}`,
    html`<section><h1>${lead.name ?? lead.email ?? lead.leadId}</h1><p>${stageTag(lead.stage)} ${temperatureTag(lead.temperature)} <span class="tag good">score ${lead.score.total}</span></p>
<h2 style="margin-top:20px">Timeline</h2><ol class="line">${data.timeline.map(
      (event) =>
        html`<li class="${tone(event.type)}"><time datetime="${event.at}">${when(event.at)}</time>${event.text}</li>`,
    )}</ol></section>
<div style="display:grid;gap:20px;align-content:start;min-width:0"><section><h2>Profile</h2>${facts(data)}</section>
<section><h2>Score <small>fit ${lead.score.fit} · engagement ${lead.score.engagement}</small></h2>${scoreTable(data)}</section>
<section><h2>Mails</h2>${
      data.mails.length === 0
        ? html`<p class="empty">None yet.</p>`
        : html`<ul class="mails">${data.mails.map(
            (mail) =>
              html`<li><a href="/console/mails/${mail.id}">${mail.subject}</a><br><span class="soft">${when(mail.sentAt)}</span></li>`,
          )}</ul>`
    }</section></div>`,
    'two',
  )
}
