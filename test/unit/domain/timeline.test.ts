import { describe, expect, it } from 'vitest'
import type { Enrolment } from '../../../domain/enrolment.ts'
import { deferReasons, notSentReasons } from '../../../domain/enrolment.ts'
import type { LeadEvent } from '../../../domain/event.ts'
import type { Sequence } from '../../../domain/sequence.ts'
import { timelineOf } from '../../../domain/timeline.ts'
import { heldText } from '../../../domain/timeline-held.ts'
import { notSentWords } from '../../../domain/timeline-words.ts'
import { captured, day, moved, signal, start, submission, viewed } from './lead-sample.ts'
import { routing, scoring, settings } from './settings-sample.ts'

const seconds = start / 1000
const send = (id: string, template: string) => ({ kind: 'send', id, template, immediately: false }) as const
const sequence: Sequence = {
  id: 'warehouse-guide',
  version: 'v1',
  name: 'Warehouse guide',
  topic: 'guides',
  priority: 50,
  enrol: { when: [], again: 'never' },
  exits: [],
  steps: [
    send('deliver', 'guide-delivery'),
    {
      kind: 'branch',
      id: 'by',
      paths: [
        { id: 'a', name: 'A', if: { stage: ['mql'] }, steps: [send('w2', 'week-2')] },
        { id: 'b', name: 'B', steps: [{ ...send('w3', 'week-3'), name: 'The third' }] },
      ],
    },
  ],
}
const enrolment: Enrolment = {
  enrolmentId: 'l-warehouse-guide-1',
  leadId: 'l',
  sequence: 'warehouse-guide',
  version: 'v1',
  run: 1,
  createdAt: seconds,
  n: 3,
  due: {},
  took: {},
  records: {
    deliver: { is: 'sent', at: seconds + 1 },
    w2: { is: 'not-sent', at: seconds + 86_400, reason: 'overtaken' },
    w3: { is: 'parked', at: seconds + 2 * 86_400 },
    w4: { is: 'uncertain', at: seconds + 2 * 86_400, n: 1, attempt: 1 },
  },
  exit: { reason: 'goal', at: seconds + 3 * 86_400 },
}
const names = { settings, scoring, routing, sequences: { [sequence.id]: sequence } }
const events: LeadEvent[] = [
  captured({
    at: start + 400,
    form: 'warehouse-guide',
    submission: submission({ source: 'facebook', formId: '901' }),
    grants: [{ topics: ['guides'], basis: 'consent' }],
  }),
  signal('k', 'email.clicked', start + day, { enrolmentId: 'l-warehouse-guide-1', step: 'deliver' }),
  signal('m', 'email.clicked', start + day + 1000, { verdict: 'machine', step: 'w2' }),
  viewed('v', '/pricing', start + day + 2000),
  moved(1, 'lead', 'sql', start + 2 * day),
  { type: 'handed-off', id: 'h', at: start + 2 * day, handoffId: 'h1', owner: 'jo@example.com' },
  {
    type: 'feedback',
    id: 'f',
    at: start + 3 * day,
    handoffId: 'h1',
    action: 'reject',
    reason: 'too-early',
    actor: 'jo@example.com',
  },
  {
    type: 'scored',
    id: 's',
    at: start + 4 * day,
    part: 'engagement',
    points: 10,
    reason: 'Good talk',
    actor: 'jo@example.com',
  },
  { type: 'consent.withdrawn', id: 'w', at: start + 5 * day, topics: ['guides'], source: 'preferences' },
  { type: 'suppressed', id: 'u', at: start + 6 * day, reason: 'unsubscribed', source: 'link' },
]

describe('timelineOf', () => {
  const told = timelineOf(events, [enrolment], names)

  it('tells everything in plain words, oldest first', () => {
    expect(told.map(({ type, text }) => `${type}: ${text}`)).toEqual([
      'captured: Filled in the form “Warehouse guide” on Facebook or Instagram (+15)',
      'consent.given: Permitted mail about guides',
      'enrolled: Entered “Warehouse guide”',
      'message.sent: Sent: “Guide delivery”',
      'email.clicked: Clicked a link in “Guide delivery” (+6)',
      'message.not-sent: Not sent: “Week 2” — overtaken by a later mail',
      'email.clicked: Clicked a link in “W2” (made by a machine: counts nothing)',
      'page.viewed: Viewed /pricing (+12)',
      'stage.changed: From “Lead” to “Sales qualified” at a score of 0: test',
      'message.parked: Set aside: “The third” — a person must look at it',
      'message.uncertain: Being checked: “W4” may have been sent',
      'handed-off: Handed to jo@example.com',
      'feedback: Rejected by sales: Too early',
      'enrolment.exited: Left “Warehouse guide”: the goal was reached',
      'scored: Good talk (+10 engagement)',
      'consent.withdrawn: Wants no mail about guides',
      'suppressed: Unsubscribed: no more mail',
    ])
  })

  it('never goes back in time, and every entry has its own id', () => {
    const times = told.map(({ at }) => at)
    expect([...times].sort()).toEqual(times)
    expect(new Set(told.map(({ eventId }) => eventId)).size).toBe(told.length)
  })

  it('gives reasons as words that programs can compare', () => {
    expect(told.find(({ type }) => type === 'message.not-sent')).toMatchObject({
      reason: 'overtaken',
      data: { enrolmentId: 'l-warehouse-guide-1', step: 'w2', sequence: 'warehouse-guide' },
    })
    for (const reason of notSentReasons) expect(notSentWords(reason).length).toBeGreaterThan(5)
  })

  it('says of a mail that it was held back until when and why, also after it was sent', () => {
    const at = (text: string): number => Date.parse(text) / 1000
    const records = { deliver: { is: 'sent', at: at('2026-11-24T08:00:00Z') } } as const
    const held = {
      deliver: { at: at('2026-11-23T21:00:00Z'), until: at('2026-11-24T08:00:00Z'), reason: 'quiet-hours' },
      w3: { at: at('2026-11-24T09:00:00Z'), until: at('2027-01-02T12:30:00Z'), reason: 'paused' },
    } as const
    const { exit: _, ...open } = enrolment
    const list = timelineOf([captured({ at: start })], [{ ...open, records, held }], names)
    const texts = list.flatMap(({ type, text }) => (type.startsWith('message.') ? [text] : []))
    expect(texts).toEqual([
      'Held back: “Guide delivery” until Tue 24 Nov 08:00 — quiet hours or a day without mail',
      'Sent: “Guide delivery”',
      'Held back: “The third” until Sat 2 Jan 2027 12:30 — the lead asked for a pause',
    ])
    expect(list.find(({ type }) => type === 'message.held')).toMatchObject({
      at: '2026-11-23T21:00:00.000Z',
      reason: 'quiet-hours',
      data: { step: 'deliver', sequence: 'warehouse-guide', until: '2026-11-24T08:00:00.000Z' },
    })
  })

  it('tells the hours of a hold as they are where the lead is', () => {
    const held = {
      deliver: { at: seconds, until: Date.parse('2026-11-24T13:00:00Z') / 1000, reason: 'fault' },
    } as const
    const fields = { timezone: ['America/New_York'] }
    const lead = [captured({ at: start, submission: submission({ fields }) })]
    const [text] = timelineOf(lead, [{ ...enrolment, held }], names).flatMap((entry) =>
      entry.type === 'message.held' ? [entry.text] : [],
    )
    expect(text).toContain('until Tue 24 Nov 08:00')
  })

  it('has words for every reason to hold a mail back', () => {
    const texts = deferReasons.map((reason) => heldText('x', { at: 0, until: 60, reason }, 'UTC'))
    expect(new Set(texts).size).toBe(deferReasons.length)
  })

  it('makes do with ids', () => {
    const bare = timelineOf(
      [captured({ submission: submission({ source: 'api:crm' }) }), moved(1, 'lead', 'mql', start)],
      [enrolment],
    )
    expect(bare.map(({ text }) => text)).toContain('Came in from crm')
    expect(bare.map(({ text }) => text)).toContain('Sent: “Deliver”')
    expect(bare.map(({ text }) => text)).toContain('From “Lead” to “Mql” at a score of 0: test')
  })

  it('names the mail that was sent, the task that was done and who else was told', () => {
    const task = { kind: 'notify', id: 'call', template: 'sales-task', to: 'a@example.com' } as const
    const later: Sequence = {
      ...sequence,
      steps: [send('tip', 'tip-1'), { ...task, task: { title: 'Call them' } }],
    }
    const told = timelineOf(
      [
        captured(),
        signal('d', 'task.done', start + day, {
          enrolmentId: enrolment.enrolmentId,
          step: 'call',
          properties: { task: 'call' },
        }),
        signal('x', 'webhook.delivered', start + 2 * day, {
          properties: { type: 'lead.won', host: 'crm.example.com' },
        }),
        signal('y', 'webhook.failed', start + 3 * day, {
          properties: { type: 'lead.won', host: 'crm.example.com', detail: 'it answered 410' },
        }),
        signal('z', 'stage.refused', start + 3 * day + 1, { properties: { from: 'customer', to: 'mql' } }),
      ],
      [{ ...enrolment, records: { tip: { is: 'sent', at: seconds + 1, name: 'tip-3.retail' } } }],
      { sequences: { [later.id]: later } },
    )
    expect(told.map(({ text }) => text)).toEqual([
      'Filled in the form “Warehouse guide”',
      'Entered “Warehouse guide”',
      'Sent: “Tip 3 retail”',
      'Done: “Call them”',
      'Told crm.example.com (lead.won)',
      'Could not tell crm.example.com (lead.won): it answered 410',
      'Not moved to “Mql”: from “Customer” the stages do not allow it',
      'Left “Warehouse guide”: the goal was reached',
    ])
  })
})
