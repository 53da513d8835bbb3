/** The messages of the capture queue and what is done with each. */
import type { CaptureMessage } from '../shared/messages.ts'
import { captureSubmission, draftOf } from './capture-submission.ts'
import { deliver } from './deliver.ts'
import type { CapturePorts } from './ports.ts'
import { readLead } from './read-lead.ts'

export const consume = async (ports: CapturePorts, message: CaptureMessage): Promise<void> => {
  if (message.kind === 'delivery') return deliver(ports, message)
  if (message.kind === 'read') return readLead(ports, message)
  await captureSubmission(ports, draftOf(message.submission))
}
