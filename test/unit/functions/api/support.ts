/** The API over a memory, asked with its token. */

import type { LeadEvent } from '../../../../domain/event.ts'
import { routesOf } from '../../../../functions/api/routes.ts'
import { addressHash } from '../../../../functions/shared/identity.ts'
import { refold } from '../../../../functions/shared/refold.ts'
import { captured, submission } from '../../domain/lead-sample.ts'
import type { Call } from '../event.ts'
import { asker } from '../handoff/ask.ts'
import { Memory } from '../handoff/memory.ts'

export const bearer = { authorization: 'Bearer new-api-token' }

export const setup = () => {
  const memory = new Memory()
  const ask = asker(memory, routesOf(memory.ports))
  const get = (route: string, query = '', params: Record<string, string> = {}) =>
    ask(`GET /v1/${route}`, { query, params, headers: bearer })
  return { memory, ask: (route: string, given: Call = {}) => ask(route, given), get }
}

/** Captures a person, as the capture function would. */
export const capture = async (memory: Memory, email: string, at: number, more: readonly LeadEvent[] = []) => {
  const leadId = await addressHash(memory.ports.secrets, email)
  const id = `s-${at}`
  memory.write(
    leadId,
    captured({ id, at, submission: submission({ submissionId: id, at, person: { email } }) }),
    ...more,
  )
  await refold(memory.ports, leadId)
  return leadId
}
