/** Starts what a message of the queue triggers. */
import { isTriggered, refusalOf, refusalOnNext } from '../../domain/entry.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { type Candidate, type EnrolPorts, enrolLead } from '../shared/enrolling.ts'
import type { EnrolMessage } from '../shared/messages.ts'

/** What the message names, or every sequence that starts at its event. */
const triggered = (candidate: Candidate, message: EnrolMessage): readonly Sequence[] => {
  const all = Object.values(candidate.content.sequences)
  if (message.cause === 'next' || message.cause === 'trigger')
    return all.filter(({ id }) => id === message.sequence)
  const event = candidate.events.find(({ id }) => id === message.eventId)
  return event ? all.filter((sequence) => isTriggered(sequence, event, candidate.now)) : []
}

/** Enrols the lead in whatever the message triggers; the same message twice enrols once. */
export const enrolTriggered = async (
  ports: EnrolPorts,
  candidate: Candidate,
  message: EnrolMessage,
): Promise<void> => {
  const mayEnter = message.cause === 'next' ? refusalOnNext : refusalOf
  for (const sequence of triggered(candidate, message))
    await enrolLead(ports, candidate, sequence, message.eventId, mayEnter)
}
