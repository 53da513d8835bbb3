import { describe, expect, it } from 'vitest'
import { submissionSchema } from '../../../domain/event.ts'
import { submissionOf } from '../../../domain/submission.ts'
import { start } from './lead-sample.ts'

const draft = { submissionId: 's-1', source: 'form:demo', at: start }
const made = (over: object, country?: string) => submissionOf({ ...draft, ...over }, country)

describe('submissionOf', () => {
  it('brings the person to one form', () => {
    const result = made({ email: ' Ines@Example.com', phone: '030 901820', name: 'Duarte, Ines' }, 'DE')
    if (!result.ok) throw new Error('refused')
    expect(result.submission.person).toEqual({
      email: 'ines@example.com',
      emailOriginal: 'Ines@Example.com',
      phone: '+4930901820',
      name: 'Ines Duarte',
      firstName: 'Ines',
      lastName: 'Duarte',
    })
    expect(submissionSchema.safeParse(result.submission).success).toBe(true)
  })

  it('lets given parts of the name overrule the guess, and makes a name of them', () => {
    const result = made({ email: 'a@example.com', firstName: 'Aino', lastName: 'Virtanen' })
    expect(result).toMatchObject({
      ok: true,
      submission: { person: { name: 'Aino Virtanen', firstName: 'Aino' } },
    })
  })

  it('refuses a wrong address and nobody at all, and notes a number that cannot be read', () => {
    expect(made({ email: 'a@@b' })).toMatchObject({ ok: false, problems: [{ field: 'email' }] })
    expect(made({ name: 'Ana' })).toMatchObject({ ok: false, problems: [{ field: 'person' }] })
    expect(made({ phone: '12' })).toMatchObject({
      ok: false,
      problems: [{ field: 'phone' }, { field: 'person' }],
    })
    expect(made({ email: 'a@example.com', phone: '12' })).toMatchObject({
      ok: true,
      notes: [{ field: 'phone' }],
    })
  })

  it("marks Meta's dummy lead as a test", () => {
    const dummy = '<test lead: dummy data for phone_number>'
    expect(made({ email: 'test@meta.com', phone: dummy })).toMatchObject({
      ok: true,
      submission: { isTest: true },
    })
    expect(
      made({ email: 'a@example.com', fields: { size: ['<test lead: dummy data for size>'] } }),
    ).toMatchObject({
      submission: { isTest: true },
    })
    expect(made({ email: 'a@example.com' })).toMatchObject({ submission: { isTest: false } })
  })
})
