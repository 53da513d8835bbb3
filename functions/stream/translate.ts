/** The one consumer of the core table's stream only translates: an appended event becomes jobs on queues. */
import type { LeadEvent } from '../../domain/event.ts'
import type { EnrolMessage, HandoffMessage } from '../shared/messages.ts'

/** The stage whose arrival hands a lead to sales. */
const handedToSales = 'sql'

/** A job and the queue it goes on. */
export type Job =
  | { readonly queue: 'enrol'; readonly message: EnrolMessage }
  | { readonly queue: 'handoff'; readonly message: HandoffMessage }

const enrol = (leadId: string, eventId: string, cause: EnrolMessage['cause']): Job => ({
  queue: 'enrol',
  message: { v: 1, leadId, eventId, cause },
})

/** The jobs that follow from an event; repeating them is harmless to their consumers. */
export const jobsOf = (leadId: string, event: LeadEvent): readonly Job[] => {
  switch (event.type) {
    case 'captured':
      return [enrol(leadId, event.id, 'captured')]
    case 'stage.changed': {
      const job = enrol(leadId, event.id, 'stage')
      if (event.to !== handedToSales) return [job]
      return [job, { queue: 'handoff', message: { v: 1, leadId, eventId: event.id } }]
    }
    case 'suppressed':
      return [enrol(leadId, event.id, 'suppressed')]
    default:
      return []
  }
}
