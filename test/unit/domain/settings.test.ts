import { describe, expect, it } from 'vitest'
import { toJSONSchema } from 'zod/mini'
import { problemsBetween } from '../../../domain/content.ts'
import { checkForm, formFile } from '../../../domain/form.ts'
import { checkRouting, routingFile } from '../../../domain/routing.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import { scoringFile } from '../../../domain/scoring-rules.ts'
import { checkSettings, settingsFile } from '../../../domain/settings.ts'
import {
  formText,
  guide,
  raw,
  routing,
  routingText,
  scoring,
  scoringText,
  settings,
  settingsText,
} from './settings-sample.ts'

const hour = 3_600_000

describe('the files of the marketers', () => {
  it('are read into checked models', () => {
    expect(settings.sending).toEqual({
      quietHours: { from: 1140, to: 480, zone: 'lead' },
      days: [1, 2, 3, 4, 5],
      holidays: ['2026-12-25', '2026-12-26', '2027-01-01'],
      cap: { max: 3, per: 7 * 24 * hour, transactional: 'exempt' },
      minGap: 20 * hour,
    })
    expect(settings.defaults.stage).toBe('lead')
    expect(settings.stages.filter(({ exits }) => exits).map(({ id }) => id)).toEqual([
      'accepted',
      'customer',
      'disqualified',
    ])
    expect(settings.senders['maya']?.replyTo).toBe('owner-or-sender')
  })

  it('say how long a consent lasts, or nothing', () => {
    const lasting = checkSettings(raw(settingsText.replace('consent:\n', 'consent:\n  expires: 24 months\n')))
    expect(lasting.ok && lasting.value.consent.expires).toBe(720 * 24 * hour)
    expect(settings.consent.expires).toBeUndefined()
  })

  it('give routing its people, limits and reasons', () => {
    expect(routing.handoff.acceptWithin).toEqual({ ms: 30 * 60_000, business: true })
    expect(routing.handoff.snooze).toEqual([{ for: 4 * hour }, { tomorrowAt: 540 }, { for: 7 * 24 * hour }])
    expect(routing.handoff.rejectReasons[2]).toEqual({
      id: 'too-early',
      label: 'Too early',
      outcome: { stage: 'recycled', after: 60 * 24 * hour },
    })
    expect(routing.teams['enterprise']?.members[1]?.away).toEqual([{ from: '2026-12-21', to: '2027-01-04' }])
  })

  it('give forms their permissions', () => {
    expect(guide.adForms[0]?.consent['consent_email']).toEqual({
      topics: ['guides'],
      basis: 'consent',
      textId: 'guides-v1',
    })
    expect(guide.spam).toEqual({ honeypot: true, minSeconds: 2, turnstile: 'optional' })
  })

  it('have JSON Schemas for editors', () => {
    for (const schema of [settingsFile, scoringFile, routingFile, formFile]) {
      const json = toJSONSchema(schema)
      expect(json).toMatchObject({ type: 'object', additionalProperties: false })
    }
  })

  it('go together', () => {
    expect(problemsBetween({ settings, scoring, routing, forms: { guide } })).toEqual([])
    const short = { ...settings, stages: settings.stages.filter(({ id }) => id !== 'sql') }
    const topicless = { ...short, consent: { ...settings.consent, topics: { news: 'News' } } }
    const found = problemsBetween({
      settings: topicless,
      scoring,
      routing,
      forms: { guide, twin: { ...guide, id: 'twin' } },
    })
    expect(found.map(({ file, message }) => `${file}: ${message}`)).toEqual(
      expect.arrayContaining([
        expect.stringContaining('scoring: unknown stage "sql"'),
        expect.stringContaining('forms/warehouse-guide: unknown topic "guides"'),
        'forms/twin: facebook form 901000000000001 is in "warehouse-guide" too',
      ]),
    )
  })
})

describe('problems', () => {
  const problemsOf = (checked: ReturnType<typeof checkSettings> | ReturnType<typeof checkScoring>) =>
    checked.ok ? [] : checked.problems.map(({ path, message }) => `${path.join('.')}: ${message}`)

  it('name the place, and what was probably meant', () => {
    const file = raw(settingsText)
    Object.assign(file, { sendnig: {}, format: 2 })
    Object.assign(file['sending'] as object, { min_gap: '20 hrs', days: ['mon', 'tues'] })
    delete (file['brand'] as Record<string, unknown>)['postal_address']
    expect(problemsOf(checkSettings(file))).toEqual(
      expect.arrayContaining([
        'format: must be 1',
        'sendnig: unknown key "sendnig"; did you mean "sending"?',
        'sending.min_gap: write a duration like "14 days" or "20 hours"',
        expect.stringContaining('sending.days.1: must be mon or tue'),
        'brand.postal_address: "postal_address" is missing',
      ]),
    )
  })

  it.each([
    [
      { holidays: { de: ['2026-12-25'] } },
      'sending.holidays.de: this key does not fit: write a country as two capital letters, or "all"',
    ],
    [{ guard: { per_lead: '5 a day' } }, 'sending.guard.per_lead: write "5 per day"'],
    [
      { fatigue: { after: 3, gap: '20 hours' } },
      'sending.fatigue.gap: write more than min_gap: two mails lie that far apart in any case',
    ],
    [
      { sunset: { idle: '0 days' } },
      'sending.sunset.idle: write how long a lead may be silent, as "180 days"',
    ],
    [
      { guard: { per_lead: '2 per 7 days' } },
      'sending.guard.per_lead: write more than frequency_cap allows: this stops a sequence that keeps to the cap',
    ],
  ])('of sending: %j', (part, expected) => {
    const file = raw(settingsText)
    Object.assign(file['sending'] as object, part)
    expect(problemsOf(checkSettings(file))).toEqual([expected])
  })

  it('look past the schema', () => {
    const file = raw(settingsText)
    file['defaults'] = { timezone: 'Europe/Dublinn', locale: 'en', from: 'mayo' }
    expect(problemsOf(checkSettings(file))).toEqual([
      'defaults.from: unknown sender "mayo"; did you mean "maya"?',
      'defaults.timezone: unknown time zone "Europe/Dublinn"',
    ])
  })

  it('of scoring: overlapping bands, limits above 100, opens that promote, a rule for everybody', () => {
    const file = raw(scoringText)
    Object.assign(file, {
      limits: { fit: 60, engagement: 50 },
      temperature: {
        hot: { enter: '>= 30', leave: '< 31' },
        warm: { enter: '>= 12', leave: '< 8' },
        cold: 'otherwise',
      },
      promote: [
        { to: 'sql', when: { event: { name: 'email.opened' } } },
        { to: 'mql', when: {} },
        { to: 'mql', when: { event: { name: 'page.viewed' }, for: '2 days' } },
      ],
    })
    expect(problemsOf(checkScoring(file)).map((line) => line.split(':')[0])).toEqual([
      'promote.0.when.event.name',
      'promote.1.when',
      'promote.2.when.for',
      'limits',
      'temperature.hot',
    ])
  })

  it('of scoring rules point into the rule', () => {
    const file = raw(scoringText)
    const engagement = file['engagement'] as { rules: Record<string, unknown>[] }
    Object.assign(engagement.rules[1] ?? {}, { atmost: 3, points: 'many' })
    expect(problemsOf(checkScoring(file))).toEqual(
      expect.arrayContaining([
        'engagement.rules.1.points: must be a number',
        'engagement.rules.1.atmost: unknown key "atmost"; did you mean "at_most"?',
      ]),
    )
  })

  it('of routing: a team that is not there, nobody left at the end, a zone that is none', () => {
    const file = raw(routingText)
    file['rules'] = [{ when: { country: 'DE' }, assign: 'dahc' }]
    const checked = checkRouting(file)
    expect(checked.ok ? [] : checked.problems.map(({ message }) => message)).toEqual([
      'unknown team "dahc"; did you mean "dach"?',
      'the last rule must take everybody: a team without "when"',
    ])
  })

  it('of forms: a pre-ticked box is refused', () => {
    const file = raw(formText)
    Object.assign(file['consent'] as object, { prechecked: true })
    const checked = checkForm(file)
    expect(checked.ok ? [] : checked.problems.map(({ path }) => path.join('.'))).toContain(
      'consent.prechecked',
    )
  })
})
