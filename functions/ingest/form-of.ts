/** The form that a path names. */
import type { Form } from '../../domain/form.ts'
import type { Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'
import type { IngestPorts, Site } from './ports.ts'

/** The form and what is published beside it, or 404. */
export const formOf = async (
  content: IngestPorts['content'],
  request: Request,
): Promise<{ readonly form: Form; readonly site: Site }> => {
  const id = request.params['formId'] ?? ''
  const site = await content.live()
  const form = Object.hasOwn(site.forms, id) ? site.forms[id] : undefined
  if (form === undefined) throw new Problem(404, 'There is no such form.')
  return { form, site }
}
