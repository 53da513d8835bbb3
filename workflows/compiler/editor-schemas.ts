/** JSON Schemas for editors, generated from the very schemas that check the files. */
import * as z from 'zod/mini'
import { formFile } from '../../domain/form.ts'
import { routingFile } from '../../domain/routing.ts'
import { scoringFile } from '../../domain/scoring-rules.ts'
import { settingsFile } from '../../domain/settings.ts'
import { stepSchemas } from './language.ts'
import { conditionSchema } from './language-conditions.ts'
import { headerSchema, triggerSchemas } from './language-header.ts'
import { conditionPart, stepList, triggerPart } from './language-words.ts'

type Json = Record<string, unknown>

const ref = (name: string): Json => ({ $ref: `#/$defs/${name}` })

/** What the compiler reads part by part is an unknown to its schemas; editors may know what it is. */
const parts = new Map<unknown, Json>([
  [stepList, { type: 'array', items: ref('step') }],
  [conditionPart, ref('condition')],
  [triggerPart, { anyOf: [ref('trigger'), { type: 'array', items: ref('trigger'), minItems: 1 }] }],
])

/** Checks that only code can make are left to `tendril check`. */
const toJson = (schema: z.core.$ZodType): Json => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, {
    unrepresentable: 'any',
    io: 'input',
    override: ({ zodSchema, jsonSchema }) => {
      Object.assign(jsonSchema, parts.get(zodSchema))
    },
  }) as Json
  return body
}

const sequenceJson = (): Json => ({
  ...toJson(headerSchema),
  $defs: {
    step: { anyOf: stepSchemas.map(toJson) },
    trigger: { anyOf: [...Object.values(triggerSchemas).map(toJson), { const: 'api' }] },
    condition: toJson(conditionSchema),
  },
})

/** By file kind: `sequence`, `form`, `scoring`, `routing`, `settings`. */
export const editorSchemas = (): Readonly<Record<string, Json>> => {
  const all = {
    sequence: sequenceJson(),
    form: toJson(formFile),
    scoring: toJson(scoringFile),
    routing: toJson(routingFile),
    settings: toJson(settingsFile),
  }
  return Object.fromEntries(
    Object.entries(all).map(([kind, body]) => [
      kind,
      { $schema: 'https://json-schema.org/draft/2020-12/schema', title: `Tendril ${kind}`, ...body },
    ]),
  )
}
