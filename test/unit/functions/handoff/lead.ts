/** A lead that was promoted to sales, in a memory. */
import type { LeadEvent } from '../../../../domain/event.ts'
import { refold } from '../../../../functions/shared/refold.ts'
import { captured, goodFit, minute, moved, submission, viewed } from '../../domain/lead-sample.ts'
import type { Memory } from './memory.ts'

/** An id of the right shape. */
export const leadId = (n: number): string => `lead${String.fromCharCode(97 + n)}`.padEnd(26, 'x')

export interface Told {
  readonly fields?: Readonly<Record<string, string[]>>
  readonly isTest?: boolean
}

/** Captured and looked at the prices. */
export const history = (memory: Memory, n: number, told: Told = {}): readonly LeadEvent[] => {
  const at = memory.now - 60 * minute
  return [
    captured({
      id: `captured-${n}`,
      at,
      submission: submission({
        submissionId: `captured-${n}`,
        at,
        person: { email: `lead${n}@example.com`, name: `Lead ${n}`, firstName: 'Lead' },
        fields: { ...goodFit, country: ['Ireland'], ...told.fields },
        isTest: told.isTest ?? false,
      }),
    }),
    viewed(`viewed-${n}`, '/pricing', at + minute),
  ]
}

/** The lead with its promotion to sales in the log. */
export const promoted = (memory: Memory, n = 0, told: Told = {}) => {
  const events = history(memory, n, told)
  memory.write(leadId(n), ...events, {
    ...(moved(1, 'lead', 'sql', memory.now - minute) as LeadEvent & { type: 'stage.changed' }),
    reason: 'Asked for a demo',
    actor: 'rules',
  })
  return { v: 1, leadId: leadId(n), eventId: 'stage-0001' } as const
}

/** A lead with its cache written. */
export const captureAll = async (memory: Memory, n: number, told: Told = {}): Promise<string> => {
  memory.write(leadId(n), ...history(memory, n, told))
  await refold(memory.ports, leadId(n))
  return leadId(n)
}
