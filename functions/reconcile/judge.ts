/** Judges unclear sends by the proof that SES's own Send event left. */
import type { Finding } from '../../domain/arbiter-act.ts'
import { reconciled } from '../../domain/arbiter-settle.ts'
import type { Hop } from '../../domain/enrolment.ts'
import { stopsOf } from '../../domain/route.ts'
import { stopOfId } from '../../domain/route-ask.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { answer, decideAndWrite } from '../shared/act.ts'
import { type AttemptPorts, attempt } from '../shared/attempt.ts'
import { afterProof, type HandoffProofPorts } from '../shared/handoff-mail.ts'
import type { ReconcileMessage } from '../shared/messages.ts'
import type { Desk, Proofs } from '../shared/ports.ts'

export interface JudgePorts extends AttemptPorts {
  readonly proofs: Proofs
  readonly desk: Desk
}

type MessageDoubt = Extract<ReconcileMessage, { kind: 'message' }>

/** Proof found, or none; "healthy" when other sends of the same minutes were reported, so that silence means something. */
const findingOf = async (
  ports: JudgePorts,
  doubt: MessageDoubt,
  sequence: Sequence,
  doubtedAt: number,
): Promise<Finding> => {
  const { leadId, enrolmentId, n, attempt: tried } = doubt
  // Nothing is sent there, so there is nothing to doubt.
  if (stopOfId(sequence, doubt.step)?.silent) return 'proof'
  if ((await ports.proofs.get({ leadId, of: enrolmentId, n, attempt: tried })) !== undefined) return 'proof'
  return (await ports.proofs.channelHealthy(doubtedAt)) ? 'none-and-healthy' : 'none'
}

/** The instant is that of the record, so that the alert told again after a crash is the same one. */
const alertParked = (ports: JudgePorts, doubt: MessageDoubt, at: number): Promise<void> =>
  ports.desk.alert({
    kind: 'message-parked',
    text: `It stayed unclear whether SES took the message ${doubt.step} of ${doubt.enrolmentId}; it was parked, not repeated.`,
    at: at * 1000,
  })

/** Settles one unclear message: sent, one more attempt, or parked with an alert. */
export const judgeMessage = async (ports: JudgePorts, doubt: MessageDoubt): Promise<void> => {
  const stored = await ports.enrolments.get(doubt.enrolmentId)
  const record = stored?.enrolment.records[doubt.step]
  if (record?.is === 'parked') return alertParked(ports, doubt, record.at)
  if (stored === undefined || record?.is !== 'uncertain') return
  const { sequence } = await ports.content.sequence(stored.enrolment.sequence, stored.enrolment.version)
  const finding = await findingOf(ports, doubt, sequence, record.at * 1000)
  const context = () => ({ now: Math.floor(ports.clock.now() / 1000), route: stopsOf(sequence) })
  const done = await decideAndWrite(ports, doubt.enrolmentId, (item) =>
    reconciled(item, doubt, finding, context()),
  )
  if (done?.stored === undefined) return
  const { enrolment } = done.stored
  const { act } = done.decision
  if (act.kind === 'attempt') {
    const hop: Hop = {
      op: 'send',
      token: enrolment.intent?.token ?? '',
      enrolmentId: doubt.enrolmentId,
      leadId: doubt.leadId,
      step: doubt.step,
      n: doubt.n,
    }
    await attempt(ports, { hop, stored: done.stored, sequence, attempt: act.attempt })
    const after = (await ports.enrolments.get(doubt.enrolmentId))?.enrolment.records[doubt.step]
    if (after?.is === 'parked') await alertParked(ports, doubt, after.at)
    return
  }
  const settled = enrolment.records[doubt.step]
  if (settled?.is === 'parked') await alertParked(ports, doubt, settled.at)
  await answer(ports, enrolment.token, act)
}

/** Judges whatever was handed over. */
export const judge = (ports: JudgePorts & HandoffProofPorts, message: ReconcileMessage): Promise<void> =>
  message.kind === 'handoff' ? afterProof(ports, message) : judgeMessage(ports, message)
