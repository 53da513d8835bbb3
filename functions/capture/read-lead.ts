/** One lead is read from its provider; what cannot be read now stays visible and is tried again. */
import type { CaptureMessage } from '../shared/messages.ts'
import type { Parked } from '../shared/ports.ts'
import { spreadOf } from '../shared/spread.ts'
import { shortHash, submissionIdOf } from '../shared/submission-id.ts'
import { captureSubmission, ownerOfCaptured } from './capture-submission.ts'
import type { CapturePorts, ReadMessage } from './ports.ts'
import { providerOf } from './providers/known.ts'
import type { ReadOutcome } from './providers/provider.ts'

const minute = 60_000
/** Minutes before each further try: a day and a bit in all, then a person decides (contracts: reliability F18). */
const ladder = [1, 2, 5, 10, 20, 40, 60, 120, 240, 240, 360, 360]

const idOf = (message: ReadMessage): string => submissionIdOf(message.source, message.sourceLeadId)

/** One try is behind it, so that a read that succeeds after a replay takes the item off the list. */
const replayOf = (message: ReadMessage): Parked['replay'] => ({
  queue: 'capture',
  message: { ...message, tries: 1 } satisfies CaptureMessage,
})

const park = (
  ports: CapturePorts,
  message: ReadMessage,
  why: { readonly reason: string; readonly detail: string },
  nextAttemptAt?: number,
): Promise<void> =>
  ports.desk.park({
    id: idOf(message),
    source: message.source,
    sourceLeadId: message.sourceLeadId,
    reason: why.reason,
    detail: why.detail,
    at: ports.clock.now(),
    ...(nextAttemptAt !== undefined && { nextAttemptAt }),
    replay: replayOf(message),
  })

/** Alerts of one hour are one alert: a thousand leads behind one expired token are one thing to do. */
const alert = (ports: CapturePorts, kind: string, text: string): Promise<void> =>
  ports.desk.alert({ kind, text, at: Math.floor(ports.clock.now() / (60 * minute)) * 60 * minute })

/** Schedule names take 64 characters. */
const scheduleName = (message: ReadMessage): string => {
  const name = `read-${idOf(message)}`
  return name.length <= 64 ? name : `read-${shortHash(name)}`
}

const tryLater = async (
  ports: CapturePorts,
  message: ReadMessage,
  outcome: Extract<ReadOutcome, { is: 'later' }>,
): Promise<void> => {
  const minutes = ladder[message.tries]
  if (minutes === undefined) {
    await park(ports, message, outcome)
    await alert(
      ports,
      'capture.unavailable',
      `Leads of ${message.source} could not be read for more than a day. Look at the parked leads and replay them.`,
    )
    return
  }
  const now = ports.clock.now()
  const at = Math.max(now + minutes * minute, outcome.notBefore ?? 0) + spreadOf(message.sourceLeadId)
  await park(ports, message, outcome, at)
  const next: CaptureMessage = { ...message, tries: message.tries + 1 }
  await ports.schedules.set(scheduleName(message), at, 'capture', next)
}

const stayStuck = async (
  ports: CapturePorts,
  message: ReadMessage,
  outcome: Extract<ReadOutcome, { is: 'stuck' }>,
): Promise<void> => {
  await park(ports, message, outcome)
  if (outcome.alert !== undefined) await alert(ports, `capture.${outcome.reason}`, outcome.alert)
}

const finish = async (ports: CapturePorts, message: ReadMessage): Promise<void> => {
  if (message.tries > 0) await ports.desk.unpark(idOf(message))
}

/** Visible first, scheduled second: a crash in between is a redelivery, which reads again. */
export const readLead = async (ports: CapturePorts, message: ReadMessage): Promise<void> => {
  const { source, sourceLeadId, tries } = message
  const owner = await ownerOfCaptured(ports, source, sourceLeadId, idOf(message))
  if (owner !== undefined) {
    await ports.refold(owner, [idOf(message)])
    return finish(ports, message)
  }
  const outcome = await providerOf(source).read(ports, message)
  ports.log.info('lead.read', { source, outcome: outcome.is, tries })
  if (outcome.is === 'later') return tryLater(ports, message, outcome)
  if (outcome.is === 'stuck') return stayStuck(ports, message, outcome)
  if ((await captureSubmission(ports, outcome.draft)) !== 'parked') await finish(ports, message)
}
