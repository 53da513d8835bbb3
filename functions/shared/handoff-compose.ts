/** The mail that hands a lead to a rep, or tells our own people something about it. */
import type { Content } from '../../domain/content.ts'
import { renderTemplate } from '../../domain/render.ts'
import { memberOf } from '../../domain/routing-pick.ts'
import type { TemplateVariables } from '../../domain/template.ts'
import type { FoldPorts } from './lead-facts.ts'
import { limitText, zoneOfOurs } from './limit-text.ts'
import { signLink } from './links.ts'
import { alertsSender, noticeMail } from './notice-mail.ts'
import type { Handoff, Leads, Mail, Secrets } from './ports.ts'
import { repView } from './rep-view.ts'
import { addressLine } from './variables.ts'

export interface HandoffViewPorts extends FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
  readonly secrets: Secrets
  readonly env: { readonly publicUrl: string }
}

/** What a rep is shown of the lead that is handed over, in the mail and on the page. */
export const handoffView = async (
  ports: Omit<HandoffViewPorts, 'secrets' | 'env'>,
  handoff: Handoff,
  content: Content,
): Promise<TemplateVariables> => {
  const collection = await ports.leads.collection(handoff.leadId)
  const view = repView({
    leadId: handoff.leadId,
    events: collection.events,
    enrolments: collection.enrolments,
    content,
    now: ports.clock.now(),
    member: memberOf(content.routing, handoff.owner)?.member,
  })
  return { ...view, why_now: handoff.reason }
}

const templateOf = (content: Content, id: string) => {
  const template = content.templates[id]
  if (template === undefined) throw new Error(`There is no template ${id} for mail to sales.`)
  return template
}

/** Both kinds are proven by the same tags. */
const tagsOf = ({ leadId, handoffId }: Handoff, attempt: number): Mail['tags'] => ({
  lead: leadId,
  handoff: handoffId,
  n: '0',
  attempt: String(attempt),
  audience: 'internal',
})

const offerMail = async (ports: HandoffViewPorts, handoff: Handoff, content: Content): Promise<Mail> => {
  const { leadId, handoffId, dueAt } = handoff
  const view = await handoffView(ports, handoff, content)
  const open = `${ports.env.publicUrl}/handoffs/${await signLink(ports.secrets, 'handoff', [leadId, handoffId])}`
  const message = renderTemplate(templateOf(content, content.routing.handoff.template), {
    ...view,
    handoff_id: handoffId,
    links: { open, accept: `${open}?action=accept`, reject: `${open}?action=reject` },
    ...(dueAt !== undefined && { sla: { at: limitText(dueAt, zoneOfOurs(content, handoff.owner)) } }),
  })
  const { email } = view['lead'] as { email?: string }
  return {
    from: addressLine(alertsSender(content)),
    to: handoff.owner,
    ...(email !== undefined && { replyTo: email }),
    subject: message.subject,
    html: message.html,
    text: message.text,
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    tags: {},
  }
}

/** Composes the mail of a hand-off or notice for one attempt. Throws when it does not render. */
export const handoffMail = async (
  ports: HandoffViewPorts,
  handoff: Handoff,
  attempt: number,
): Promise<Mail> => {
  const content = await ports.content.live()
  const { notify, leadId, handoffId } = handoff
  const mail =
    notify === undefined
      ? await offerMail(ports, handoff, content)
      : await noticeMail(ports, {
          leadId,
          notify: { ...notify, to: handoff.owner },
          template: templateOf(content, notify.template),
          owner: undefined,
          enrolmentId: handoffId,
          step: 'exit',
          n: 0,
          attempt,
        })
  return { ...mail, tags: tagsOf(handoff, attempt) }
}
