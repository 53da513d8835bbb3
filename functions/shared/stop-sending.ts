/** Stops and resumes sending. Each leaves an alert, written first: there is never a stop that nobody is told of. */
import { everything, type Trip } from '../../domain/guard.ts'
import type { Desk, Stops } from './ports.ts'

export interface StopPorts {
  readonly stops: Stops
  readonly desk: Pick<Desk, 'alert'>
}

export const scopeWords = (scope: string): string =>
  scope === everything ? 'All sending' : `The sequence “${scope}”`

/** Workers that find the same at once tell it once: alerts of one minute and one text are one. */
const minute = (at: number): number => at - (at % 60_000)

/** Stops what the guard found, unless it is stopped already. `now` in milliseconds; `seen` names ids only. */
export const stopByGuard = async (
  ports: StopPorts,
  { scope, why }: Trip,
  seen: string,
  now: number,
): Promise<void> => {
  const { stopped } = await ports.stops.read()
  if (stopped.some((stop) => stop.scope === scope)) return
  const text = `${scopeWords(scope)} was stopped: ${why}. Mails are held back, none is lost. Look into it, then let it go on: tendril resume ${scope}`
  await ports.desk.alert({ kind: 'blast-guard', text, at: minute(now) })
  await ports.stops.put({ scope, reason: `${why} (seen at ${seen})`, at: now })
}

/** Stops by the word of a person. */
export const stopByHand = async (
  ports: StopPorts,
  scope: string,
  reason: string,
  now: number,
): Promise<void> => {
  const text = `${scopeWords(scope)} was stopped by hand: ${reason}`
  await ports.desk.alert({ kind: 'sending-stopped', text, at: now })
  await ports.stops.put({ scope, reason, at: now })
}

/** Lets go on what was stopped, by the word of a person. */
export const resumeByHand = async (ports: StopPorts, scope: string, now: number): Promise<void> => {
  await ports.desk.alert({ kind: 'sending-resumed', text: `${scopeWords(scope)} goes on`, at: now })
  await ports.stops.clear(scope, now)
}
