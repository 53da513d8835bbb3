/** `workflows/settings.yaml`: things that are true for every sequence. */
import * as z from 'zod/mini'
import { isZone } from './calendar.ts'
import { type Checked, checkWith, type Problem, unknownWord } from './content-check.ts'
import { durationMs, durationText, idText, type LocalText, localText } from './scoring-text.ts'
import { country, type Sending, sendingFile, sendingOf, sendingProblems } from './settings-sending.ts'

const address = z
  .string()
  .check(z.regex(/^[^@\s]+@[^@\s]+\.[^@\s]+$/, 'write an address like name@example.com'))
const secretText = z
  .string()
  .check(z.regex(/^secret:[A-Z][A-Z0-9_]{0,63}$/, 'name a secret, like "secret:CRM_WEBHOOK"'))
const outside = z
  .string()
  .check(
    z.regex(/^(?:https:\/\/[^\s/?#]+\S*|secret:[A-Z][A-Z0-9_]{0,63})$/, 'write "https://…" or "secret:NAME"'),
  )

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
  sending: sendingFile,
  consent: z.strictObject({
    double_opt_in: z.optional(
      z.union([z.enum(['always', 'never']), z.strictObject({ countries: z.array(country) })]),
    ),
    /** How long a consent lasts: mail planned for later is warned of. */
    expires: z.optional(durationText),
    topics: z.record(idText, localText),
  }),
  stages: z
    .array(
      z.strictObject({
        id: idText,
        label: z.string(),
        exits: z.optional(z.literal('all sequences')),
        next: z.optional(z.array(idText)),
      }),
    )
    .check(z.minLength(2)),
  crm: z.optional(z.strictObject({ webhook: outside, secret: z.optional(secretText) })),
})

export interface Stage {
  readonly id: string
  readonly label: string
  /** Reaching it ends every sequence of the lead. */
  readonly exits: boolean
  /** Where a lead may go from here; left out: as the order of the stages says. */
  readonly next?: readonly string[]
}

export interface Sender {
  readonly name: string
  readonly email: string
  /** An address, or `owner-or-sender`: the lead's sales owner once there is one. */
  readonly replyTo?: string
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
    /** How many milliseconds a consent lasts; for ever when left out. */
    readonly expires?: number
    readonly topics: Readonly<Record<string, LocalText>>
  }
  readonly stages: readonly Stage[]
  /** Who is told of stage changes: `https://…` or `secret:NAME`, and the secret that signs. */
  readonly crm?: { readonly webhook: string; readonly secret?: string }
}

type File = z.output<typeof settingsFile>

const consentOf = ({
  double_opt_in: doubleOptIn,
  expires,
  topics,
}: File['consent']): Settings['consent'] => ({
  doubleOptIn: doubleOptIn ?? 'never',
  ...(expires === undefined ? {} : { expires: durationMs(expires) ?? 0 }),
  topics,
})

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
    consent: consentOf(file.consent),
    stages: file.stages.map((s) => ({
      id: s.id,
      label: s.label,
      exits: s.exits !== undefined,
      ...(s.next ? { next: s.next } : {}),
    })),
    ...(file.crm
      ? { crm: { webhook: file.crm.webhook, ...(file.crm.secret ? { secret: file.crm.secret } : {}) } }
      : {}),
  }
}

/** Unknown stages behind `next`, and the stage itself. */
function nextProblems({ id, next = [] }: Stage, index: number, ids: readonly string[]): Problem[] {
  return next.flatMap((to, place) => {
    const path = ['stages', index, 'next', place]
    if (to === id) return [{ path, message: `a lead in "${id}" is there already` }]
    return ids.includes(to) ? [] : [{ path, message: unknownWord('stage', to, ids) }]
  })
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
  problems.push(...sendingProblems(sending))
  for (const [index, id] of ids.entries())
    if (ids.indexOf(id) !== index)
      problems.push({ path: ['stages', index, 'id'], message: `the stage "${id}" is there twice` })
  return [...problems, ...stages.flatMap((stage, index) => nextProblems(stage, index, ids))]
}

/** Reads `settings.yaml` (already parsed). */
export const checkSettings = (raw: unknown): Checked<Settings> => checkWith(settingsFile, raw, build, look)
