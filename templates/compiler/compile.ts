/** MJML + Liquid + front matter → a checked, compiled template with its text part. */
import { createHash } from 'node:crypto'
import { posix } from 'node:path'
import { renderTemplate } from '../../domain/render.ts'
import type { CompiledTemplate } from '../../domain/template.ts'
import { type FrontMatter, type MailMatter, readMailMatter } from './front-matter.ts'
import { type Expanded, expandIncludes, type LoadPartial, normalise } from './includes.ts'
import { guardLinks } from './links.ts'
import { lintMail } from './lint.ts'
import { checkLiquid, type Finding, piecesOf, withoutComments } from './liquid.ts'
import { runMjml } from './mjml-step.ts'
import type { Problem } from './problem.ts'
import { hasOwnWords, lost, type Mark, protect, restore } from './protect.ts'
import { makeText } from './text-part.ts'
import { EMAIL_VARIABLES, HANDOFF_VARIABLES, type KnownVariables } from './variables.ts'

export type CompileResult =
  | { readonly ok: true; readonly template: CompiledTemplate }
  | { readonly ok: false; readonly problems: readonly Problem[] }

/** What one template file may hold, includes and all. */
export const MAX_SOURCE = 256 * 1024

type Kind = CompiledTemplate['kind']
interface Body {
  readonly html: string
  readonly text: string
  readonly variables: readonly string[]
}

const fail = (problems: readonly Problem[]): CompileResult => ({ ok: false, problems })

/** `handoff/…` files are mails to sales, all others are emails to leads. */
const kindOf = (file: string): Kind => (file.split('/').includes('handoff') ? 'handoff' : 'email')

const knownFor = (kind: Kind): KnownVariables => (kind === 'email' ? EMAIL_VARIABLES : HANDOFF_VARIABLES)

/** First 12 hex digits of a SHA-256. */
export const shortHash = (content: unknown): string =>
  createHash('sha256').update(JSON.stringify(content)).digest('hex').slice(0, 12)

/** Checks a line of Liquid, such as a subject that a sequence puts in a template's place. */
export const checkLine = (source: string, kind: Kind): readonly string[] =>
  checkLiquid(source, knownFor(kind)).findings.map(({ message }) => message)

const checkMatter = (front: FrontMatter<MailMatter>, known: KnownVariables) => {
  const keys = ['subject', 'preheader'] as const
  const reports = keys.map((key) => ({ key, ...checkLiquid(front.matter[key] ?? '', known) }))
  return {
    variables: reports.flatMap(({ variables }) => variables),
    problems: reports.flatMap(({ key, findings }) =>
      findings.map(({ message }) => ({ ...front.placeOf(key), message: `${key}: ${message}` })),
    ),
  }
}

const compileBody = async (source: string, known: KnownVariables): Promise<Body | readonly Finding[]> => {
  const report = checkLiquid(source, known)
  if (report.findings.length > 0) return report.findings
  if (hasOwnWords(source)) return [{ at: source.search(/lqx\d+xlq/), message: 'lqx…xlq is reserved' }]
  const text = withoutComments(source)
  const guarded = protect(text, piecesOf(text))
  if (guarded.findings.length > 0) return guarded.findings
  const { html, findings } = await runMjml(guarded.text, text)
  if (findings.length > 0) return findings
  const wrong = [...lost(html, guarded.marks), ...lintMail(html, guarded.marks)]
  return wrong.length > 0 ? wrong : finish(html, guarded.marks, report.variables)
}

const finish = (html: string, marks: readonly Mark[], variables: readonly string[]): Body => ({
  html: restore(guardLinks(html, ''), marks),
  text: makeText(html, marks),
  variables,
})

/** Mail to leads must say who sends it and how to stop it. */
const duties = (body: Body, kind: Kind, intent: string | undefined): readonly Finding[] => {
  if (kind !== 'email') return []
  const address = /(?:sender|brand)\.postal_address/.test(body.html)
  const stop = intent === 'transactional' || body.variables.includes('unsubscribe_url')
  return [
    ...(address ? [] : [{ at: 0, message: 'no postal address: show {{ sender.postal_address }}' }]),
    ...(stop ? [] : [{ at: 0, message: 'no unsubscribe link: link to {{ unsubscribe_url }}' }]),
  ]
}

/** One rendering with nothing known: catches work without bounds before anything is sent. */
const rehearse = (template: CompiledTemplate): readonly string[] => {
  try {
    renderTemplate(template, {})
    return []
  } catch (error) {
    return [`does not render: ${(error as Error).message}`]
  }
}

const assemble = (
  file: string,
  kind: Kind,
  matter: MailMatter,
  body: Body,
  extra: readonly string[],
): CompiledTemplate => {
  const content = {
    kind,
    subject: matter.subject,
    preheader: matter.preheader ?? '',
    html: body.html,
    text: body.text,
    ...(matter.topic === undefined ? {} : { topic: matter.topic }),
    ...(matter.from === undefined ? {} : { from: matter.from }),
    ...(matter.intent === undefined ? {} : { intent: matter.intent }),
    ...(matter.audience === undefined ? {} : { audience: matter.audience }),
    variables: [...new Set([...body.variables, ...extra])].sort(),
  }
  return { id: posix.basename(file, '.mjml'), hash: shortHash(content), ...content }
}

const compileExpanded = async (
  file: string,
  front: FrontMatter<MailMatter>,
  expanded: Expanded,
): Promise<CompileResult> => {
  const kind = kindOf(file)
  const known = knownFor(kind)
  const at = (finding: Finding): Problem => ({
    ...expanded.placeOf(finding.at),
    message: finding.message,
  })
  const matter = checkMatter(front, known)
  const body = await compileBody(expanded.text, known)
  if (!('html' in body)) return fail([...matter.problems, ...body.map(at)])
  const problems = [...matter.problems, ...duties(body, kind, front.matter.intent).map(at)]
  if (problems.length > 0) return fail(problems)
  const template = assemble(file, kind, front.matter, body, matter.variables)
  const broken = rehearse(template).map((message) => at({ at: 0, message }))
  return broken.length > 0 ? fail(broken) : { ok: true, template }
}

/**
 * Compiles one template. `file` is its path inside `templates/`; `load` gives partials by such paths. Every mistake
 * comes back as a problem with file, line and column.
 */
export const compileTemplate = async (
  file: string,
  source: string,
  load: LoadPartial,
): Promise<CompileResult> => {
  const text = normalise(source)
  const front = readMailMatter(file, text)
  if (!front.ok) return fail(front.problems)
  const expanded = expandIncludes(file, text, front.value.bodyAt, load)
  if (expanded.problems.length > 0) return fail(expanded.problems)
  const size = Buffer.byteLength(expanded.text)
  if (size > MAX_SOURCE)
    return fail([
      { file, line: 1, column: 1, message: `${size} bytes with its partials; limit ${MAX_SOURCE}` },
    ])
  return compileExpanded(file, front.value, expanded)
}
