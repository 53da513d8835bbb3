import { describe, expect, it } from 'vitest'
import {
  consentProof,
  countryOf,
  formOf,
  grantsOf,
  needsConfirmation,
  permissionsOf,
} from '../../../domain/consent.ts'
import { preferencesOf } from '../../../domain/consent-preferences.ts'
import type { LeadEvent } from '../../../domain/event.ts'
import { checkForm } from '../../../domain/form.ts'
import { captured, signal, start, submission } from './lead-sample.ts'
import { formText, guide, raw, settings, valid } from './settings-sample.ts'

const facebook = submission({
  source: 'facebook',
  formId: '901000000000001',
  consents: { consent_email: true, consent_partners: true },
})

describe('grantsOf', () => {
  it('gives what the file maps the checkbox to, and nothing for the others', () => {
    expect(grantsOf(facebook, guide)).toEqual([{ topics: ['guides'], basis: 'consent', textId: 'guides-v1' }])
    expect(grantsOf({ ...facebook, consents: { consent_partners: true } }, guide)).toEqual([])
    expect(grantsOf({ ...facebook, consents: { consent_email: false } }, guide)).toEqual([])
    expect(grantsOf({ ...facebook, formId: '7' }, guide)).toEqual([])
    expect(grantsOf(facebook, undefined)).toEqual([])
    const linkedin = submission({ source: 'linkedin', formId: '6083', consents: { '1': true } })
    expect(grantsOf(linkedin, guide)).toHaveLength(1)
  })

  it("takes the web form's own checkbox, with the text that was shown", () => {
    const ticked = submission({ consents: { email: true }, consent: { textId: 'guides-v2' } })
    expect(grantsOf(ticked, guide)).toEqual([{ topics: ['guides'], basis: 'consent', textId: 'guides-v2' }])
    expect(grantsOf(submission({ consents: { guides: true } }), guide)).toHaveLength(1)
    expect(grantsOf(submission({ consents: { news: true } }), guide)).toEqual([])
    expect(grantsOf(submission({ source: 'form:other', consents: { email: true } }), guide)).toEqual([])
  })

  it('takes only the named box when the file names one, and of one topic only that', () => {
    const boxes = [
      { key: 'updates', topics: ['product'], text: 'Yes' },
      { topics: ['guides', 'events'], text: 'Yes', basis: 'soft-opt-in' },
    ]
    const form = valid(checkForm({ ...raw(formText), consent: boxes }))
    expect(grantsOf(submission({ consents: { updates: true, events: true } }), form)).toEqual([
      { topics: ['product'], basis: 'consent' },
      { topics: ['events'], basis: 'soft-opt-in' },
    ])
    expect(grantsOf(submission({ consents: { email: true } }), form)).toEqual([
      { topics: ['guides', 'events'], basis: 'soft-opt-in' },
    ])
  })

  it('believes a caller with a token who states the basis', () => {
    const topics = ['guides', 'events']
    const stated = submission({
      source: 'api:crm',
      consents: { guides: true },
      consent: { basis: 'contract' },
    })
    expect(grantsOf(stated, undefined, topics)).toEqual([{ topics: ['guides'], basis: 'contract' }])
    expect(grantsOf({ ...stated, consents: { email: true } }, undefined, topics)).toEqual([
      { topics, basis: 'contract' },
    ])
    expect(grantsOf({ ...stated, consent: {} }, undefined, topics)).toEqual([])
    expect(grantsOf({ ...stated, source: 'facebook' }, undefined, topics)).toEqual([])
    expect(grantsOf({ ...stated, source: 'generic:partner' }, undefined, topics)).toEqual([])
  })
})

describe('formOf', () => {
  it('finds the file however the entry arrived', () => {
    const forms = { [guide.id]: guide }
    expect(formOf(facebook, forms)?.id).toBe('warehouse-guide')
    expect(formOf(submission(), forms)?.id).toBe('warehouse-guide')
    expect(formOf(submission({ source: 'form:__proto__' }), forms)).toBeUndefined()
    expect(formOf({ ...facebook, source: 'linkedin' }, forms)).toBeUndefined()
    const partner = {
      source: 'generic:partner',
      formId: '*',
      consent: { ok: { topics: ['guides'], basis: 'consent' } },
    }
    const open = { ...guide, adForms: [partner] }
    const entry = submission({ source: 'generic:partner', consents: { ok: true } })
    expect(formOf(entry, { [open.id]: open })).toBe(open)
    expect(grantsOf(entry, open)).toHaveLength(1)
  })
})

describe('needsConfirmation', () => {
  it('follows the country, unless the form says otherwise', () => {
    const german = submission({ fields: { country: ['Deutschland'] } })
    expect(needsConfirmation(german, guide, settings)).toBe(true)
    expect(needsConfirmation(submission({ person: { phone: '+4930901820' } }), guide, settings)).toBe(true)
    expect(needsConfirmation(submission({ locale: 'de-AT' }), guide, settings)).toBe(true)
    expect(needsConfirmation(submission({ locale: 'de' }), guide, settings)).toBe(false)
    expect(needsConfirmation(german, { ...guide, doubleOptIn: 'never' }, settings)).toBe(false)
    expect(needsConfirmation(submission(), { ...guide, doubleOptIn: 'always' }, settings)).toBe(true)
    const always = { ...settings, consent: { ...settings.consent, doubleOptIn: 'always' as const } }
    expect(needsConfirmation(submission(), undefined, always)).toBe(true)
    const stated = submission({ source: 'api:crm', locale: 'de-DE', consent: { basis: 'consent' } })
    expect(needsConfirmation(stated, undefined, always)).toBe(false)
    expect(countryOf(submission())).toBeUndefined()
  })
})

describe('permissionsOf', () => {
  const given = (id: string, at: number, topics: string[]): LeadEvent => ({
    type: 'consent.given',
    id,
    at,
    grant: { topics, basis: 'consent' },
    evidence: {},
  })
  const withdrawn = (topics: string[]): LeadEvent => ({
    type: 'consent.withdrawn',
    id: 'w',
    at: start + 5,
    topics,
    source: 'preferences',
  })

  it('lets the last word on each topic count', () => {
    const log = [captured({ grants: [{ topics: ['guides', 'events'], basis: 'consent', textId: 'v1' }] })]
    expect(Object.keys(permissionsOf([...log, withdrawn(['guides'])]))).toEqual(['events'])
    expect(permissionsOf([...log, withdrawn(['*'])])).toEqual({})
    const again = permissionsOf([...log, withdrawn(['*']), given('g', start + 6, ['guides'])])
    expect(again).toEqual({ guides: { basis: 'consent', at: start + 6, eventId: 'g' } })
  })
})

describe('consentProof', () => {
  it('is that of the last submission that gave something', () => {
    const proof = { textId: 'v1', at: start, ip: '192.0.2.1', userAgent: 'x' }
    const gave = captured({ submission: submission({ consents: { email: true }, consent: proof }) })
    const silent = captured({ id: '2', submission: submission({ consent: { ip: '192.0.2.2' } }) })
    expect(consentProof([gave, silent])).toEqual({ textId: 'v1', at: start, hasIp: true, hasUserAgent: true })
    const ad = captured({
      submission: submission({ consents: { consent_email: true } }),
      grants: [{ topics: ['guides'], basis: 'consent', textId: 'guides-v1' }],
    })
    expect(consentProof([ad])).toEqual({
      basis: 'consent',
      textId: 'guides-v1',
      at: start,
      hasIp: false,
      hasUserAgent: false,
    })
    expect(consentProof([silent])).toEqual({ hasIp: true, hasUserAgent: false })
    expect(consentProof([])).toEqual({ hasIp: false, hasUserAgent: false })
  })
})

describe('preferencesOf', () => {
  it('takes the last word', () => {
    const paused = signal('p', 'preferences.paused', start, { properties: { until: '2026-12-01T00:00:00Z' } })
    const fewer = signal('f', 'preferences.fewer', start, { properties: { on: 'true' } })
    const more = signal('m', 'preferences.fewer', start + 1, { properties: { on: 'false' } })
    expect(preferencesOf([paused, fewer])).toEqual({ fewer: true, pausedUntil: Date.UTC(2026, 11, 1) })
    expect(preferencesOf([paused, fewer, more, signal('r', 'preferences.resumed', start + 2)])).toEqual({
      fewer: false,
    })
    expect(
      preferencesOf([signal('x', 'preferences.paused', start, { properties: { until: 'soon' } })]),
    ).toEqual({
      fewer: false,
    })
  })
})
