/** `workflows/routing.yaml`: who in sales gets a lead, by when, and what the answer does. */
import * as z from 'zod/mini'
import { isZone } from './calendar.ts'
import { type Checked, checkWith, type Problem, unknownWord } from './content-check.ts'
import { fieldTest } from './scoring-check.ts'
import type { FieldTest } from './scoring-model.ts'
import { dayOf, dayText, durationMs, durationText, idText, minuteOf, timeText } from './scoring-text.ts'

const methods = ['round-robin', 'weighted-round-robin', 'least-open'] as const
export type Method = (typeof methods)[number]

const email = z
  .string()
  .check(z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'write an address like name@example.com'))
const away = z
  .string()
  .check(z.regex(/^\d{4}-\d\d-\d\d(?:\.\.\d{4}-\d\d-\d\d)?$/, 'write dates like "2026-12-21..2027-01-04"'))
const sla = z
  .string()
  .check(
    z.regex(
      /^\d{1,5} (?:business )?(?:minute|hour|day|week)s?$/,
      'write a limit like "30 business minutes" or "2 days"',
    ),
  )
const snooze = z
  .string()
  .check(
    z.regex(
      /^(?:\d{1,4} (?:minute|hour|day|week)s?|tomorrow (?:[01]\d|2[0-3]):[0-5]\d)$/,
      'write "4 hours" or "tomorrow 09:00"',
    ),
  )

const member = z.strictObject({
  name: z.string(),
  email,
  timezone: z.optional(z.string()),
  booking_url: z.optional(z.string()),
  weight: z.optional(z.number().check(z.int(), z.gte(1), z.lte(100))),
  max_open: z.optional(z.number().check(z.int(), z.gte(1))),
  away: z.optional(z.array(away)),
})

/** The file as marketers write it. */
export const routingFile = z.strictObject({
  format: z.literal(1),
  teams: z.record(idText, z.strictObject({ members: z.array(member).check(z.minLength(1)) })),
  rules: z.array(
    z.strictObject({
      when: z.optional(
        z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
      ),
      assign: z.string(),
      method: z.optional(z.enum(methods)),
    }),
  ),
  handoff: z.strictObject({
    template: z.string(),
    also: z.optional(z.strictObject({ slack: z.optional(z.string()), teams: z.optional(z.string()) })),
    sla: z.strictObject({
      accept_within: sla,
      remind_after: z.optional(sla),
      reassign_after: z.optional(sla),
      escalate_to: z.optional(email),
    }),
    business_hours: z.optional(
      z.strictObject({
        days: z.array(dayText),
        from: timeText,
        to: timeText,
        timezone: z.optional(z.string()),
      }),
    ),
    reject_reasons: z.array(
      z.strictObject({
        id: idText,
        label: z.string(),
        // biome-ignore lint/suspicious/noThenProperty: the word of the marketers' files
        then: z.optional(z.strictObject({ stage: z.string(), after: z.optional(durationText) })),
      }),
    ),
    snooze: z.optional(z.array(snooze)),
  }),
  digest: z.optional(
    z.strictObject({
      at: timeText,
      days: z.array(dayText),
      timezone: z.optional(z.string()),
      skip_when_empty: z.optional(z.boolean()),
    }),
  ),
})

export interface Member {
  readonly name: string
  /** Also the member's id. */
  readonly email: string
  readonly zone?: string
  readonly bookingUrl?: string
  readonly weight: number
  readonly maxOpen?: number
  /** First and last day of each absence, both included, in the member's own zone. */
  readonly away: readonly { readonly from: string; readonly to: string }[]
}

export interface RoutingRule {
  readonly all: readonly FieldTest[]
  /** A team's id, or `existing-owner`. */
  readonly assign: string
  readonly method: Method
}

/** A length of time, or one that runs in business hours only. */
export interface Within {
  readonly ms: number
  readonly business: boolean
}

export type Snooze = { readonly for: number } | { readonly tomorrowAt: number }

export interface Hours {
  readonly days: readonly number[]
  /** Minutes after midnight. */
  readonly from: number
  readonly to: number
  /** `owner` or an IANA zone. */
  readonly zone: string
}

export interface RejectReason {
  readonly id: string
  readonly label: string
  /** The stage that the lead goes to, and after how many milliseconds it may be nurtured again. */
  readonly outcome?: { readonly stage: string; readonly after?: number }
}

export interface Routing {
  readonly teams: Readonly<Record<string, { readonly members: readonly Member[] }>>
  readonly rules: readonly RoutingRule[]
  readonly handoff: {
    readonly template: string
    readonly also: { readonly slack?: string | undefined; readonly teams?: string | undefined }
    readonly acceptWithin: Within
    readonly remindAfter?: Within
    readonly reassignAfter?: Within
    readonly escalateTo?: string
    readonly businessHours: Hours
    readonly rejectReasons: readonly RejectReason[]
    readonly snooze: readonly Snooze[]
  }
  readonly digest?: {
    readonly at: number
    readonly days: readonly number[]
    readonly zone: string
    readonly skipWhenEmpty: boolean
  }
}

type File = z.output<typeof routingFile>

function memberOf(file: z.output<typeof member>): Member {
  return {
    name: file.name,
    email: file.email,
    ...(file.timezone === undefined ? {} : { zone: file.timezone }),
    ...(file.booking_url === undefined ? {} : { bookingUrl: file.booking_url }),
    weight: file.weight ?? 1,
    ...(file.max_open === undefined ? {} : { maxOpen: file.max_open }),
    away: (file.away ?? []).map((text) => {
      const [from = text, to = from] = text.split('..')
      return { from, to }
    }),
  }
}

const within = (text: string): Within => ({
  ms: durationMs(text.replace(' business', '')) ?? 0,
  business: text.includes(' business'),
})

const snoozeOf = (text: string): Snooze =>
  text.startsWith('tomorrow ') ? { tomorrowAt: minuteOf(text.slice(9)) } : { for: durationMs(text) ?? 0 }

const workdays = [1, 2, 3, 4, 5]
const hoursOf = (file: File['handoff']['business_hours']): Hours => ({
  days: file ? file.days.map(dayOf).sort((a, b) => a - b) : workdays,
  from: minuteOf(file?.from ?? '09:00'),
  to: minuteOf(file?.to ?? '17:00'),
  zone: file?.timezone ?? 'owner',
})

function reasonOf(file: File['handoff']['reject_reasons'][number]): RejectReason {
  const after = durationMs(file.then?.after ?? '')
  return {
    id: file.id,
    label: file.label,
    ...(file.then ? { outcome: { stage: file.then.stage, ...(after === undefined ? {} : { after }) } } : {}),
  }
}

function handoffOf(file: File['handoff']): Routing['handoff'] {
  const { accept_within, remind_after, reassign_after, escalate_to } = file.sla
  return {
    template: file.template,
    also: file.also ?? {},
    acceptWithin: within(accept_within),
    ...(remind_after === undefined ? {} : { remindAfter: within(remind_after) }),
    ...(reassign_after === undefined ? {} : { reassignAfter: within(reassign_after) }),
    ...(escalate_to === undefined ? {} : { escalateTo: escalate_to }),
    businessHours: hoursOf(file.business_hours),
    rejectReasons: file.reject_reasons.map(reasonOf),
    snooze: (file.snooze ?? []).map(snoozeOf),
  }
}

function build(file: File): Routing {
  const { digest } = file
  return {
    teams: Object.fromEntries(
      Object.entries(file.teams).map(([id, team]) => [id, { members: team.members.map(memberOf) }]),
    ),
    rules: file.rules.map((rule) => ({
      all: Object.entries(rule.when ?? {}).map(([field, value]) => fieldTest(field, value)),
      assign: rule.assign,
      method: rule.method ?? 'round-robin',
    })),
    handoff: handoffOf(file.handoff),
    ...(digest
      ? {
          digest: {
            at: minuteOf(digest.at),
            days: digest.days.map(dayOf),
            zone: digest.timezone ?? 'owner',
            skipWhenEmpty: digest.skip_when_empty ?? true,
          },
        }
      : {}),
  }
}

const zoneProblems = (id: string, routing: Routing): Problem[] =>
  (routing.teams[id]?.members ?? []).flatMap(({ zone }, index) =>
    zone === undefined || isZone(zone)
      ? []
      : [{ path: ['teams', id, 'members', index, 'timezone'], message: `unknown time zone "${zone}"` }],
  )

function look(routing: Routing): readonly Problem[] {
  const problems: Problem[] = []
  const teams = Object.keys(routing.teams)
  for (const [index, rule] of routing.rules.entries())
    if (rule.assign !== 'existing-owner' && !teams.includes(rule.assign))
      problems.push({ path: ['rules', index, 'assign'], message: unknownWord('team', rule.assign, teams) })
  const last = routing.rules.at(-1)
  if (!last || last.all.length > 0 || last.assign === 'existing-owner')
    problems.push({ path: ['rules'], message: 'the last rule must take everybody: a team without "when"' })
  return [...problems, ...Object.keys(routing.teams).flatMap((id) => zoneProblems(id, routing))]
}

/** Reads `routing.yaml` (already parsed). */
export const checkRouting = (raw: unknown): Checked<Routing> => checkWith(routingFile, raw, build, look)
