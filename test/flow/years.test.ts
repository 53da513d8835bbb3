/** A sequence of five years, on the virtual clock, with the compiled machine, the handlers and the stand-ins. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { begunBySignal } from './_language.ts'
import { mailsOf, stepsOf } from './_people.ts'
import { PublishingProduct } from './_publishing.ts'

const product = new PublishingProduct()
const who = 'ada@example.com'

const care = begunBySignal(
  'care',
  `  - { send: one, id: hello }
  - wait: 13 months
  - { send: two, id: year-1 }
  - wait: { until: { date: contract.end, before: 2 months }, otherwise: 26 months }
  - { send: three, id: renewal }
  - wait: 400 days
  - { send: four, id: year-4 }
  - wait: 1 month
  - { send: five, id: year-5 }`,
)

beforeAll(() => product.startWith({ workflows: care }, { TENDRIL_NOW: '2027-01-04T09:00:00Z' }))
afterAll(() => product.stop())

describe('five years', () => {
  let leadId = ''
  let took = 0

  const advanceTo = async (to: string): Promise<void> => {
    const began = performance.now()
    await product.advanceTo(to)
    took += performance.now() - began
  }

  test('four boundaries of a year and one new version later, every mail came once, when it was due', async () => {
    leadId = await product.enter(who, 'care', { 'contract.end': ['2030-05-31'] })
    await advanceTo('2028-06-01T00:00:00Z')
    await product.publish({
      'sequences/care': (care['sequences/care'] ?? '').replace('wait: 1 month\n', 'wait: 8 months\n'),
    })
    await advanceTo('2032-02-01T00:00:00Z')
    expect((await mailsOf(product, who)).map(({ step, sentAt }) => [step, sentAt.slice(0, 10)])).toEqual([
      ['hello', '2027-01-04'],
      ['year-1', '2028-02-04'],
      ['renewal', '2030-03-31'],
      ['year-4', '2031-05-04'],
      ['year-5', '2032-01-05'],
    ])
  })

  test('which is one way through the sequence to those who look', async () => {
    const { enrolments } = await product.lead(leadId)
    const reasons = enrolments.map(({ exitReason }: { exitReason: string | null }) => exitReason)
    expect(reasons).toEqual([...Array.from({ length: enrolments.length - 1 }, () => 'moved'), null])
    expect(enrolments.at(-1)).toMatchObject({ status: 'completed' })
    const told = (await product.timeline(leadId)).map(({ text }: { text: string }) => text)
    expect(told.filter((text) => text.startsWith('Entered'))).toHaveLength(1)
    expect(told.filter((text) => text === 'Went on in a newer version of “Test of care”')).toHaveLength(1)
    const years = told.filter((text) => text === 'Went on with “Test of care” (a year has passed)')
    expect(years.length).toBeGreaterThanOrEqual(4)
    expect(told.filter((text) => text.startsWith('Not sent'))).toEqual([])
  })

  test('no execution lived for a year, and none failed', async () => {
    const runs = await product.executions(leadId)
    expect(new Set(runs.map(({ status }) => status))).toEqual(new Set(['SUCCEEDED']))
    expect(product.errors).toEqual([])
  })

  test('in less than two seconds of wall time', () => {
    console.log(`five years in ${Math.round(took)} ms`)
    expect(took).toBeLessThan(2_000)
  })
})

describe('a date that moves while a lead waits for it', () => {
  const dated = begunBySignal(
    'renewal',
    `  - { send: one, id: first }
  - wait: { until: { date: contract.end, before: 30 days }, otherwise: 2 years }
  - { send: two, id: remind }
  - wait: 3 days
  - { send: three, id: last }`,
  )
  const address = 'bo@example.com'
  const on = async (): Promise<string[]> =>
    (await mailsOf(product, address)).map(({ step, sentAt }) => `${step} ${sentAt.slice(0, 10)}`)

  test('the plan follows: earlier, later, and past a year', async () => {
    await product.publish(dated)
    await product.enter(address, 'renewal', { 'contract.end': ['2034-12-31'] })
    await product.advanceTo('2032-09-01T00:00:00Z')
    await product.arrive(address, { 'contract.end': ['2032-12-15'] })
    await product.advanceTo('2032-11-10T00:00:00Z')
    await product.arrive(address, { 'contract.end': ['2032-12-31'] })
    await product.advanceTo('2032-12-20T00:00:00Z')
    expect(await on()).toEqual(['first 2032-02-01', 'remind 2032-12-01', 'last 2032-12-04'])
  })

  test('a field that is set again as it was moves nothing', async () => {
    const other = 'cy@example.com'
    await product.enter(other, 'renewal', { 'contract.end': ['2033-06-30'] })
    const { leadId } = await product.leadOf(other)
    const before = await product.executions(leadId)
    await product.arrive(other, { 'contract.end': ['2033-06-30'] })
    await product.arrive(other, { plan: ['gold'] })
    expect(await product.executions(leadId)).toEqual(before)
    await product.advanceTo('2033-07-30T00:00:00Z')
    expect(await stepsOf(product, other)).toEqual(['first', 'remind', 'last'])
  })
})
