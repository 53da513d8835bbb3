import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { StepRecord } from '../../../domain/enrolment.ts'
import type { SendStep, Sequence } from '../../../domain/sequence.ts'
import { type Reading, slugOf, templateFor, templatesSent } from '../../../domain/template-choice.ts'

const send = (over: Partial<SendStep> = {}): SendStep => ({
  kind: 'send',
  id: 'tip',
  template: 'tip-1',
  immediately: false,
  ...over,
})
const stream = send({ stream: ['tip-1', 'tip-2', 'tip-3'] })
const reading = (over: Partial<Reading> = {}): Reading => ({
  profile: {},
  sent: new Set(),
  known: () => true,
  ...over,
})
const sequence = (...steps: SendStep[]): Sequence => ({
  id: 's',
  version: 'v',
  name: 'S',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps,
})

describe('slugOf', () => {
  it.each([
    ['Food & Drink', 'food-drink'],
    ['Zürich', 'zurich'],
    ['  Retail ', 'retail'],
    ['3PL / Logistics', '3pl-logistics'],
    ['物流', ''],
  ])('%s is %j', (value, slug) => {
    expect(slugOf(value)).toBe(slug)
  })

  it('is what a file may be called, and its own slug', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (value) => {
        const slug = slugOf(value)
        expect(slug).toMatch(/^(?:[a-z0-9]+(?:-[a-z0-9]+)*)?$/)
        expect(slugOf(slug)).toBe(slug)
      }),
    )
  })
})

describe('a step with variants', () => {
  const step = send({
    variants: {
      field: 'company.industry',
      templates: { retail: 'tip-1.retail', 'food-drink': 'tip-1.food-drink' },
    },
  })
  const industry = (...values: string[]) => reading({ profile: { 'company.industry': values } })

  it('sends the one for the first value of its field, else its own', () => {
    expect(templateFor(step, industry('Food & Drink', 'Retail'))).toBe('tip-1.food-drink')
    expect(templateFor(step, industry(' ', 'Retail'))).toBe('tip-1.retail')
    expect(templateFor(step, industry('Mining'))).toBe('tip-1')
    expect(templateFor(step, industry('constructor'))).toBe('tip-1')
    expect(templateFor(step, reading())).toBe('tip-1')
  })

  it('sends its own where the variant was taken out of the files', () => {
    expect(templateFor(step, { ...industry('Retail'), known: (id) => id === 'tip-1' })).toBe('tip-1')
  })
})

describe('a stream', () => {
  it('sends the first that the lead never received, and nothing once it has them all', () => {
    expect(templateFor(stream, reading())).toBe('tip-1')
    expect(templateFor(stream, reading({ sent: new Set(['tip-2', 'tip-1']) }))).toBe('tip-3')
    expect(templateFor(stream, reading({ sent: new Set(stream.stream) }))).toBeUndefined()
  })

  it('passes over what was taken out of the files', () => {
    expect(templateFor(stream, reading({ known: (id) => id !== 'tip-1' }))).toBe('tip-2')
  })

  it('gives every template once and then nothing, over as many runs and steps as there are', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('a', 'b', 'c'), { maxLength: 12 }), (steps) => {
        const plan = sequence(...['a', 'b', 'c'].map((id) => ({ ...stream, id })))
        const runs: { sequence: Sequence; records: Record<string, StepRecord> }[] = []
        const received: string[] = []
        for (const step of steps) {
          const template = templateFor(stream, reading({ sent: templatesSent(runs) }))
          if (template === undefined) continue
          received.push(template)
          const name = template === stream.template ? {} : { name: template }
          runs.push({ sequence: plan, records: { [step]: { is: 'sent', at: 1, ...name } } })
        }
        expect(received).toEqual(stream.stream?.slice(0, steps.length))
      }),
    )
  })
})

describe('templatesSent', () => {
  it('counts what was sent or may have been, by the template of the record or of the step', () => {
    const records: Record<string, StepRecord> = {
      one: { is: 'sent', at: 1 },
      two: { is: 'sent', at: 1, name: 'other' },
      three: { is: 'uncertain', at: 1, n: 1, attempt: 1, name: 'third.b' },
      four: { is: 'not-sent', at: 1, reason: 'condition' },
      gone: { is: 'sent', at: 1 },
    }
    const steps = ['one', 'two', 'three', 'four'].map((id) => send({ id, template: `mail-${id}` }))
    const sent = templatesSent([{ sequence: sequence(...steps), records }])
    expect([...sent]).toEqual(['mail-one', 'other', 'third.b'])
  })
})
