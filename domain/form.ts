/** `workflows/forms/<id>.yaml`: what a form asks, what it delivers, and which checkbox is which permission. */
import * as z from 'zod/mini'
import { type Checked, checkWith, type Problem } from './content-check.ts'
import { idText, type LocalText, localText } from './scoring-text.ts'

const fieldId = z
  .string()
  .check(z.regex(/^[a-zA-Z][a-zA-Z0-9_.-]{0,59}$/, 'a field id is letters, digits, "_", "." and "-"'))
const fieldTypes = [
  'text',
  'email',
  'phone',
  'number',
  'select',
  'multiselect',
  'checkbox',
  'textarea',
  'hidden',
] as const
const topics = z.array(idText).check(z.minLength(1))

const permission = z.strictObject({
  topics,
  basis: z.optional(z.string()),
  text_id: z.optional(z.string()),
})

const webConsent = z.strictObject({
  /** The checkbox is `consent_<key>`; without a key it is `consent_email`, or `consent_<topic>` for one topic. */
  key: z.optional(z.string()),
  topics,
  basis: z.optional(z.string()),
  text_id: z.optional(z.string()),
  text: localText,
  required: z.optional(z.boolean()),
  prechecked: z.optional(z.literal(false)),
})

/** The file as marketers write it. */
export const formFile = z.strictObject({
  format: z.literal(1),
  id: idText,
  title: localText,
  /** Where somebody starts who only fills in this form; the settings' default when absent. */
  stage: z.optional(z.string()),
  asset: z.optional(
    z.strictObject({
      file: z.string(),
      deliver: z.optional(z.enum(['email-link', 'page'])),
      title: z.optional(z.string()),
    }),
  ),
  fields: z.array(
    z.strictObject({
      id: fieldId,
      type: z.enum(fieldTypes),
      label: z.optional(localText),
      required: z.optional(z.boolean()),
      autocomplete: z.optional(z.string()),
      block: z.optional(z.array(z.enum(['disposable', 'free-mail']))),
      options: z.optional(z.array(z.string())),
    }),
  ),
  progressive: z.optional(
    z.strictObject({ ask: z.number().check(z.int(), z.gte(1), z.lte(5)), from: z.array(fieldId) }),
  ),
  ad_forms: z.optional(
    z.array(
      z.strictObject({
        source: z.string(),
        form_id: z.string(),
        consent: z.optional(z.record(z.string(), permission)),
      }),
    ),
  ),
  consent: z.optional(z.union([webConsent, z.array(webConsent)])),
  double_opt_in: z.optional(z.enum(['always', 'never', 'by-country'])),
  spam: z.optional(
    z.strictObject({
      honeypot: z.optional(z.boolean()),
      min_seconds: z.optional(z.number().check(z.gte(0), z.lte(60))),
      turnstile: z.optional(z.enum(['off', 'optional', 'required'])),
    }),
  ),
  after: z.optional(z.strictObject({ thank_you: z.optional(localText), redirect: z.optional(z.string()) })),
})

/** A permission that a checkbox gives. */
export interface Permit {
  readonly topics: readonly string[]
  readonly basis: string
  readonly textId?: string
}

export interface FormField {
  readonly id: string
  readonly type: (typeof fieldTypes)[number]
  readonly label?: LocalText
  readonly required: boolean
  readonly autocomplete?: string
  readonly block: readonly ('disposable' | 'free-mail')[]
  readonly options: readonly string[]
}

export interface ConsentBox extends Permit {
  readonly key?: string
  readonly text: LocalText
  readonly required: boolean
}

export interface AdForm {
  readonly source: string
  readonly formId: string
  readonly consent: Readonly<Record<string, Permit>>
}

/** A form as checked. */
export interface Form {
  readonly id: string
  readonly title: LocalText
  readonly stage?: string
  readonly asset?: { readonly file: string; readonly deliver: 'email-link' | 'page'; readonly title?: string }
  readonly fields: readonly FormField[]
  readonly progressive?: { readonly ask: number; readonly from: readonly string[] }
  readonly adForms: readonly AdForm[]
  readonly consent: readonly ConsentBox[]
  readonly doubleOptIn: 'always' | 'never' | 'by-country'
  readonly spam: {
    readonly honeypot: boolean
    readonly minSeconds: number
    readonly turnstile: 'off' | 'optional' | 'required'
  }
  readonly after: { readonly thankYou?: LocalText; readonly redirect?: string }
}

type File = z.output<typeof formFile>

const permit = (file: z.output<typeof permission>): Permit => ({
  topics: file.topics,
  basis: file.basis ?? 'consent',
  ...(file.text_id === undefined ? {} : { textId: file.text_id }),
})

const box = (file: z.output<typeof webConsent>): ConsentBox => ({
  ...permit(file),
  ...(file.key === undefined ? {} : { key: file.key }),
  text: file.text,
  required: file.required ?? false,
})

const field = (file: File['fields'][number]): FormField => ({
  id: file.id,
  type: file.type,
  ...(file.label === undefined ? {} : { label: file.label }),
  required: file.required ?? false,
  ...(file.autocomplete === undefined ? {} : { autocomplete: file.autocomplete }),
  block: file.block ?? [],
  options: file.options ?? [],
})

const adForm = (file: NonNullable<File['ad_forms']>[number]): AdForm => ({
  source: file.source,
  formId: file.form_id,
  consent: Object.fromEntries(Object.entries(file.consent ?? {}).map(([key, value]) => [key, permit(value)])),
})

const assetOf = (file: NonNullable<File['asset']>): NonNullable<Form['asset']> => ({
  file: file.file,
  deliver: file.deliver ?? 'email-link',
  ...(file.title === undefined ? {} : { title: file.title }),
})

function build(file: File): Form {
  const boxes = file.consent === undefined ? [] : [file.consent].flat()
  const { thank_you: thankYou, redirect } = file.after ?? {}
  return {
    id: file.id,
    title: file.title,
    ...(file.stage === undefined ? {} : { stage: file.stage }),
    ...(file.asset ? { asset: assetOf(file.asset) } : {}),
    fields: file.fields.map(field),
    ...(file.progressive ? { progressive: file.progressive } : {}),
    adForms: (file.ad_forms ?? []).map(adForm),
    consent: boxes.map(box),
    doubleOptIn: file.double_opt_in ?? 'by-country',
    spam: {
      honeypot: file.spam?.honeypot ?? true,
      minSeconds: file.spam?.min_seconds ?? 0,
      turnstile: file.spam?.turnstile ?? 'off',
    },
    after: {
      ...(thankYou === undefined ? {} : { thankYou }),
      ...(redirect === undefined ? {} : { redirect }),
    },
  }
}

function look(form: Form): readonly Problem[] {
  const problems: Problem[] = []
  const ids = form.fields.map((f) => f.id)
  for (const [index, id] of ids.entries()) {
    if (ids.indexOf(id) !== index)
      problems.push({ path: ['fields', index, 'id'], message: `the field "${id}" is there twice` })
    if (form.fields[index]?.type.endsWith('select') && form.fields[index].options.length === 0)
      problems.push({ path: ['fields', index], message: 'a select needs "options"' })
  }
  // Accepting it without asking would open the form to what it was meant to keep out.
  if (form.spam.turnstile === 'required')
    problems.push({
      path: ['spam', 'turnstile'],
      message: '"required" is not supported yet; allowed: off, optional',
    })
  return problems
}

/** Reads one form file (already parsed). */
export const checkForm = (raw: unknown): Checked<Form> => checkWith(formFile, raw, build, look)
