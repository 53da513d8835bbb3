/** The shell around the arbiter: read, decide, compare-and-set, act; again when somebody else wrote first. */
import type { Decision } from '../../domain/arbiter-act.ts'
import type { Arbiter, Enrolment } from '../../domain/enrolment.ts'
import type { ReconcileMessage } from './messages.ts'
import type { Enrolments, Executions, Queues, StoredEnrolment } from './ports.ts'

export interface ActPorts {
  readonly enrolments: Enrolments
  readonly executions: Executions
  readonly queues: Queues
}

/** How long an unclear send waits for its proof, in seconds: longer than SES events are late (measured: under 600). */
export const proofAfter = 900

/** More writers at once than this on one enrolment is a fault worth redelivering. */
const maxTries = 10

/** The item with the arbiter's new part; what the arbiter cleared is gone. */
export const withArbiter = (enrolment: Enrolment, arbiter: Arbiter): Enrolment => {
  const { enrolmentId, leadId, sequence, version, run, createdAt, began, pinned, key } = enrolment
  return {
    enrolmentId,
    leadId,
    sequence,
    version,
    run,
    createdAt,
    ...(began !== undefined && { began }),
    ...(pinned && { pinned }),
    ...(key !== undefined && { key }),
    ...arbiter,
  }
}

/** Orphans are handed to reconcile before the item is written: a crash in between only repeats the hand-over. */
const handOver = async (ports: ActPorts, enrolment: Enrolment, decision: Decision): Promise<void> => {
  for (const { step, n, attempt } of decision.uncertain) {
    const message: ReconcileMessage = {
      v: 1,
      kind: 'message',
      leadId: enrolment.leadId,
      enrolmentId: enrolment.enrolmentId,
      step,
      n,
      attempt,
    }
    await ports.queues.send('reconcile', message, proofAfter)
  }
}

/** What was decided, on the item as it is now. */
export interface Decided {
  readonly stored: StoredEnrolment | undefined
  readonly decision: Decision
}

/**
 * Decides on the stored item and writes the outcome. `decide` may be called several times and answers undefined
 * to leave everything as it is. The act is left to the caller. `read` is the item if the caller has just read it.
 */
export const decideAndWrite = async (
  ports: ActPorts,
  enrolmentId: string,
  decide: (enrolment: Enrolment | undefined) => Decision | undefined,
  read?: StoredEnrolment,
): Promise<Decided | undefined> => {
  for (let attempt = 0; attempt < maxTries; attempt++) {
    const stored = attempt === 0 && read !== undefined ? read : await ports.enrolments.get(enrolmentId)
    const decision = decide(stored?.enrolment)
    if (decision === undefined) return undefined
    if (stored === undefined || decision.next === undefined) return { stored, decision }
    await handOver(ports, stored.enrolment, decision)
    const next = { ...stored, enrolment: withArbiter(stored.enrolment, decision.next) }
    if (await ports.enrolments.replace(next)) return { stored: { ...next, rev: stored.rev + 1 }, decision }
  }
  throw new Error(`The enrolment ${enrolmentId} was written by others ${maxTries} times in a row.`)
}

/** Gives the answer that was decided, on the token it is meant for. */
export const answer = async (
  ports: ActPorts,
  token: string | undefined,
  act: Decision['act'],
): Promise<void> => {
  if (token === undefined) return
  if (act.kind === 'answer') await ports.executions.fail(token, act.name, act.cause)
  if (act.kind === 'succeed') await ports.executions.succeed(token)
}
