/** The `sending` of `workflows/settings.yaml`: when and how often mail may go out. */
import * as z from 'zod/mini'
import type { Problem } from './content-check.ts'
import { dateText, dayOf, dayText, durationMs, durationText, minuteOf, timeText } from './scoring-text.ts'

export const country = z.string().check(z.regex(/^[A-Z]{2}$/, 'write a country as two capital letters'))

const countryOrAll = z
  .string()
  .check(z.regex(/^(?:all|[A-Z]{2})$/, 'write a country as two capital letters, or "all"'))

const perText = z
  .string()
  .check(z.regex(/^[1-9]\d{0,8} per (?:day|week|\d{1,3} (?:hour|day|week)s?)$/, 'write "5 per day"'))

/** The part of the file about sending. */
export const sendingFile = z.strictObject({
  quiet_hours: z.optional(z.strictObject({ from: timeText, to: timeText, timezone: z.optional(z.string()) })),
  days: z.optional(z.array(dayText).check(z.minLength(1))),
  /** One list for all, or one for each country, with `all` for everybody. */
  holidays: z.optional(z.union([z.array(dateText), z.record(countryOrAll, z.array(dateText))])),
  /** A cohort spreads over this long instead of being mailed in one minute. */
  spread: z.optional(durationText),
  fatigue: z.optional(z.strictObject({ after: z.number().check(z.int(), z.gte(1)), gap: durationText })),
  sunset: z.optional(
    z.strictObject({ idle: durationText, mails: z.optional(z.number().check(z.int(), z.gte(1))) }),
  ),
  guard: z.optional(z.strictObject({ per_lead: z.optional(perText), forecast: z.optional(perText) })),
  frequency_cap: z.optional(
    z.strictObject({
      max: z.number().check(z.int(), z.gte(1)),
      per: durationText,
      transactional: z.optional(z.enum(['exempt', 'counted'])),
    }),
  ),
  min_gap: z.optional(durationText),
})

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
  /** Local dates for everybody. */
  readonly holidays: readonly string[]
  /** Further dates by the lead's country. */
  readonly holidaysIn?: Readonly<Record<string, readonly string[]>>
  /** Milliseconds over which a cohort is spread. */
  readonly spread?: number
  /** After so many mails without a sign of life, so many milliseconds between two. */
  readonly fatigue?: { readonly after: number; readonly gap: number }
  /** No sign of life for so many milliseconds, and so many mails in that time: mailed no more. */
  readonly sunset?: { readonly idle: number; readonly mails: number }
  readonly guard?: {
    /** No lead gets more than this, whatever a sequence says. */
    readonly perLead?: { readonly max: number; readonly per: number }
    /** Mails to all leads together that are expected; a fifth more stops the sending. */
    readonly forecast?: { readonly max: number; readonly per: number }
  }
  /** At most so many mails in any stretch of `per` milliseconds. */
  readonly cap?: { readonly max: number; readonly per: number; readonly transactional: 'exempt' | 'counted' }
  /** Milliseconds between two mails to the same lead. */
  readonly minGap: number
}

type File = z.output<typeof sendingFile>
const everyDay = [1, 2, 3, 4, 5, 6, 7]

/** "5 per day", "2000 per 2 days" */
const perOf = (text: string): { max: number; per: number } => {
  const [max = '', span = ''] = text.split(' per ')
  return { max: Number(max), per: durationMs(/^\d/.test(span) ? span : `1 ${span}`) ?? 0 }
}

function guardOf(file: NonNullable<File['guard']>): NonNullable<Sending['guard']> {
  return {
    ...(file.per_lead === undefined ? {} : { perLead: perOf(file.per_lead) }),
    ...(file.forecast === undefined ? {} : { forecast: perOf(file.forecast) }),
  }
}

function holidaysOf(file: File['holidays']): Pick<Sending, 'holidays' | 'holidaysIn'> {
  if (file === undefined || Array.isArray(file)) return { holidays: file ?? [] }
  const { all = [], ...holidaysIn } = file as Record<string, string[]>
  return { holidays: all, holidaysIn }
}

/** What may be left out of the file, as far as it is there. */
function limitsOf({ frequency_cap: cap, fatigue, sunset, guard }: File) {
  return {
    ...(fatigue ? { fatigue: { after: fatigue.after, gap: durationMs(fatigue.gap) ?? 0 } } : {}),
    ...(sunset ? { sunset: { idle: durationMs(sunset.idle) ?? 0, mails: sunset.mails ?? 1 } } : {}),
    ...(guard ? { guard: guardOf(guard) } : {}),
    ...(cap
      ? {
          cap: {
            max: cap.max,
            per: durationMs(cap.per) ?? 0,
            transactional: cap.transactional ?? 'exempt',
          },
        }
      : {}),
  }
}

const quietOf = (quiet: NonNullable<File['quiet_hours']>): QuietHours => ({
  from: minuteOf(quiet.from),
  to: minuteOf(quiet.to),
  zone: quiet.timezone ?? 'lead',
})

/** The checked part. */
export function sendingOf(file: File): Sending {
  return {
    ...(file.quiet_hours ? { quietHours: quietOf(file.quiet_hours) } : {}),
    days: file.days ? [...new Set(file.days.map(dayOf))].sort((a, b) => a - b) : everyDay,
    ...holidaysOf(file.holidays),
    ...(file.spread === undefined ? {} : { spread: durationMs(file.spread) ?? 0 }),
    ...limitsOf(file),
    minGap: durationMs(file.min_gap ?? '') ?? 0,
  }
}

/** Limits that contradict each other: one of them would never be reached, or always. */
export function sendingProblems({ fatigue, minGap, cap, guard, sunset }: Sending): readonly Problem[] {
  const problems: Problem[] = []
  const say = (path: readonly string[], message: string): void => {
    problems.push({ path: ['sending', ...path], message })
  }
  if (fatigue && fatigue.gap <= minGap)
    say(['fatigue', 'gap'], 'write more than min_gap: two mails lie that far apart in any case')
  if (sunset && sunset.idle === 0)
    say(['sunset', 'idle'], 'write how long a lead may be silent, as "180 days"')
  if (cap && guard?.perLead && guard.perLead.per >= cap.per && guard.perLead.max < cap.max)
    say(
      ['guard', 'per_lead'],
      'write more than frequency_cap allows: this stops a sequence that keeps to the cap',
    )
  return problems
}
