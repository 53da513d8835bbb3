/** Random histories of a lead, with every kind of event, and rules of every kind to judge them by. */
import fc from 'fast-check'
import type { LeadEvent } from '../../domain/event.ts'
import type { LeadRules } from '../../domain/lead.ts'
import { checkScoring } from '../../domain/scoring-check.ts'
import { day, start, submission } from '../unit/domain/lead-sample.ts'
import { raw, scoringText, settings, valid } from '../unit/domain/settings-sample.ts'

export const span = 120 * day
export const at = fc.integer({ min: 0, max: span / 60_000 }).map((minutes) => start + minutes * 60_000)
const id = fc.integer({ min: 0, max: 30 }).map((n) => `e${n}`)
const word = fc.constantFrom('a', 'b', 'c')

export const capture = fc
  .record({
    id,
    at,
    form: fc.option(fc.constantFrom('demo-request', 'warehouse-guide'), { nil: undefined }),
    title: fc.constantFrom('Head of Operations', 'Student', 'Buyer'),
    size: fc.constantFrom('10', '51-200', '1,000+', ''),
    topic: word,
    isTest: fc.boolean(),
  })
  .map(
    ({ form, title, size, topic, isTest, ...base }): LeadEvent => ({
      ...base,
      type: 'captured',
      ...(form === undefined ? {} : { form }),
      grants: [{ topics: [topic], basis: 'consent' }],
      submission: submission({
        isTest,
        at: base.at,
        fields: { title: [title], company_size: [size] },
        attribution: { utm_source: topic },
        person: { email: `${topic}@example.com`, firstName: title },
      }),
    }),
  )
export const behaviour = fc
  .record({
    id,
    at,
    name: fc.constantFrom(
      'page.viewed',
      'email.clicked',
      'email.opened',
      'email.replied',
      'webinar.attended',
      'email.unsubscribed',
      'trial.paid_feature_viewed',
    ),
    path: fc.constantFrom('/pricing', '/case-studies/x', '/'),
    verdict: fc.constantFrom('human' as const, 'machine' as const, 'unknown' as const),
  })
  .map(({ path, ...rest }): LeadEvent => ({ ...rest, type: 'signal', properties: { path } }))
export const adjustment = fc
  .record({
    id,
    at,
    part: fc.constantFrom('fit' as const, 'engagement' as const),
    points: fc.double({ min: -40, max: 40, noNaN: true }),
  })
  .map((rest): LeadEvent => ({ ...rest, type: 'scored', reason: 'by hand', actor: 'a person' }))
/** A verdict on another signal, after the fact. */
const judgement = fc
  .record({ id, at, signal: id, verdict: fc.constantFrom('human', 'machine', 'unknown') })
  .map(
    ({ signal, verdict, ...rest }): LeadEvent => ({
      ...rest,
      type: 'signal',
      name: 'signal.judged',
      properties: { signal, verdict },
      verdict: 'human',
    }),
  )
const stageChange = fc
  .record({
    id,
    at,
    from: fc.constantFrom('lead', 'mql', 'sql'),
    to: fc.constantFrom('mql', 'sql', 'recycled'),
  })
  .map(
    (rest): LeadEvent => ({ ...rest, type: 'stage.changed', reason: 'by hand', actor: 'a person', total: 0 }),
  )
const rest = fc.oneof(
  fc.record({ id, at, topic: word }).map(
    ({ topic, ...base }): LeadEvent => ({
      ...base,
      type: 'consent.withdrawn',
      topics: [topic],
      source: 'x',
    }),
  ),
  fc.record({ id, at, topic: word }).map(
    ({ topic, ...base }): LeadEvent => ({
      ...base,
      type: 'consent.given',
      grant: { topics: [topic], basis: 'consent' },
      evidence: {},
    }),
  ),
  fc
    .record({ id, at, reason: fc.constantFrom('unsubscribed' as const, 'complained' as const) })
    .map((base): LeadEvent => ({ ...base, type: 'suppressed', source: 'x' })),
  fc
    .record({
      id,
      at,
      key: fc.constantFrom('company_size', 'company.size', 'title', 'first_name', 'locale'),
      value: fc.constantFrom('', '10', 'Buyer'),
    })
    .map(
      ({ key, value, ...base }): LeadEvent => ({
        ...base,
        type: 'fields.set',
        fields: { [key]: [value] },
        actor: 'x',
      }),
    ),
  fc.record({ id, at }).map(
    (base): LeadEvent => ({
      ...base,
      type: 'feedback',
      handoffId: 'h',
      action: 'reject',
      actor: 'a person',
    }),
  ),
)
export const history = fc.array(
  fc.oneof(
    { weight: 6, arbitrary: behaviour },
    { weight: 2, arbitrary: capture },
    { weight: 2, arbitrary: judgement },
    adjustment,
    stageChange,
    rest,
  ),
  { maxLength: 24 },
)

/** Several half-lives, gains and losses, groups: engagement may fall and rise by itself. */
const engagement = {
  decay: { half_life: '14 days' },
  rules: [
    { on: 'form.submitted', points: 20, decay: 'none' },
    { on: 'email.clicked', points: -15, decay: { half_life: '3 days' } },
    { on: 'email.replied', points: 25, decay: { half_life: '60 days' } },
    {
      group: 'Web',
      max: 25,
      rules: [
        { on: 'page.viewed', points: 9 },
        { on: 'webinar.attended', points: 12 },
        { on: 'page.viewed', points: 8, at_least: '3 per 14 days' },
      ],
    },
    { on: 'email.clicked', points: 11, at_least: '2 per 7 days', at_most: 20, decay: 'none' },
    { on: 'email.replied', points: -7, at_least: 2 },
    { on: 'idle', for: '10 days', points: -6 },
    { on: 'idle', for: '20 days', points: -6 },
  ],
}
export const mixed: LeadRules = {
  settings,
  scoring: valid(checkScoring({ ...raw(scoringText), engagement })),
}
