/** The form that a path names. */
import type { Form } from '../../domain/form.ts'
import type { Request } from '../shared/http.ts'
import { Problem } from '../shared/problem.ts'
import type { IngestPorts } from './ports.ts'

/** The form, or 404. */
export const formOf = async (content: IngestPorts['content'], request: Request): Promise<Form> => {
  const id = request.params['formId'] ?? ''
  const { forms } = await content.live()
  const form = Object.hasOwn(forms, id) ? forms[id] : undefined
  if (form === undefined) throw new Problem(404, 'There is no such form.')
  return form
}
