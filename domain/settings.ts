/** `workflows/settings.yaml`: things that are true for every sequence. */
import * as z from 'zod/mini'
import { isZone } from './calendar.ts'
import { type Checked, checkWith, type Problem, unknownWord } from './content-check.ts'
import {
  dateText,
  dayOf,
  dayText,
  durationMs,
  durationText,
  idText,
  type LocalText,
  localText,
  minuteOf,
  timeText,
} from './scoring-text.ts'

const address = z
  .string()
  .check(z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'write an address like name@example.com'))
const country = z.string().check(z.regex(/^[A-Z]{2}$/, 'write a country as two capital letters'))

/** The file as marketers write it. */
export const settingsFile = z.strictObject({
  format: z.literal(1),
  brand: z.strictObject({
    name: z.string(),
    color: z.optional(z.string().check(z.regex(/^#[0-9a-fA-F]{6}$/, 'write a colour like "#2563eb"'))),
    logo: z.optional(z.string()),
    url: z.optional(z.string()),
    postal_address: z.string().check(z.minLength(10, 'the full postal address is required by law')),
  }),
  senders: z.record(
    idText,
    z.strictObject({ name: z.string(), email: address, reply_to: z.optional(z.string()) }),
  ),
  defaults: z.strictObject({
    timezone: z.string(),
    locale: z.string(),
    from: z.string(),
    country: z.optional(country),
    stage: z.optional(z.string()),
  }),
  sending: z.strictObject({
    quiet_hours: z.optional(
      z.strictObject({ from: timeText, to: timeText, timezone: z.optional(z.string()) }),
    ),
    days: z.optional(z.array(dayText).check(z.minLength(1))),
    holidays: z.optional(z.array(dateText)),
    frequency_cap: z.optional(
      z.strictObject({
        max: z.number().check(z.int(), z.gte(1)),
        per: durationText,
        transactional: z.optional(z.enum(['exempt', 'counted'])),
      }),
    ),
    min_gap: z.optional(durationText),
  }),
  consent: z.strictObject({
    double_opt_in: z.optional(
      z.union([z.enum(['always', 'never']), z.strictObject({ countries: z.array(country) })]),
    ),
    topics: z.record(idText, localText),
  }),
  stages: z
    .array(z.strictObject({ id: idText, label: z.string(), exits: z.optional(z.literal('all sequences')) }))
    .check(z.minLength(2)),
})

export interface Stage {
  readonly id: string
  readonly label: string
  /** Reaching it ends every sequence of the lead. */
  readonly exits: boolean
}

export interface Sender {
  readonly name: string
  readonly email: string
  /** An address, or `owner-or-sender`: the lead's sales owner once there is one. */
  readonly replyTo?: string
}

export interface QuietHours {
  /** Minutes after midnight; a window that begins later than it ends spans midnight. */
  readonly from: number
  readonly to: number
  /** `lead` or an IANA zone. */
  readonly zone: string
}

export interface Sending {
  readonly quietHours?: QuietHours
  /** ISO weekdays on which mail may go out. */
  readonly days: readonly number[]
  readonly holidays: readonly string[]
  /** At most so many mails in any stretch of `per` milliseconds. */
  readonly cap?: { readonly max: number; readonly per: number; readonly transactional: 'exempt' | 'counted' }
  /** Milliseconds between two mails to the same lead. */
  readonly minGap: number
}

/** The checked settings. Times of day in minutes, lengths in milliseconds. */
export interface Settings {
  readonly brand: {
    readonly name: string
    readonly postalAddress: string
    readonly color?: string | undefined
    readonly logo?: string | undefined
    readonly url?: string | undefined
  }
  readonly senders: Readonly<Record<string, Sender>>
  readonly defaults: {
    readonly timezone: string
    readonly locale: string
    readonly from: string
    readonly country?: string
    /** Where a lead starts: `lead` when there is such a stage, else the first. */
    readonly stage: string
  }
  readonly sending: Sending
  readonly consent: {
    readonly doubleOptIn: 'always' | 'never' | { readonly countries: readonly string[] }
    readonly topics: Readonly<Record<string, LocalText>>
  }
  readonly stages: readonly Stage[]
}

type File = z.output<typeof settingsFile>
const everyDay = [1, 2, 3, 4, 5, 6, 7]

function sendingOf(file: File['sending']): Sending {
  const { quiet_hours: quiet, frequency_cap: cap } = file
  return {
    ...(quiet
      ? {
          quietHours: {
            from: minuteOf(quiet.from),
            to: minuteOf(quiet.to),
            zone: quiet.timezone ?? 'lead',
          },
        }
      : {}),
    days: file.days ? [...new Set(file.days.map(dayOf))].sort((a, b) => a - b) : everyDay,
    holidays: file.holidays ?? [],
    ...(cap
      ? {
          cap: {
            max: cap.max,
            per: durationMs(cap.per) ?? 0,
            transactional: cap.transactional ?? 'exempt',
          },
        }
      : {}),
    minGap: durationMs(file.min_gap ?? '') ?? 0,
  }
}

function build(file: File): Settings {
  const { postal_address: postalAddress, ...brand } = file.brand
  const { country: home, stage, ...defaults } = file.defaults
  const start = file.stages.find((s) => s.id === 'lead') ?? file.stages[0]
  return {
    brand: { ...brand, postalAddress },
    senders: Object.fromEntries(
      Object.entries(file.senders).map(([id, { reply_to: replyTo, ...sender }]) => [
        id,
        { ...sender, ...(replyTo === undefined ? {} : { replyTo }) },
      ]),
    ),
    defaults: { ...defaults, ...(home ? { country: home } : {}), stage: stage ?? start?.id ?? 'lead' },
    sending: sendingOf(file.sending),
    consent: { doubleOptIn: file.consent.double_opt_in ?? 'never', topics: file.consent.topics },
    stages: file.stages.map((s) => ({ id: s.id, label: s.label, exits: s.exits !== undefined })),
  }
}

function look(settings: Settings): readonly Problem[] {
  const problems: Problem[] = []
  const { defaults, senders, sending, stages } = settings
  const ids = stages.map((stage) => stage.id)
  if (!Object.hasOwn(senders, defaults.from))
    problems.push({
      path: ['defaults', 'from'],
      message: unknownWord('sender', defaults.from, Object.keys(senders)),
    })
  if (!isZone(defaults.timezone))
    problems.push({ path: ['defaults', 'timezone'], message: `unknown time zone "${defaults.timezone}"` })
  const zone = sending.quietHours?.zone ?? 'lead'
  if (zone !== 'lead' && !isZone(zone))
    problems.push({ path: ['sending', 'quiet_hours', 'timezone'], message: `unknown time zone "${zone}"` })
  if (sending.quietHours?.from === sending.quietHours?.to && sending.quietHours)
    problems.push({
      path: ['sending', 'quiet_hours'],
      message: 'quiet hours that begin when they end never end',
    })
  if (!ids.includes(defaults.stage))
    problems.push({ path: ['defaults', 'stage'], message: unknownWord('stage', defaults.stage, ids) })
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) !== index)
      problems.push({ path: ['stages', index, 'id'], message: `the stage "${id}" is there twice` })
  return problems
}

/** Reads `settings.yaml` (already parsed). */
export const checkSettings = (raw: unknown): Checked<Settings> => checkWith(settingsFile, raw, build, look)
