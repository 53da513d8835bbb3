/** The body of a webhook step: its texts filled in with what is known of the lead. */
import type { Content } from '../../domain/content.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { type LeadState, sortEvents } from '../../domain/lead.ts'
import { renderValue } from '../../domain/render.ts'
import { memberOf } from '../../domain/routing-pick.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { signalsOf } from '../../domain/signal.ts'
import type { TemplateVariables } from '../../domain/template.ts'
import { profileOfState } from '../shared/lead-facts.ts'
import { senderOf } from '../shared/lead-mail.ts'
import type { Collection } from '../shared/ports.ts'
import { NotRendered } from '../shared/rendered.ts'
import { emailVariables } from '../shared/variables.ts'

/** A lead as it was read for one message. */
export interface Read {
  readonly leadId: string
  readonly collection: Collection
  readonly state: LeadState
  readonly content: Content
}

const iso = (at: number): string => new Date(at).toISOString()

/** The event that brought the lead into the sequence: its properties, its name and its instant. */
const causeOf = (events: readonly LeadEvent[], by: string): TemplateVariables => {
  const sorted = sortEvents(events)
  const signal = signalsOf(sorted).find(({ id }) => id === by)
  if (signal) return { ...signal.properties, name: signal.name, at: iso(signal.at) }
  const event = sorted.find(({ id }) => id === by)
  if (event?.type !== 'stage.changed') return {}
  const { from, to, reason } = event
  return { name: 'stage.changed', at: iso(event.at), from, to, reason }
}

const ownerOf = ({ owner }: LeadState, { routing }: Content) =>
  owner === undefined ? undefined : { email: owner, name: memberOf(routing, owner)?.member.name }

/** What texts in a body may read: what an email may, but for its links, and how the lead stands. */
export const stepVariables = (
  read: Read,
  sequence: Sequence,
  step: string,
  by: string,
): TemplateVariables => {
  const { leadId, state, content, collection } = read
  const profile = profileOfState(leadId, state, content)
  const { lead, ...mail } = emailVariables({
    reader: profile,
    settings: content.settings,
    sender: senderOf(content, {}, sequence),
    sequence,
    step,
    form: profile.form === undefined ? undefined : content.forms[profile.form],
    unsubscribeUrl: '',
  })
  const { stage, temperature, qualification, score, person } = state
  return {
    ...mail,
    lead: {
      ...(lead as object),
      phone: person.phone,
      stage,
      temperature,
      qualification,
      score: Math.round(score.total),
    },
    score,
    owner: ownerOf(state, content),
    event: causeOf(collection.events, by),
  }
}

/** What a step says that has no words of its own. */
const usualBody = {
  lead_id: '{{ lead.id }}',
  email: '{{ lead.email }}',
  name: '{{ lead.name }}',
  stage: '{{ lead.stage }}',
  sequence: '{{ sequence.id }}',
  step: '{{ step }}',
}

const isEmpty = (body: unknown): boolean =>
  body === undefined || (typeof body === 'object' && body !== null && Object.keys(body).length === 0)

/** Renders the texts, or says that they do not render: that will be so at every try. */
export const stepBody = (body: unknown, variables: TemplateVariables): unknown => {
  try {
    return renderValue(isEmpty(body) ? usualBody : body, variables)
  } catch (error) {
    throw new NotRendered(`its body does not render: ${error instanceof Error ? error.message : error}`)
  }
}
