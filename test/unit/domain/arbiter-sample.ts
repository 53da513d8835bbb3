/** A route with a branch that rejoins, and an item on it. */
import type { Arbiter, Hop, StepRecord, Stop } from '../../../domain/enrolment.ts'

const onPath = (path: 'clicked' | 'not'): Stop['on'] => [{ branch: 'b', path, isDefault: path === 'not' }]

export const route: readonly Stop[] = [
  { id: 'one', on: [], last: false, open: ['b'] },
  { id: 'extra', on: onPath('clicked'), last: false, open: ['b'] },
  { id: 'two', on: onPath('not'), last: false, open: ['b'] },
  { id: 'three', on: [], last: false, meets: ['b'] },
  { id: 'four', on: [], last: true },
]

export const now = 1_800_000_000
export const ctx = { now, route }
export const due = { one: 1, extra: 2, two: 3, three: 4, four: 5 }
export const later = { one: 1, extra: 20, two: 30, three: 40, four: 50 }

export const itemOf = (part: Partial<Arbiter> = {}): Arbiter => ({
  n: -1,
  due,
  took: {},
  records: {},
  ...part,
})

export const hopOf = (n: number, step: string, part: Partial<Hop> = {}): Hop => ({
  op: 'send',
  token: `token-${n}`,
  enrolmentId: 'lead-welcome-1',
  leadId: 'lead',
  step,
  n,
  ...part,
})

export const sent: StepRecord = { is: 'sent', at: now - 86_400 }
export const overtaken: StepRecord = { is: 'not-sent', at: now, reason: 'overtaken' }
export const branched: StepRecord = { is: 'not-sent', at: now, reason: 'branched' }

export const branch = { name: 'Tendril.Branch.clicked', due: later }
export const replan = { name: 'Tendril.Replan', due: later }

/** Email one is claimed, and its send has begun. */
export const sending = itemOf({
  n: 0,
  step: 'one',
  token: 'token-0',
  intent: { attempt: 1, token: 'token-0' },
})

/** Email one was sent; its task listens. */
export const listening = itemOf({
  n: 0,
  step: 'one',
  token: 'token-0',
  lastAt: now - 86_400,
  records: { one: sent },
})

/** Email one is settled, email three was put off and its task told so. */
export const deferred = itemOf({
  n: 2,
  step: 'three',
  token: 'token-2',
  answer: { name: 'Tendril.Defer', due: later },
  records: { one: sent, two: overtaken },
})
