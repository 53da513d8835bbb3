/** When a lead was mailed last, over all of its enrolments. */
import type { Content } from '../../domain/content.ts'
import type { Enrolment } from '../../domain/enrolment.ts'
import { mailsOf, withoutNotices } from '../../domain/sending-policy.ts'

/** When the lead was mailed last; of sequences that are not live any more, notes to our own people count too. */
export const lastMailOf = (all: readonly Enrolment[], { sequences }: Content): number | undefined =>
  mailsOf(
    all.map((enrolment) => {
      const sequence = sequences[enrolment.sequence]
      return sequence === undefined ? enrolment : withoutNotices({ enrolment, sequence })
    }),
  ).at(-1)
