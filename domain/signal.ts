/** Signals: facts about behaviour, read from the log. */
import type { EventOf, LeadEvent } from './event.ts'
import type { Verdict } from './scoring-model.ts'

export interface Signal {
  /** The event that told it. */
  readonly id: string
  readonly name: string
  readonly at: number
  readonly properties: Readonly<Record<string, string>>
  readonly verdict: Verdict
  readonly step?: string
  readonly enrolmentId?: string
}

/** What happens to a lead rather than what it does: never ends an idle time. */
const passive = new Set([
  'email.sent',
  'email.delivered',
  'email.delayed',
  'email.opened',
  'email.bounced',
  'email.rejected',
  'email.complained',
  'email.unsubscribed',
  'preferences.paused',
  'preferences.resumed',
  'preferences.fewer',
  'tag.added',
  'tag.removed',
  'manual.enrolled',
  'manual.ended',
  'stage.kept',
  'stage.refused',
  'task.done',
  'webhook.delivered',
  'webhook.failed',
])

export const isActivity = (signal: Signal): boolean => !passive.has(signal.name)

/** A submission is also the signal `form.submitted`; a row of an imported file is not: nobody did anything then. */
function ofCapture(event: EventOf<'captured'>): Signal | undefined {
  const { submission } = event
  if (submission.source.startsWith('csv:')) return undefined
  const form = event.form ?? submission.formId ?? (/^form:(.+)$/.exec(submission.source)?.[1] as string)
  return {
    id: event.id,
    name: 'form.submitted',
    at: event.at,
    properties: { source: submission.source, ...(form === undefined ? {} : { form }) },
    verdict: 'human',
  }
}

const ofSignal = (event: EventOf<'signal'>): Signal => ({
  id: event.id,
  name: event.name,
  at: event.at,
  properties: event.properties,
  verdict: event.verdict,
  ...(event.step === undefined ? {} : { step: event.step }),
  ...(event.enrolmentId === undefined ? {} : { enrolmentId: event.enrolmentId }),
})

/** The name of the event that says, later, who really made a signal: properties `signal` (its id) and `verdict`. */
export const verdictName = 'signal.judged'

const isVerdict = (text: string | undefined): text is Verdict =>
  text === 'human' || text === 'machine' || text === 'unknown'

/** The last verdict on each signal that was judged after the fact. */
function verdictsOf(events: readonly LeadEvent[]): ReadonlyMap<string, Verdict> {
  const verdicts = new Map<string, Verdict>()
  for (const event of events) {
    if (event.type !== 'signal' || event.name !== verdictName) continue
    const { signal, verdict } = event.properties
    if (signal !== undefined && isVerdict(verdict)) verdicts.set(signal, verdict)
  }
  return verdicts
}

/** All signals of a sorted log, oldest first, among them those that other events imply. */
export function signalsOf(sorted: readonly LeadEvent[]): readonly Signal[] {
  const verdicts = verdictsOf(sorted)
  const leaves = sorted.some((e) => e.type === 'signal' && e.name === 'email.unsubscribed')
  const signals: Signal[] = []
  for (const event of sorted) {
    const signal = signalOf(event, leaves)
    if (!signal) continue
    const verdict = verdicts.get(signal.id)
    signals.push(verdict === undefined ? signal : { ...signal, verdict })
  }
  return signals
}

function signalOf(event: LeadEvent, leaves: boolean): Signal | undefined {
  if (event.type === 'captured') return ofCapture(event)
  if (event.type === 'signal') return event.name === verdictName ? undefined : ofSignal(event)
  if (event.type !== 'suppressed' || event.reason !== 'unsubscribed' || leaves) return undefined
  const properties = { source: event.source }
  return { id: event.id, name: 'email.unsubscribed', at: event.at, properties, verdict: 'human' }
}
