/** One mail as it was sent, and what its reader may do. */
import { html } from 'hono/html'
import type { MailRow } from './home.ts'
import { type Html, shell, when } from './shell.ts'

export interface MailData {
  readonly now: string
  readonly mail: MailRow & {
    readonly from: string
    readonly replyTo?: string | readonly string[] | null
    readonly html: string
    readonly text: string
  }
}

const acts = [
  { type: 'click', label: 'Click the first link' },
  { type: 'bounce', label: 'Bounce' },
  { type: 'complaint', label: 'Report as spam' },
] as const

/** The screen of one mail. The mail itself is sandboxed: no scripts, no origin. */
export const mailPage = ({ now, mail }: MailData): Html =>
  shell(
    mail.subject,
    now,
    `/console/mails/${mail.id}`,
    html`<section><h1>${mail.subject}</h1><p class="soft">${mail.from} → ${[mail.to].flat().join(', ')} · ${when(mail.sentAt)} · <a href="/local/inbox/${mail.id}/raw">raw</a></p>
<iframe title="The mail" sandbox="allow-popups allow-popups-to-escape-sandbox" srcdoc="${mail.html}"></iframe>
<div class="actions">${acts.map(
      ({ type, label }) =>
        html`<form method="post" action="/console/mails/${mail.id}/events"><input type="hidden" name="type" value="${type}"><button>${label}</button></form>`,
    )}</div></section>
<section style="align-self:start"><h2>Text part</h2><pre>${mail.text}</pre></section>`,
    'two',
  )
