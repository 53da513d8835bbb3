import { describe, expect, it } from 'vitest'
import { touchOfAddress } from '../../../domain/attribution.ts'
import type { LeadEvent } from '../../../domain/event.ts'
import { eventsUntil, foldLead } from '../../../domain/lead.ts'
import { cachedHead, leadView } from '../../../domain/lead-view.ts'
import { localeOf, zoneOf } from '../../../domain/lead-zone.ts'
import { captured, day, goodFit, moved, signal, start, submission, viewed } from './lead-sample.ts'
import { rules, settings } from './settings-sample.ts'

const fold = (events: readonly LeadEvent[], now = start) => foldLead(events, rules, now)
const again = (over: Parameters<typeof submission>[0], at = start + day): LeadEvent =>
  captured({ id: 'captured-2', at, submission: submission({ at, ...over }) })

describe('foldLead', () => {
  it('merges what submissions told: the newest answer, the first address', () => {
    const first = captured({
      submission: submission({
        person: { email: 'ines@example.com', emailOriginal: 'Ines@example.com', firstName: 'Ines' },
        fields: { interest: ['scoring', 'routing'], company_size: ['51-200'] },
        hidden: { utm_source: 'linkedin' },
        consents: { email: true },
      }),
    })
    const second = again({
      person: {
        email: 'other@example.com',
        emailOriginal: 'other@example.com',
        phone: '+4930901820',
        firstName: 'Inês',
      },
      fields: { interest: ['pricing'], company_size: [''] },
      consents: { email: false },
    })
    const state = fold([first, second])
    expect(state.person).toEqual({
      email: 'ines@example.com',
      emailOriginal: 'Ines@example.com',
      phone: '+4930901820',
      firstName: 'Inês',
      name: 'Inês',
    })
    expect(state.fields).toEqual({ interest: ['pricing'], company_size: ['51-200'] })
    expect(state.profile['company.size']).toEqual(['51-200'])
    expect(state.hidden).toEqual({ utm_source: 'linkedin' })
    expect(state.consents).toEqual({ email: false })
    expect(state.createdAt).toBe(start)
  })

  describe('fields that somebody stated', () => {
    const stated = (id: string, at: number, fields: Record<string, string[]>): LeadEvent => ({
      type: 'fields.set',
      id,
      at,
      fields,
      actor: 'sequence:e/s',
    })
    const first = captured({
      submission: submission({ fields: { company_name: ['Acme'], company_size: ['10'] } }),
    })

    it('count like an answer: the newest wins, whichever way it came and whatever the field was called', () => {
      const set = stated('set-1', start + day, {
        'company.name': ['Acme Ltd'],
        'contract.end': ['2027-01-01'],
      })
      const after = again({ fields: { company: ['Acme Group'] } }, start + 2 * day)
      const known = fold([first, set])
      expect(known.fields).toEqual({
        company_size: ['10'],
        'company.name': ['Acme Ltd'],
        'contract.end': ['2027-01-01'],
      })
      expect(known.profile['company.name']).toEqual(['Acme Ltd'])
      expect(known.origins['company.name']).toEqual({ eventId: 'set-1', at: start + day })
      const later = fold([after, set, first])
      expect(later.profile['company.name']).toEqual(['Acme Group'])
      expect(later.fields).not.toHaveProperty('company.name')
      expect(later.origins['company.name']).toEqual({ eventId: 'captured-2', at: start + 2 * day })
    })

    it('are cleared by stating nothing, which no empty answer of a form does', () => {
      const state = fold([first, stated('set-1', start + 1, { 'company.name': [''] })])
      expect(state.fields).toEqual({ company_size: ['10'] })
      expect(state.profile).not.toHaveProperty('company.name')
    })

    it('may be the name and the language of a person, never the address, the sources or the tags', () => {
      const state = fold([
        first,
        stated('set-1', start + 1, {
          first_name: ['Inês'],
          locale: ['pt'],
          email: ['other@example.com'],
          source: ['made up'],
          tag: ['made up'],
        }),
      ])
      expect(state.person).toMatchObject({
        email: 'ines.duarte@example.com',
        firstName: 'Inês',
        name: 'Inês',
      })
      expect(localeOf(state, settings)).toBe('pt')
      expect(state.profile['email']).toEqual(['ines.duarte@example.com'])
      expect(state.profile['source']).toEqual(['form:warehouse-guide'])
      expect(state.profile).not.toHaveProperty('tag')
      expect(state.origins['first_name']).toEqual({ eventId: 'set-1', at: start + 1 })
    })
  })

  it('keeps the first touch and the last one that told anything', () => {
    const state = fold([
      captured({ submission: submission({ attribution: { utm_source: 'google', gclid: 'x' } }) }),
      again({ attribution: { utm_source: 'linkedin' } }),
      captured({ id: 'captured-3', at: start + 2 * day, submission: submission() }),
    ])
    expect(state.attribution).toEqual({
      first: { utm_source: 'google', gclid: 'x' },
      last: { utm_source: 'linkedin' },
    })
    expect(state.sources).toHaveLength(3)
  })

  it('is a test lead only when nothing real came in', () => {
    const test = captured({ submission: submission({ isTest: true, person: { email: 'test@meta.com' } }) })
    expect(fold([test]).isTest).toBe(true)
    const mixed = fold([test, again({ person: { email: 'ines@example.com' } })])
    expect(mixed).toMatchObject({ isTest: false, person: { email: 'ines@example.com' } })
  })

  it('cannot be poisoned by the names of fields', () => {
    const hostile = JSON.parse('{"__proto__": ["x"], "constructor": ["y"]}') as Record<string, string[]>
    const state = fold([captured({ submission: submission({ fields: hostile }) })])
    expect(Object.getPrototypeOf(state.fields)).toBe(Object.prototype)
    expect(({} as Record<string, unknown>)['x']).toBeUndefined()
    expect(state.score.fit).toBe(0)
  })

  it('starts as a lead, or where its forms say, whichever is further', () => {
    expect(fold([captured()]).stage).toBe('lead')
    const forms = { news: { ...rules.forms!['warehouse-guide']!, id: 'news', stage: 'subscriber' } }
    const news = captured({ form: 'news' })
    expect(foldLead([news], { ...rules, forms }, start).stage).toBe('subscriber')
    expect(foldLead([news, again({})], { ...rules, forms }, start).stage).toBe('lead')
  })

  it('goes by the number of stage changes, not by the clocks of their writers', () => {
    const state = fold([
      captured(),
      moved(1, 'lead', 'mql', start + 5000),
      moved(2, 'mql', 'sql', start + 4000),
    ])
    expect(state).toMatchObject({
      stage: 'sql',
      stageChanges: 2,
      qualification: 'sales',
      stageSince: start + 5000,
    })
  })

  it('takes owner and qualification from the log', () => {
    const state = fold([
      captured(),
      {
        ...(moved(1, 'lead', 'sql', start + 1) as Extract<LeadEvent, { type: 'stage.changed' }>),
        qualification: 'product',
      },
      { type: 'handed-off', id: 'h', at: start + 2, handoffId: 'h-1', owner: 'jo@example.com' },
    ])
    expect(state).toMatchObject({ owner: 'jo@example.com', qualification: 'product' })
  })

  it('is suppressed for good, and undeliverable after a permanent bounce', () => {
    const left: LeadEvent = {
      type: 'suppressed',
      id: 'u',
      at: start + 1,
      reason: 'unsubscribed',
      source: 'link',
    }
    expect(fold([captured(), left, again({})])).toMatchObject({
      suppressed: 'unsubscribed',
      deliverable: true,
    })
    const bounced = signal('b', 'email.bounced', start, { properties: { bounceType: 'Permanent' } })
    expect(fold([captured(), bounced])).toMatchObject({ suppressed: 'bounced', deliverable: false })
    const foreign = captured({ submission: submission({ person: { email: 'joão@example.com' } }) })
    expect(fold([foreign])).toMatchObject({ suppressed: false, deliverable: false })
  })

  it('looks back with the events until then', () => {
    const events = [captured(), viewed('v', '/pricing', start + 10 * day)]
    expect(foldLead(eventsUntil(events, start + day), rules, start + day).score.engagement).toBe(14)
  })

  it('counts an event that is stamped a little later than now', () => {
    expect(fold([captured(), viewed('v', '/pricing', start + 5000)]).score.engagement).toBe(27)
  })

  it('lets a later verdict turn a signal around', () => {
    const click = signal('k', 'email.clicked', start + day, { verdict: 'unknown' })
    const judged = signal('j', 'signal.judged', start + day + 1, {
      properties: { signal: 'k', verdict: 'machine' },
    })
    const now = start + day + 2
    expect(fold([captured(), click], now).score.engagement).toBe(20)
    expect(fold([captured(), judged, click], now).score.engagement).toBe(14)
    expect(fold([captured(), judged, click], now).counted.map(({ id }) => id)).toEqual(['captured-1'])
  })

  it('knows tags', () => {
    const tag = (id: string, name: string, at: number) =>
      signal(id, name, at, { properties: { tag: 'reader' } })
    expect(fold([captured(), tag('a', 'tag.added', start)]).profile['tag']).toEqual(['reader'])
    const gone = fold([captured(), tag('a', 'tag.added', start), tag('b', 'tag.removed', start + 1)])
    expect(gone.profile['tag']).toBeUndefined()
  })
})

describe('views', () => {
  const state = fold([
    captured({
      submission: submission({
        fields: goodFit,
        consents: { email: true },
        consent: { textId: 'demo-v3', at: start, ip: '192.0.2.1', userAgent: 'x' },
      }),
      grants: [{ topics: ['guides'], basis: 'consent' }],
    }),
  ])

  it('the head is small', () => {
    const head = cachedHead({
      ...state,
      person: { email: `${'a'.repeat(64)}@${'b.'.repeat(90)}example.com` },
      owner: 'o'.repeat(200),
    })
    expect(JSON.stringify(head).length).toBeLessThan(1024)
    expect(head).toMatchObject({
      fit: 28,
      engagement: 15,
      total: 43,
      stage: 'lead',
      temperature: 'warm',
      topics: ['guides'],
    })
  })

  it("the API's shape shows that there is proof, not the proof", () => {
    const view = leadView('lead-1', state)
    expect(view.consent).toEqual({
      basis: 'consent',
      textId: 'demo-v3',
      at: '2026-11-20T09:00:00.000Z',
      hasIp: true,
      hasUserAgent: true,
    })
    expect(JSON.stringify(view)).not.toContain('192.0.2.1')
    expect(view.sources).toEqual([
      { source: 'form:warehouse-guide', sourceLeadId: null, formId: null, at: '2026-11-20T09:00:00.000Z' },
    ])
  })

  it('finds the time zone: told, by country, by phone, or the default', () => {
    const lead = (fields: Record<string, string[]>, phone?: string) => ({
      profile: fields,
      person: phone ? { phone } : {},
    })
    expect(zoneOf(lead({ timezone: ['America/New_York'] }), settings)).toBe('America/New_York')
    expect(zoneOf(lead({ timezone: ['Nowhere/At_All'], country: ['DE'] }), settings)).toBe('Europe/Berlin')
    expect(zoneOf(lead({}, '+351210000001'), settings)).toBe('Europe/Lisbon')
    expect(zoneOf(lead({ country: ['US'] }), settings)).toBe('Europe/Dublin')
    expect(localeOf({}, settings)).toBe('en')
  })
})

describe('touchOfAddress', () => {
  it("reads a page's click ids and utm parameters, and nothing else", () => {
    const address =
      'https://www.example.com/demo?fbclid=IwTEST&utm_source=a+b%20c&email=x@example.com&gclid=%E0%A4%A#utm_term=no'
    expect(touchOfAddress(address)).toEqual({ fbclid: 'IwTEST', utm_source: 'a b c', gclid: '%E0%A4%A' })
    expect(touchOfAddress('not an address')).toEqual({})
  })
})
