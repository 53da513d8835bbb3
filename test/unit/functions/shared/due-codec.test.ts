import { expect, test } from 'vitest'
import type { Enrolment, StepRecord } from '../../../../domain/enrolment.ts'
import { decodeEnrolment, encodeEnrolment } from '../../../../functions/shared/aws/enrolment-codec.ts'

const ids = ['one', 'two', 'three', 'four']
const enrolment: Enrolment = {
  enrolmentId: 'lead-welcome-1',
  leadId: 'lead',
  sequence: 'welcome',
  version: 'v1',
  run: 1,
  createdAt: 1_800_000_000,
  n: 2,
  due: { four: 1_800_900_000 },
  took: { test: 'test.claim' },
  records: {},
}
const dueOf = (records: Readonly<Record<string, StepRecord>>) => {
  const stored = JSON.parse(JSON.stringify(encodeEnrolment({ ...enrolment, records }, 'event', 1, ids)))
  return decodeEnrolment(stored, 'lead', enrolment.enrolmentId, ids).due
}

test('a settled step fell due when it was settled; one beside the way has no time at all', () => {
  const at = 1_800_000_500
  expect(
    dueOf({
      one: { is: 'sent', at },
      two: { is: 'not-sent', at, reason: 'branched' },
      three: { is: 'not-sent', at, reason: 'condition' },
    }),
  ).toEqual({ one: at, three: at, four: 1_800_900_000 })
})
