/** The YAML block at the head of a template file. */
import { LineCounter, parseDocument } from 'yaml'
import * as z from 'zod/mini'
import { type Place, type Problem, placeAt } from './problem.ts'

const line = z.string().check(z.minLength(1), z.maxLength(300))
const word = z.string().check(z.regex(/^[a-z0-9][a-z0-9_.@-]*$/i))

const mailSchema = z.strictObject({
  subject: line,
  preheader: z.optional(line),
  topic: z.optional(word),
  from: z.optional(word),
  intent: z.optional(word),
  audience: z.optional(word),
  category: z.optional(word),
  sample: z.optional(word),
})
const pageSchema = z.strictObject({ title: line })

export type MailMatter = z.infer<typeof mailSchema>
export type PageMatter = z.infer<typeof pageSchema>

export interface FrontMatter<Matter> {
  readonly matter: Matter
  /** Where the body begins in the source. */
  readonly bodyAt: number
  /** Where a key's value stands. */
  readonly placeOf: (key: string) => Place
}

type Read<Matter> =
  | { readonly ok: true; readonly value: FrontMatter<Matter> }
  | { readonly ok: false; readonly problems: readonly Problem[] }

const HEAD = /^---[ \t]*\n([\s\S]*?)^---[ \t]*(?:\n|$)/m

const messageOf = (issue: z.core.$ZodIssue): string => {
  if (issue.code === 'unrecognized_keys') return `unknown key "${issue.keys.join('", "')}"`
  const key = issue.path.join('.')
  if (issue.input === undefined && issue.code === 'invalid_type') return `"${key}" is missing or not text`
  return `"${key}": ${issue.message}`
}

const read = <Matter>(schema: z.ZodMiniType<Matter>, file: string, source: string): Read<Matter> => {
  const fail = (offset: number, message: string): Read<Matter> => ({
    ok: false,
    problems: [{ ...placeAt(file, source, offset), message }],
  })
  const head = source.startsWith('---') ? HEAD.exec(source) : null
  if (head === null) return fail(0, 'the file must begin with front matter: --- subject: … preheader: … ---')
  const start = source.indexOf('\n') + 1
  const yaml = parseDocument(head[1] ?? '', { lineCounter: new LineCounter(), prettyErrors: false })
  const syntax = yaml.errors[0]
  if (syntax !== undefined) return fail(start + syntax.pos[0], syntax.message)
  const offsetOf = (key: string): number => {
    const node = yaml.getIn([key], true) as { range?: readonly number[] } | undefined
    return start + (node?.range?.[0] ?? 0)
  }
  const parsed = schema.safeParse(yaml.toJS() ?? {})
  if (!parsed.success) {
    const problems = parsed.error.issues.map((issue) => {
      const key = issue.code === 'unrecognized_keys' ? issue.keys[0] : issue.path[0]
      return { ...placeAt(file, source, offsetOf(String(key))), message: messageOf(issue) }
    })
    return { ok: false, problems }
  }
  const placeOf = (key: string): Place => placeAt(file, source, offsetOf(key))
  return { ok: true, value: { matter: parsed.data, bodyAt: head[0].length, placeOf } }
}

/** Reads the front matter of an email or a hand-off mail. */
export const readMailMatter = (file: string, source: string): Read<MailMatter> =>
  read(mailSchema, file, source)

/** Reads the front matter of a page. */
export const readPageMatter = (file: string, source: string): Read<PageMatter> =>
  read(pageSchema, file, source)
