/** Fills a compiled template in. Pure: the same template and variables give the same message. */
import { type LiquidEngine, makeEngine } from './render-engine.ts'
import { asText, escapeHtml, escapeText, tidyText, toLine } from './render-escape.ts'
import { makePlan, type Plan, runPlan } from './render-plan.ts'
import type { CompiledPage, CompiledTemplate, RenderedMessage, TemplateVariables } from './template.ts'

/** Plans by source: a memo, bounded so that a worker that lives long does not grow. */
const MEMO_SIZE = 500
const renderer = (engine: LiquidEngine): ((source: string, variables: object) => string) => {
  const plans = new Map<string, Plan>()
  return (source, variables) => {
    let plan = plans.get(source)
    if (plan === undefined) {
      plan = makePlan(engine, source, engine.parse(source))
      if (plans.size >= MEMO_SIZE) plans.clear()
      plans.set(source, plan)
    }
    return runPlan(plan, variables)
  }
}
const renderMarkup = renderer(makeEngine(escapeHtml))
const renderPlain = renderer(makeEngine(escapeText))
/** For JSON, which escapes by itself; without the tags that are the template compiler's own. */
const renderRaw = renderer(makeEngine(asText, false))

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

/** Fills in the Liquid of every text in a JSON value. Its shape, keys and numbers stay; what a lead wrote is a text. */
export function renderValue(value: unknown, variables: TemplateVariables): unknown {
  if (typeof value === 'string') return renderRaw(value, variables)
  if (Array.isArray(value)) return value.map((one) => renderValue(one, variables))
  if (typeof value !== 'object' || value === null) return value
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, renderValue(one, variables)]))
}
