import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { parse } from 'yaml'
import { checkForm } from '../../../../domain/form.ts'
import { renderTemplate } from '../../../../domain/render.ts'
import { emailVariables } from '../../../../functions/shared/variables.ts'
import { compileTemplateFile } from '../../../../templates/compiler/load.ts'
import { raw, settings, valid } from '../../domain/settings-sample.ts'
import { ROOT } from '../../templates/support.ts'
import { sequenceOf } from './run.ts'

const shipped = readFileSync(
  new URL('../../../../workflows/forms/warehouse-guide.yaml', import.meta.url),
  'utf8',
)
const variablesFor = (text: string) =>
  emailVariables({
    reader: { leadId: 'l', person: {}, fields: {} },
    settings,
    sender: { name: 'Maya', email: 'maya@example.com' },
    sequence: sequenceOf([]),
    step: 'deliver',
    form: valid(checkForm(raw(text))),
    unsubscribeUrl: 'https://example.com/u/t',
  })

describe('the asset of a form', () => {
  it('is called by its own title only: the form’s is a call to action', () => {
    expect(variablesFor(shipped)['asset']).toEqual({
      title: 'the warehouse automation guide',
      url: 'https://www.example.com/assets/warehouse-guide.pdf',
    })
    const file = parse(shipped) as { asset: { title?: string } }
    delete file.asset.title
    expect(variablesFor(JSON.stringify(file))['asset']).not.toHaveProperty('title')
  })

  it('stands well in the sentence of the mail that delivers it', async () => {
    const result = await compileTemplateFile(ROOT, 'emails/guide-delivery.mjml')
    if (!result.ok) throw new Error('does not compile')
    const { text } = renderTemplate(result.template, variablesFor(shipped))
    expect(text).toContain('Thank you for asking for the warehouse automation guide.')
  })
})
