import fc from 'fast-check'
import { expect, test } from 'vitest'
import { deferReasons, type Enrolment } from '../../../../domain/enrolment.ts'
import { decodeEnrolment, encodeEnrolment } from '../../../../functions/shared/aws/enrolment-codec.ts'

const ids = ['one', 'two', 'three']
const createdAt = 1_800_000_000
const enrolment: Enrolment = {
  enrolmentId: 'lead-welcome-1',
  leadId: 'lead',
  sequence: 'welcome',
  version: 'v1',
  run: 1,
  createdAt,
  n: 0,
  due: {},
  took: {},
  records: {},
}
const roundTrip = (one: Enrolment): Enrolment => {
  const stored = JSON.parse(JSON.stringify(encodeEnrolment(one, 'event', 1, ids)))
  return decodeEnrolment(stored, 'lead', one.enrolmentId, ids)
}
const instants = fc.integer({ min: createdAt, max: createdAt + 20 * 366 * 86_400 })
const held = fc
  .tuple(instants, fc.integer({ min: 0, max: 400 * 86_400 }), fc.constantFrom(...deferReasons))
  .map(([at, length, reason]) => ({ at, until: at + length, reason }))

test('what was held back is read as it was written, for steps that are gone too', () => {
  fc.assert(
    fc.property(fc.dictionary(fc.constantFrom(...ids, 'removed'), held, { minKeys: 1 }), (all) => {
      expect(roundTrip({ ...enrolment, held: all }).held).toEqual(all)
    }),
  )
})

test('an enrolment that was never held back says nothing of it', () => {
  expect(roundTrip(enrolment)).toEqual(enrolment)
})
