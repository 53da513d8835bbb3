/** The message of an execution as it comes off the queue. */
import * as z from 'zod/mini'
import type { Hop } from '../../domain/enrolment.ts'

const hopSchema = z.object({
  op: z.enum(['send', 'hold']),
  token: z.string(),
  enrolmentId: z.string(),
  leadId: z.string(),
  step: z.string(),
  n: z.number(),
  via: z.optional(z.nullable(z.string())),
})

/** Reads the body; the machine writes `via: null` where no divert led here. */
export const readHop = (body: unknown): Hop => {
  const { via, ...hop } = hopSchema.parse(body)
  return via == null ? hop : { ...hop, via }
}
