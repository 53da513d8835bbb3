/** Fills a compiled template in. Pure: the same template and variables give the same message. */
import { type LiquidEngine, type LiquidNodes, makeEngine } from './render-engine.ts'
import { escapeHtml, escapeText, tidyText, toLine } from './render-escape.ts'
import type { CompiledPage, CompiledTemplate, RenderedMessage, TemplateVariables } from './template.ts'

const markup = makeEngine(escapeHtml)
const plain = makeEngine(escapeText)

/** Parsed sources by content: a memo, bounded so that a worker that lives long does not grow. */
const MEMO_SIZE = 500
const memo = (engine: LiquidEngine): ((source: string) => LiquidNodes) => {
  const parsed = new Map<string, LiquidNodes>()
  return (source) => {
    const known = parsed.get(source)
    if (known !== undefined) return known
    const nodes = engine.parse(source)
    if (parsed.size >= MEMO_SIZE) parsed.clear()
    parsed.set(source, nodes)
    return nodes
  }
}
const parseMarkup = memo(markup)
const parsePlain = memo(plain)

const renderMarkup = (source: string, variables: object): string =>
  markup.render(parseMarkup(source), variables)

const renderPlain = (source: string, variables: object): string => plain.render(parsePlain(source), variables)

/**
 * Renders one message. Values are escaped in the HTML part, unsafe links are left out, and the subject is one clean
 * line. What is missing renders as nothing. Throws when the template works beyond its limits.
 */
export const renderTemplate = (template: CompiledTemplate, variables: TemplateVariables): RenderedMessage => {
  const subject = toLine(renderPlain(template.subject, variables))
  const preheader = toLine(renderPlain(template.preheader, { ...variables, subject }))
  const scope = { ...variables, subject, preheader }
  return {
    subject,
    preheader,
    html: renderMarkup(template.html, scope),
    text: tidyText(renderPlain(template.text, scope)),
  }
}

/** Renders a public page with every value escaped. */
export const renderPage = (page: CompiledPage, variables: TemplateVariables): string =>
  renderMarkup(page.source, variables)

/** Renders one line of Liquid, such as a subject that a sequence puts in a template's place. */
export const renderLine = (source: string, variables: TemplateVariables): string =>
  toLine(renderPlain(source, variables))
