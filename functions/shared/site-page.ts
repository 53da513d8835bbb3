/** The public pages of templates/pages, filled in. */
import type { Content } from '../../domain/content.ts'
import { renderPage } from '../../domain/render.ts'
import type { TemplateVariables } from '../../domain/template.ts'
import { page, type Reply, type Request } from './http.ts'

const accepts = (request: Request): string => (request.headers['accept'] ?? '').toLowerCase()

/** A browser says so; everything else may get JSON or plain text. */
export const wantsHtml = (request: Request): boolean => accepts(request).includes('text/html')

export const wantsJson = (request: Request): boolean =>
  !wantsHtml(request) && accepts(request).includes('application/json')

/** One page with the brand around it. */
export const sitePage = (
  { pages, settings }: Pick<Content, 'pages' | 'settings'>,
  id: string,
  status: number,
  variables: TemplateVariables,
): Reply => {
  const compiled = Object.hasOwn(pages, id) ? pages[id] : undefined
  if (compiled === undefined) throw new Error(`There is no page ${id} in templates/pages.`)
  const { name, color, url, postalAddress } = settings.brand
  return page(
    status,
    renderPage(compiled, {
      brand: { name, color, url, postal_address: postalAddress },
      locale: settings.defaults.locale,
      ...variables,
    }),
  )
}
