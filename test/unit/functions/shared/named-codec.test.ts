/** What a record says of its template survives the store, and the item stays small. */
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Enrolment, StepRecord } from '../../../../domain/enrolment.ts'
import type { SendStep, Sequence } from '../../../../domain/sequence.ts'
import { decodeEnrolment, encodeEnrolment } from '../../../../functions/shared/aws/enrolment-codec.ts'
import { stepKeys } from '../../../../functions/shared/step-keys.ts'

const tips = Array.from({ length: 20 }, (_, index) => `a-tip-with-a-rather-long-name-${index}`)
const steps = Array.from(
  { length: 20 },
  (_, index): SendStep => ({
    kind: 'send',
    id: `step-${index}`,
    template: 'a-tip',
    immediately: false,
    ...(index % 2 === 0
      ? { stream: tips }
      : { variants: { field: 'f', templates: { retail: 'a-tip.retail', food: 'a-tip.food-drink' } } }),
  }),
)
const sequence: Sequence = {
  id: 'tips',
  version: 'abcdef123456',
  name: 'Tips',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps,
}
const keys = stepKeys(sequence)
const leadId = 'l'.repeat(26)
const now = 1_800_000_000
const enrolmentOf = (records: Enrolment['records']): Enrolment => ({
  enrolmentId: `${leadId}-tips-1`,
  leadId,
  sequence: 'tips',
  version: sequence.version,
  run: 1,
  createdAt: now,
  n: 20,
  step: 'step-19',
  token: Buffer.alloc(525, 7).toString('base64'),
  due: {},
  took: {},
  records,
})
const roundTrip = (records: Enrolment['records']) => {
  const item = encodeEnrolment(enrolmentOf(records), 'event', 1, keys)
  return { item, records: decodeEnrolment(item, leadId, `${leadId}-tips-1`, keys).records }
}
const bytesOf = (value: unknown): number =>
  value instanceof Uint8Array
    ? value.length
    : Buffer.byteLength(typeof value === 'string' ? value : JSON.stringify(value))
const sizeOf = (item: Record<string, unknown>): number =>
  Object.entries(item).reduce(
    (sum, [name, value]) => sum + (value === undefined ? 0 : Buffer.byteLength(name) + bytesOf(value)),
    0,
  )

const name = fc.option(
  fc.constantFrom(...tips, 'a-tip.retail', 'a-tip.food-drink', 'not.in.the-files', '7'),
  {
    nil: undefined,
  },
)
const at = fc.integer({ min: now, max: now + 10 ** 8 })
const record = fc.oneof(
  fc.record({ at, name, template: fc.option(fc.constantFrom('0a1b2c', 'ffffff'), { nil: undefined }) }).map(
    ({ at, name, template }): StepRecord => ({
      is: 'sent',
      at,
      ...(template !== undefined && { template }),
      ...(name !== undefined && { name }),
    }),
  ),
  fc
    .record({ at, name, n: fc.nat(2000), attempt: fc.integer({ min: 1, max: 2 }) })
    .map(
      ({ name, ...rest }): StepRecord => ({ is: 'uncertain', ...rest, ...(name !== undefined && { name }) }),
    ),
  at.map((one): StepRecord => ({ is: 'not-sent', at: one, reason: 'nothing-new' })),
  at.map((one): StepRecord => ({ is: 'carried', at: one })),
)

describe('records in the store', () => {
  it('come back as they went in', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.constantFrom(...steps.map(({ id }) => id)), record), (records) => {
        expect(roundTrip(records).records).toEqual({ ...records })
      }),
    )
  })

  it('of twenty mails by other templates than their own still lie within one write unit', () => {
    const records = Object.fromEntries(
      steps.map(({ id }, index) => [
        id,
        { is: 'sent', at: now + index * 604_800, template: '0a1b2c', name: tips[index] ?? '' } as const,
      ]),
    )
    expect(sizeOf(roundTrip(records).item)).toBeLessThanOrEqual(1024)
  })
})
