/** The runs that moves have strung together: one lead's way through a sequence, from one entrance. */
import type { Enrolment } from './enrolment.ts'

type Run = Pick<Enrolment, 'sequence' | 'run' | 'createdAt' | 'key'>

/** Whether two runs are of one entrance: what one settled, the other carries. */
const isSameEntry = (one: Run, other: Run): boolean =>
  one.sequence === other.sequence && one.createdAt === other.createdAt && one.key === other.key

/** The runs of an entrance, the first one first. */
export const entryOf = <R extends Run>(one: Run, runs: readonly R[]): readonly R[] =>
  runs.filter((run) => isSameEntry(one, run)).sort((a, b) => a.run - b.run)

/** The run that a moved one goes on in, if it is there yet. */
export const followerOf = <R extends Run>(one: Run, runs: readonly R[]): R | undefined =>
  entryOf(one, runs).find(({ run }) => run > one.run)
