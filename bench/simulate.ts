/** The decisions alone: planner and arbiter over a linear sequence, without any I/O. */
import { arrive } from '../domain/arbiter.ts'
import { settle } from '../domain/arbiter-settle.ts'
import type { Arbiter, Hop } from '../domain/enrolment.ts'
import { planFirst } from '../domain/planning.ts'
import { stopsOf } from '../domain/route.ts'
import type { Sequence, Step } from '../domain/sequence.ts'
import { type Figure, least } from './_figure.ts'

const steps: Step[] = Array.from({ length: 6 }, (_, k): Step[] => [
  ...(k === 0 ? [] : [{ kind: 'wait', wait: { for: 'P7D' } } as const]),
  { kind: 'send', id: `m${k}`, template: 't', immediately: k === 0 },
]).flat()

const sequence: Sequence = {
  id: 'six',
  version: '1',
  name: 'Six',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps: [...steps, { kind: 'end', id: 'end', outcome: 'finished' }],
}

const run = (now: number): number => {
  const ctx = {
    now,
    zone: 'Europe/Dublin',
    window: { from: 480, to: 1140, days: [1, 2, 3, 4, 5], holidays: [] },
    minGap: 72_000,
  }
  const due = planFirst(sequence, ctx)
  const route = stopsOf(sequence)
  let item: Arbiter = { n: -1, due, took: {}, records: {} }
  for (const [n, stop] of route.entries()) {
    const hop: Hop = { op: 'send', token: 't', enrolmentId: 'e', leadId: 'l', step: stop.id, n }
    const at = { now: due[stop.id] ?? now, route }
    item = arrive(item, hop, at).next ?? item
    item = settle(item, { is: 'sent', template: 'abc' }, hop, at).next ?? item
  }
  return route.length
}

export const simulate = async (): Promise<readonly Figure[]> => {
  for (let k = 0; k < 3000; k++) run(1_795_000_000 + k)
  const began = performance.now()
  let done = 0
  for (let k = 0; performance.now() - began < 3000; k++) done += run(1_795_000_000 + k * 61)
  const seconds = (performance.now() - began) / 1000
  return [least('simulation without I/O, lead-steps per second', done / seconds, '', 200_000)]
}
