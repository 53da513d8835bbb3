/** The acts that come with a message of an execution: those behind its email, and those of messages left behind. */
import type { Enrolment, Hop } from '../../domain/enrolment.ts'
import { actsAfter, actsBefore, stopOfId } from '../../domain/route-ask.ts'
import type { ActStep, Sequence } from '../../domain/sequence.ts'

/** Emails that were overtaken: no message of theirs comes any more, so what stands behind them falls to the next one. */
const overtaken = ({ records }: Enrolment): readonly string[] =>
  Object.entries(records).flatMap(([step, record]) =>
    record.is === 'not-sent' && record.reason === 'overtaken' ? [step] : [],
  )

/**
 * What is to be done once this hop has been dealt with: nothing in an enrolment that is over; in a run that goes on in
 * another one only what it left behind.
 */
export const actsDue = (sequence: Sequence, enrolment: Enrolment, hop: Hop): readonly ActStep[] => {
  const { exit, n, records } = enrolment
  if (hop.op === 'hold' || n !== hop.n || (exit !== undefined && exit.to === undefined)) return []
  const own = exit !== undefined || records[hop.step] === undefined ? [] : [hop.step]
  return [...overtaken(enrolment), ...own].flatMap((step) => actsAfter(sequence, step))
}

/**
 * All acts of a message that failed too often: what it should have done before its claim may not have been done.
 * Nothing when it is not claimed even now, because the enrolment goes elsewhere.
 */
export const actsBuried = (sequence: Sequence, enrolment: Enrolment, hop: Hop): readonly ActStep[] => {
  if (hop.op === 'hold' || enrolment.exit !== undefined || hop.n > enrolment.n) return []
  const step = stopOfId(sequence, hop.step)?.node.step
  return [
    ...actsBefore(sequence, hop.step, enrolment.took),
    ...(step?.kind === 'act' ? [step] : []),
    ...actsAfter(sequence, hop.step),
  ]
}
