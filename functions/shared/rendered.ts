/** Rendering with its failures told apart from those of a store or a network, which pass. */
import { renderTemplate } from '../../domain/render.ts'
import type { CompiledTemplate, RenderedMessage, TemplateVariables } from '../../domain/template.ts'

/** The template itself is at fault: the same mail would fail again. */
export class NotRendered extends Error {
  override readonly name = 'NotRendered'
}

/** The template of an id. Throws NotRendered when there is none. */
export const templateOf = (
  templates: Readonly<Record<string, CompiledTemplate>>,
  id: string,
): CompiledTemplate => {
  const template = templates[id]
  if (template === undefined) throw new NotRendered(`there is no template ${id}`)
  return template
}

/** Renders, or throws NotRendered with the template's name. */
export const rendered = (template: CompiledTemplate, variables: TemplateVariables): RenderedMessage => {
  try {
    return renderTemplate(template, variables)
  } catch (error) {
    throw new NotRendered(
      `the template ${template.id} does not render: ${error instanceof Error ? error.message : error}`,
    )
  }
}
