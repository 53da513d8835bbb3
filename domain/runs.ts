/** The runs that moves have strung together: one lead's way through a sequence, told as one. */
import type { Enrolment, StepRecord } from './enrolment.ts'

type Run = Pick<Enrolment, 'sequence' | 'run' | 'createdAt' | 'key'>

/** Whether two runs are of one entrance: what one settled, the other carries. */
export const isSameEntry = (one: Run, other: Run): boolean =>
  one.sequence === other.sequence && one.createdAt === other.createdAt && one.key === other.key

/** The runs of an entrance, the first one first. */
export const entryOf = <R extends Run>(one: Run, runs: readonly R[]): readonly R[] =>
  runs.filter((run) => isSameEntry(one, run)).sort((a, b) => a.run - b.run)

/** The run that a moved one goes on in, if it is there yet. */
export const followerOf = <R extends Run>(one: Run, runs: readonly R[]): R | undefined =>
  entryOf(one, runs).find(({ run }) => run > one.run)

/** Whether a record says what became of a step itself: not that another run says it. */
const isOwn = (record: StepRecord): boolean =>
  record.is !== 'carried' && !(record.is === 'not-sent' && record.reason === 'moved-on')

/** The run that says what became of a step: the latest with a record of its own, else the latest. */
export const runOfStep = <R extends Run & Pick<Enrolment, 'records'>>(
  one: Run,
  runs: readonly R[],
  step: string,
): R | undefined => {
  const all = entryOf(one, runs)
  const says = all.findLast(({ records }) => {
    const record = records[step]
    return record !== undefined && isOwn(record)
  })
  return says ?? all.at(-1)
}
