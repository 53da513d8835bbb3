/** The log of a lead: events that are items of their own. */
import type { LeadEvent } from '../../../domain/event.ts'
import { env } from '../env.ts'
import type { EventLog } from '../ports.ts'
import { putIfAbsent, queryAll } from './items.ts'
import { eventSk, leadPk, logPrefix } from './keys.ts'

export const eventLog: EventLog = {
  events: async (leadId) => {
    const items = await queryAll(env.coreTable, {
      pk: leadPk(leadId),
      sk: 'begins_with(#sk, :log)',
      values: { ':log': logPrefix },
      consistent: true,
    })
    return items.map((item) => JSON.parse(String(item['d'])) as LeadEvent)
  },
  append: async (leadId, event) => {
    const item = {
      pk: leadPk(leadId),
      sk: eventSk(event.at, event.id),
      t: event.type,
      d: JSON.stringify(event),
    }
    return (await putIfAbsent(env.coreTable, item)) ? 'new' : 'duplicate'
  },
}
