/** The marketers' files that the domain's tests go by: every construct of the format is in them. */
import { parse } from 'yaml'
import type { Checked } from '../../../domain/content-check.ts'
import { checkForm, type Form } from '../../../domain/form.ts'
import type { LeadRules } from '../../../domain/lead.ts'
import { checkRouting, type Routing } from '../../../domain/routing.ts'
import { checkScoring } from '../../../domain/scoring-check.ts'
import type { ScoringRules } from '../../../domain/scoring-model.ts'
import { checkSettings, type Settings } from '../../../domain/settings.ts'

export const settingsText = `
format: 1
brand:
  name: Acme Robotics
  color: "#2563eb"
  postal_address: "Acme Robotics Ltd, 1 Main Street, Dublin D02, Ireland"
senders:
  maya: { name: Maya from Acme, email: maya@example.com, reply_to: owner-or-sender }
  alerts: { name: Acme lead desk, email: leads@example.com }
defaults:
  timezone: Europe/Dublin
  locale: en
  from: maya
sending:
  quiet_hours: { from: "19:00", to: "08:00", timezone: lead }
  days: [mon, tue, wed, thu, fri]
  holidays: [ "2026-12-25", "2026-12-26", "2027-01-01" ]
  frequency_cap: { max: 3, per: 7 days, transactional: exempt }
  min_gap: 20 hours
consent:
  double_opt_in: { countries: [DE, AT, CH] }
  topics: { product: Product news, guides: Guides and checklists, events: Events }
stages:
  - { id: subscriber, label: Subscriber }
  - { id: lead, label: Lead }
  - { id: mql, label: Marketing qualified }
  - { id: sql, label: Sales qualified }
  - { id: accepted, label: Accepted by sales, exits: all sequences }
  - { id: opportunity, label: Opportunity }
  - { id: customer, label: Customer, exits: all sequences }
  - { id: loyal, label: Loyal customer }
  - { id: recycled, label: Recycled to nurture }
  - { id: disqualified, label: Disqualified, exits: all sequences }
`

export const scoringText = `
format: 1
name: Warehouse automation, 2026 H2
limits: { fit: 50, engagement: 50 }
fit:
  - group: Role
    max: 20
    rules:
      - { when: { title: [ "*operations*", "*supply chain*", "*logistics*" ] }, points: 15 }
      - { when: { seniority: [ vp, c-level, director ] }, points: 10 }
      - { when: { title: [ "*student*", "*intern*" ] }, points: -25 }
  - group: Company
    max: 30
    rules:
      - { when: { company.size: ">= 200" }, points: 15 }
      - { when: { company.size: "50..199" }, points: 8 }
      - { when: { company.industry: [ Logistics, Retail, Manufacturing ] }, points: 10 }
      - { when: { country: [ IE, GB, DE, AT, NL, SE, NO, DK ] }, points: 5 }
      - { when: { email.kind: free-mail }, points: -10 }
engagement:
  decay: { half_life: 14 days }
  ignore: [ machine ]
  rules:
    - { on: form.submitted,  where: { form: demo-request },  points: 40, decay: none }
    - { on: page.viewed,     where: { path: "/pricing*" },   points: 12, at_most: 24 per 7 days }
    - { on: page.viewed,     where: { path: "/case-studies/*" }, points: 5, at_most: 15 per 30 days }
    - { on: form.submitted,  points: 15 }
    - { on: email.clicked,   points: 6,  at_most: 18 per 7 days }
    - { on: email.replied,   points: 20 }
    - { on: webinar.attended, points: 15 }
    - { on: email.unsubscribed, points: -50 }
    - { on: idle, for: 30 days, points: -10 }
promote:
  - { to: mql, when: { fit: ">= 10", engagement: ">= 15", total: ">= 30" } }
  - { to: sql, when: { fit: ">= 20", engagement: ">= 25", total: ">= 55" } }
  - { to: sql, when: { event: { name: form.submitted, form: demo-request } }, reason: "Asked for a demo" }
  - { to: sql, qualification: product, when: { event: { name: trial.paid_feature_viewed, at_least: 3 per 14 days } }, reason: "Uses the trial's paid features" }
  - { to: sql, qualification: service, when: { event: { name: service.wants_to_buy } }, reason: "Told our service team" }
  - { to: recycled, when: { stage: mql, total: "< 20", for: 21 days } }
temperature:
  hot:  { enter: ">= 30", leave: "< 22", of: engagement }
  warm: { enter: ">= 12", leave: "< 8", of: engagement }
  cold: otherwise
grades:
  fit:        { A: ">= 35", B: ">= 20", C: "< 20" }
  engagement: { 1: ">= 35", 2: ">= 20", 3: "< 20" }
`

export const routingText = `
format: 1
teams:
  dach:       { members: [ { name: Lena Vogt, email: lena@example.com, timezone: Europe/Berlin, booking_url: "https://example.com/lena" } ] }
  enterprise:
    members:
      - { name: Sam Byrne, email: sam@example.com, timezone: Europe/Dublin, booking_url: "https://example.com/sam", weight: 2 }
      - { name: Ines Ruiz, email: ines@example.com, timezone: Europe/Madrid, booking_url: "https://example.com/ines", away: [ "2026-12-21..2027-01-04" ] }
  smb:        { members: [ { name: Jo Park, email: jo@example.com, timezone: Europe/London, max_open: 40 } ] }
rules:
  - { when: { existing_owner: true }, assign: existing-owner }
  - { when: { country: [ DE, AT, CH ] }, assign: dach }
  - { when: { company.size: ">= 200" }, assign: enterprise, method: weighted-round-robin }
  - { assign: smb, method: least-open }
handoff:
  template: sales-handoff
  also: { slack: "#leads-hot" }
  sla: { accept_within: 30 business minutes, remind_after: 20 business minutes, reassign_after: 60 business minutes, escalate_to: head.of.sales@example.com }
  business_hours: { days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:30", timezone: owner }
  reject_reasons:
    - { id: not-a-fit,  label: Not a fit,              then: { stage: disqualified } }
    - { id: bad-data,   label: Wrong contact details,  then: { stage: disqualified } }
    - { id: too-early,  label: Too early,              then: { stage: recycled, after: 60 days } }
    - { id: duplicate,  label: Already in a deal,      then: { stage: opportunity } }
  snooze: [ 4 hours, tomorrow 09:00, 7 days ]
digest: { at: "08:15", days: [mon, tue, wed, thu, fri], timezone: owner, skip_when_empty: true }
`

export const formText = `
format: 1
id: warehouse-guide
title: { en: "Get the warehouse automation guide", de: "Leitfaden zur Lagerautomatisierung" }
asset: { file: assets/warehouse-guide.pdf, deliver: email-link }
fields:
  - { id: email, type: email, required: true, block: [ disposable ] }
  - { id: first_name, type: text, autocomplete: given-name }
  - { id: company.name, type: text, autocomplete: organization, required: true }
progressive:
  ask: 1
  from: [ company.size, title, country ]
ad_forms:
  - { source: facebook, form_id: "901000000000001", consent: { consent_email: { topics: [ guides ], basis: consent, text_id: guides-v1 } } }
  - { source: linkedin, form_id: "6083", consent: { "1": { topics: [ guides ], basis: consent, text_id: guides-v1 } } }
consent: { topics: [ guides ], text: { en: "Send me guides by email. I can stop at any time.", de: "Senden Sie mir Leitfäden per E-Mail. Abmeldung jederzeit möglich." }, prechecked: false }
spam: { honeypot: true, min_seconds: 2, turnstile: optional }
after: { thank_you: { en: "Check your inbox." , de: "Bitte prüfen Sie Ihr Postfach." } }
`

/** The content of a file, ready to be changed by a test. */
export const raw = (text: string): Record<string, unknown> => parse(text)

export function valid<Value>(checked: Checked<Value>): Value {
  if (!checked.ok) throw new Error(JSON.stringify(checked.problems))
  return checked.value
}

export const settings: Settings = valid(checkSettings(raw(settingsText)))
export const scoring: ScoringRules = valid(checkScoring(raw(scoringText)))
export const routing: Routing = valid(checkRouting(raw(routingText)))
export const guide: Form = valid(checkForm(raw(formText)))
export const rules: LeadRules = { settings, scoring, forms: { [guide.id]: guide } }
