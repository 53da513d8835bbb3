/** Who is simulated: a persona of templates/personas, or a file of one's own. */
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import * as z from 'zod/mini'
import type { Content } from '../../domain/content.ts'
import { parseDuration } from '../../domain/duration.ts'
import type { LeadEvent } from '../../domain/event.ts'
import { durationMs } from '../../domain/scoring-text.ts'
import type { Sequence } from '../../domain/sequence.ts'
import { stageEventId } from '../../domain/stage.ts'
import { submissionOf } from '../../domain/submission.ts'
import { hint } from '../../workflows/compiler/suggest.ts'
import { Refusal } from '../api.ts'

const value = z.union([z.string(), z.number(), z.boolean()])
const values = z.record(z.string(), z.union([value, z.array(value)]))

const factsSchema = z.object({
  lead: z.object({
    email: z.string(),
    name: z.optional(z.string()),
    first_name: z.optional(z.string()),
    last_name: z.optional(z.string()),
    phone: z.optional(z.string()),
  }),
  company: z.optional(values),
  fields: z.optional(values),
  /** Left out: the stage that the sequence starts at, else that of a new lead. */
  stage: z.optional(z.string()),
  /** Left out: all of them. */
  topics: z.optional(z.array(z.string())),
  signals: z.optional(z.array(z.looseObject({ name: z.string(), ago: z.string() }))),
})
export type Persona = z.infer<typeof factsSchema>

const readable = /\.(?:ya?ml|json)$/

const fileOf = (name: string, templates: string): string => {
  if (readable.test(name) && existsSync(name)) return name
  const folder = join(templates, 'personas')
  const file = join(folder, `${name}.yaml`)
  if (existsSync(file)) return file
  const known = existsSync(folder) ? readdirSync(folder).map((one) => one.replace(/\.yaml$/, '')) : []
  throw new Refusal(`There is neither a persona nor a file "${name}"${hint(name, known)}`)
}

/** Reads a persona by its name, or a file of the same shape. */
export const readPersona = (name: string, templates: string): Persona => {
  const file = fileOf(name, templates)
  const raw: unknown = parse(readFileSync(file, 'utf8'))
  const inner = typeof raw === 'object' && raw !== null && 'email' in raw ? raw.email : raw
  const read = factsSchema.safeParse(inner)
  if (read.success) return read.data
  const lines = read.error.issues.map(({ path, message }) => `\n  ${path.join('.')}: ${message}`)
  throw new Refusal(`${file} describes nobody that can be simulated:${lines.join('')}`)
}

type Values = z.infer<typeof values>

const fieldsOf = ({ company = {}, fields = {} }: Persona): Record<string, readonly string[]> => {
  const listed = (given: Values, prefix: string) =>
    Object.entries(given).map(([key, one]) => [`${prefix}${key}`, [one].flat().map(String)] as const)
  return Object.fromEntries([...listed(company, 'company.'), ...listed(fields, '')])
}

/** How the lead comes: through what starts the sequence, as far as one event can show it. */
const entryOf = ({ enrol }: Sequence): { source: string; formId?: string; form?: string; stage?: string } => {
  const [first] = enrol.when
  if (first?.kind === 'form') return { source: `form:${first.form}`, form: first.form }
  if (first?.kind === 'ad-form') return { source: first.source, formId: first.formId }
  const stage = first?.kind === 'stage' ? first.stages[0] : undefined
  return { source: 'api:simulation', ...(stage !== undefined && { stage }) }
}

const signalsOf = ({ signals = [] }: Persona, now: number): readonly LeadEvent[] =>
  signals.map(({ name, ago, ...properties }, index) => {
    const length = durationMs(parseDuration(ago) ?? '')
    if (length === undefined) throw new Refusal(`The signal ${name} was "${ago}" ago: write it like 3 days.`)
    return {
      type: 'signal',
      id: `before-${index + 1}`,
      name,
      at: now - length,
      properties: Object.fromEntries(Object.entries(properties).map(([key, one]) => [key, String(one)])),
      verdict: 'human',
    }
  })

/** Who moved the lead to where the sequence starts. */
export const beginning = 'the simulation begins here'

/** The lead's log at the moment when the sequence starts. */
export const historyOf = (
  persona: Persona,
  sequence: Sequence,
  { settings }: Content,
  now: number,
): readonly LeadEvent[] => {
  const { source, formId, form, stage: reached } = entryOf(sequence)
  const { email, name, first_name: firstName, last_name: lastName, phone } = persona.lead
  const before = signalsOf(persona, now)
  const at = Math.min(now, ...before.map((event) => event.at))
  const made = submissionOf(
    {
      submissionId: 'captured',
      source,
      formId,
      at,
      email,
      name,
      firstName,
      lastName,
      phone,
      fields: fieldsOf(persona),
    },
    settings.defaults.country,
  )
  if (!made.ok) throw new Refusal(made.problems.map(({ problem }) => problem).join('; '))
  const topics = persona.topics ?? Object.keys(settings.consent.topics)
  const captured: LeadEvent = {
    type: 'captured',
    id: 'captured',
    at,
    submission: made.submission,
    grants: topics.length === 0 ? [] : [{ topics: [...topics], basis: 'consent' }],
    ...(form !== undefined && { form }),
  }
  const to = persona.stage ?? reached
  if (to === undefined || to === settings.defaults.stage) return [captured, ...before]
  const from = settings.defaults.stage
  const id = stageEventId({ stageChanges: 0 })
  return [
    captured,
    ...before,
    { type: 'stage.changed', id, at: now, from, to, reason: beginning, actor: 'simulation', total: 0 },
  ]
}
