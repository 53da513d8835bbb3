/** `tendril schemas`: writes the JSON Schemas that editors go by. */
import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Command } from 'commander'
import { editorSchemas } from '../workflows/compiler/editor-schemas.ts'
import { root } from './root.ts'

/** The file that a schema is kept in, and its text. */
export const schemaFiles = (): readonly { readonly file: string; readonly text: string }[] =>
  Object.entries(editorSchemas()).map(([kind, schema]) => ({
    file: join(root, 'schemas', `${kind}.schema.json`),
    text: `${JSON.stringify(schema, null, 2)}\n`,
  }))

export const addSchemas = (program: Command): void => {
  program
    .command('schemas')
    .description('write the JSON Schemas of all files that marketers edit')
    .action(() => {
      for (const { file, text } of schemaFiles()) writeFileSync(file, text)
    })
}
