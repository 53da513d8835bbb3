/** What is left to choose once a mail may go out: whether it is wanted, and which template it is. */
import { factsOf, holds } from '../../domain/facts.ts'
import type { LeadState } from '../../domain/lead.ts'
import type { NotifyStep, SendStep } from '../../domain/sequence.ts'
import type { CompiledTemplate } from '../../domain/template.ts'
import { type Received, templateFor, templatesSent } from '../../domain/template-choice.ts'
import type { Collection, ContentSource, StoredEnrolment } from './ports.ts'
import { versioned } from './versioned.ts'

/** What was read of the lead after the claim. */
export interface Reading {
  readonly stored: StoredEnrolment
  readonly collection: Collection
  readonly state: LeadState
  /** Seconds since 1970. */
  readonly now: number
}

/** Whether the step's own condition holds, by what was read after the claim. */
export const onlyIfHolds = ({ state, now }: Reading, step: SendStep | NotifyStep): boolean =>
  step.kind !== 'send' || step.onlyIf === undefined || holds(step.onlyIf, factsOf(state), now * 1000)

/** All runs of the lead; what this step itself may have sent before is what is being sent again. */
const receivedIn = async (
  ports: { readonly content: ContentSource },
  { stored, collection }: Reading,
  step: SendStep,
): Promise<readonly Received[]> => {
  const runs = await versioned(ports.content, collection.enrolments)
  return runs.map(({ enrolment, sequence }) => {
    if (enrolment.enrolmentId !== stored.enrolment.enrolmentId)
      return { sequence, records: enrolment.records }
    const { [step.id]: _, ...records } = enrolment.records
    return { sequence, records }
  })
}

/** The template of this mail; undefined when a stream has nothing that the lead has not received. */
export const templateIdFor = async (
  ports: { readonly content: ContentSource },
  reading: Reading,
  step: SendStep | NotifyStep,
  templates: Readonly<Record<string, CompiledTemplate>>,
): Promise<string | undefined> => {
  if (step.kind !== 'send') return step.template
  return templateFor(step, {
    profile: reading.state.profile,
    sent: step.stream ? templatesSent(await receivedIn(ports, reading, step)) : new Set(),
    known: (template) => Object.hasOwn(templates, template),
  })
}
