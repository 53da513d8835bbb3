/** Starts the execution of a run: its name and input come from the item alone. */
import { startPlan } from '../../domain/move.ts'
import type { ContentSource, Executions, StoredEnrolment } from './ports.ts'

export interface StartPorts {
  readonly content: ContentSource
  readonly executions: Pick<Executions, 'start'>
}

/** Starts what has not been entered yet; again is harmless. */
export const startRun = async (ports: StartPorts, { enrolment }: StoredEnrolment): Promise<void> => {
  if (enrolment.n >= 0 || enrolment.exit !== undefined) return
  const { sequence, machineArn } = await ports.content.sequence(enrolment.sequence, enrolment.version)
  const { enrolmentId, leadId } = enrolment
  const due = startPlan(sequence, enrolment)
  await ports.executions.start(machineArn, enrolmentId, { enrolmentId, leadId, due, n: 0 })
}
