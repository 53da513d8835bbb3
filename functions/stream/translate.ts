/** The one consumer of the core table's stream only translates: an appended event becomes jobs on queues. */
import type { LeadEvent } from '../../domain/event.ts'
import type { EnrolMessage, HandoffMessage, WebhookMessage } from '../shared/messages.ts'

/** The stage whose arrival hands a lead to sales. */
const handedToSales = 'sql'

/** A job and the queue it goes on. */
export type Job =
  | { readonly queue: 'enrol'; readonly message: EnrolMessage }
  | { readonly queue: 'handoff'; readonly message: HandoffMessage }
  | { readonly queue: 'webhooks'; readonly message: WebhookMessage }

/** The queues that jobs go on. */
export const jobQueues = ['enrol', 'handoff', 'webhooks'] as const

const enrol = (leadId: string, eventId: string, cause: EnrolMessage['cause']): Job => ({
  queue: 'enrol',
  message: { v: 1, leadId, eventId, cause },
})

/** Whether there is a CRM to be told, and what it is told, its consumer knows. */
const telling = (leadId: string, { id: eventId, at }: LeadEvent): Job => ({
  queue: 'webhooks',
  message: { v: 1, kind: 'event', leadId, eventId, tries: 0, at },
})

/** The jobs that follow from an event; repeating them is harmless to their consumers. */
export const jobsOf = (leadId: string, event: LeadEvent): readonly Job[] => {
  switch (event.type) {
    case 'captured':
      return [enrol(leadId, event.id, 'captured')]
    case 'stage.changed': {
      const jobs = [enrol(leadId, event.id, 'stage'), telling(leadId, event)]
      if (event.to !== handedToSales) return jobs
      return [...jobs, { queue: 'handoff', message: { v: 1, leadId, eventId: event.id } }]
    }
    case 'suppressed':
      return [enrol(leadId, event.id, 'suppressed')]
    default:
      return []
  }
}
