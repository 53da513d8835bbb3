/** After a change of the rules every lead is folded again: one page at a time, each lead a message of its own. */
import { allLeads } from '../shared/lead-pages.ts'
import type { SweepMessage, TimerMessage } from '../shared/messages.ts'
import type { ContentSource, Epochs, Leads, Queues } from '../shared/ports.ts'

export interface SweepPorts {
  readonly content: ContentSource
  readonly epochs: Epochs
  readonly leads: Pick<Leads, 'byStage'>
  readonly queues: Queues
}

/** Leads of one message. */
const pageSize = 500

/** Sends the leads of one page on their way, then the next page. A repetition only folds some of them twice. */
export const sweep = async (ports: SweepPorts, message: SweepMessage): Promise<void> => {
  const current = await ports.epochs.current()
  if (current !== undefined && current.rev > message.rev) return
  const { settings } = await ports.content.live()
  const page = await allLeads(ports.leads, settings)(pageSize, message.before)
  const timers = page.map(({ leadId }): TimerMessage => ({ v: 1, leadId }))
  await ports.queues.sendAll('timers', timers)
  const before = page.at(-1)?.place
  if (before !== undefined && page.length === pageSize)
    await ports.queues.send('timers', { ...message, before } satisfies SweepMessage)
}
