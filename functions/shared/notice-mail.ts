/** A mail to our own people about a lead: to its owner, else to somebody of a team, a sender or a plain address. */
import type { Content } from '../../domain/content.ts'
import { foldLead } from '../../domain/lead.ts'
import { isAway, memberOf } from '../../domain/routing-pick.ts'
import type { NotifyAction, TaskNote } from '../../domain/sequence.ts'
import type { CompiledTemplate } from '../../domain/template.ts'
import type { FoldPorts } from './lead-facts.ts'
import { signLink } from './links.ts'
import type { Leads, Mail, Secrets } from './ports.ts'
import { rendered } from './rendered.ts'
import { repView } from './rep-view.ts'
import { taskPath, taskVariables } from './task-note.ts'
import { addressLine } from './variables.ts'

export interface NoticePorts extends FoldPorts {
  readonly leads: Pick<Leads, 'collection'>
  readonly secrets: Secrets
  readonly env: { readonly publicUrl: string }
}

export interface Notice {
  readonly leadId: string
  readonly notify: NotifyAction
  /** What they are to do about the lead. */
  readonly task?: TaskNote | undefined
  readonly template: CompiledTemplate
  readonly owner: string | undefined
  readonly enrolmentId: string
  readonly step: string
  readonly n: number
  readonly attempt: number
}

const teamAddress = (
  { routing, settings }: Content,
  team: string | undefined,
  now: number,
): string | undefined => {
  const members = routing.teams[team ?? '']?.members ?? Object.values(routing.teams)[0]?.members ?? []
  return (members.find((member) => !isAway(member, now, settings.defaults.timezone)) ?? members[0])?.email
}

/** Whom `to` means. */
export const recipientOf = (
  content: Content,
  notify: NotifyAction,
  owner: string | undefined,
  now: number,
): string => {
  const { to } = notify
  if (to.includes('@')) return to
  const address =
    to === 'owner-or-team'
      ? (owner ?? teamAddress(content, notify.team, now))
      : content.settings.senders[to]?.email
  if (address === undefined)
    throw new Error(`Nobody is meant by "${to}": name a team in routing.yaml, a sender or an address.`)
  return address
}

/** The sender of internal mail. */
export const alertsSender = ({ settings }: Content) => {
  const sender = settings.senders['alerts'] ?? settings.senders[settings.defaults.from]
  if (sender === undefined) throw new Error('settings.yaml has no sender for internal mail.')
  return sender
}

/** The hand-off that the lead is in, if there was one, and the task of this notice. */
const linksOf = async (
  ports: NoticePorts,
  notice: Notice,
  handoffId: string | undefined,
): Promise<Readonly<Record<string, string>>> => {
  const { publicUrl } = ports.env
  const open = handoffId && (await signLink(ports.secrets, 'handoff', [notice.leadId, handoffId]))
  const done = notice.task && (await taskPath(ports.secrets, notice))
  return {
    ...(open !== undefined && { open: `${publicUrl}/handoffs/${open}` }),
    ...(done !== undefined && { done: `${publicUrl}${done}` }),
  }
}

/** Composes the notice. */
export const noticeMail = async (ports: NoticePorts, notice: Notice): Promise<Mail> => {
  const content = await ports.content.live()
  const now = ports.clock.now()
  const to = recipientOf(content, notice.notify, notice.owner, now)
  const collection = await ports.leads.collection(notice.leadId)
  const view = repView({
    leadId: notice.leadId,
    events: collection.events,
    enrolments: collection.enrolments,
    content,
    now,
    member: memberOf(content.routing, to)?.member,
  })
  const handoff = collection.handoffs.findLast(({ notify }) => notify === undefined)
  const message = rendered(notice.template, {
    ...view,
    links: await linksOf(ports, notice, handoff?.handoffId),
    ...(notice.task && { task: taskVariables(notice.task, content, to, now) }),
  })
  const email = foldLead(collection.events, content, now).person.email
  return {
    from: addressLine(alertsSender(content)),
    to,
    ...(email !== undefined && { replyTo: email }),
    ...message,
    headers: [{ name: 'Auto-Submitted', value: 'auto-generated' }],
    tags: {
      lead: notice.leadId,
      enrolment: notice.enrolmentId,
      step: notice.step,
      n: String(notice.n),
      attempt: String(notice.attempt),
      audience: 'internal',
    },
  }
}
