/** MJML → HTML, with mistakes as findings instead of exceptions. */
import mjml2html from 'mjml'
import type { Finding } from './liquid.ts'
import { hasOwnWords } from './protect.ts'

export interface MjmlResult {
  readonly html: string
  readonly findings: readonly Finding[]
}

const lineStart = (text: string, line: number): number => {
  let at = 0
  for (let seen = 1; seen < line; seen += 1) at = text.indexOf('\n', at) + 1
  return at
}

const offsetOf = (text: string, line: number, tagName: string): number => {
  const start = lineStart(text, line)
  const tag = text.indexOf(`<${tagName}`, start)
  const end = text.indexOf('\n', start)
  return tag >= 0 && (end < 0 || tag < end) ? tag : start
}

/** Compiles MJML in which the Liquid is protected. `original` has the same lines and is what offsets refer to. */
export const runMjml = async (protectedText: string, original: string): Promise<MjmlResult> => {
  try {
    const { html, errors } = await mjml2html(protectedText, {
      validationLevel: 'soft',
      keepComments: false,
      minify: false,
      beautify: false,
      ignoreIncludes: true,
      fonts: {},
    })
    const findings = errors
      // An attribute that holds Liquid cannot be judged before it is rendered.
      .filter(({ message }) => !hasOwnWords(message))
      .map(({ line, message, tagName }) => ({
        at: offsetOf(original, line, tagName),
        message: `MJML: ${message}`,
      }))
    return { html: html.trim(), findings }
  } catch (error) {
    return { html: '', findings: [{ at: 0, message: `MJML: ${(error as Error).message}` }] }
  }
}
