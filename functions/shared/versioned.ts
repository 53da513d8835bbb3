/** Runs of a lead with the version of the sequence that each goes by. */
import type { Enrolment } from '../../domain/enrolment.ts'
import type { Sequence } from '../../domain/sequence.ts'
import type { ContentSource, StoredEnrolment } from './ports.ts'

export interface Versioned {
  readonly stored: StoredEnrolment
  readonly enrolment: Enrolment
  readonly sequence: Sequence
}

/** In the order given; versions are cached for good, so that asking again costs nothing. */
export const versioned = (
  content: ContentSource,
  runs: readonly StoredEnrolment[],
): Promise<readonly Versioned[]> =>
  Promise.all(
    runs.map(async (stored) => {
      const { enrolment } = stored
      const { sequence } = await content.sequence(enrolment.sequence, enrolment.version)
      return { stored, enrolment, sequence }
    }),
  )
