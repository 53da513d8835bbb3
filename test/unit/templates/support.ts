import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import type { CompiledTemplate } from '../../../domain/template.ts'
import { compileTemplate } from '../../../templates/compiler/compile.ts'
import { formatProblem } from '../../../templates/compiler/problem.ts'

export const ROOT = join(import.meta.dirname, '../../../templates')

export type Persona = Record<'email' | 'handoff', Record<string, unknown>>

export const persona = (name: string): Persona =>
  parse(readFileSync(join(ROOT, 'personas', `${name}.yaml`), 'utf8')) as Persona

const FOOTER =
  '<mj-section><mj-column><mj-text>{{ brand.postal_address }} <a href="{{ unsubscribe_url }}">Unsubscribe</a></mj-text></mj-column></mj-section>'

/** A whole email around some MJML for the body. */
export const email = (
  body: string,
  matter = 'subject: Hello\npreheader: A preheader that is long enough',
): string => `---\n${matter}\n---\n<mjml lang="en"><mj-body>\n${body}\n${FOOTER}</mj-body></mjml>\n`

/** An email around the content of one text component. */
export const text = (content: string): string =>
  email(`<mj-section><mj-column><mj-text>${content}</mj-text></mj-column></mj-section>`)

export const none = (): undefined => undefined

/** Compiles what must compile. */
export const compiled = async (source: string, file = 'emails/sample.mjml'): Promise<CompiledTemplate> => {
  const result = await compileTemplate(file, source, none)
  if (!result.ok) throw new Error(result.problems.map(formatProblem).join('\n'))
  return result.template
}

/** Compiles what must not, and says why it did not. */
export const problemsOf = async (source: string, file = 'emails/sample.mjml'): Promise<readonly string[]> => {
  const result = await compileTemplate(file, source, none)
  return result.ok ? [] : result.problems.map(formatProblem)
}
