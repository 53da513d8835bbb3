/** JSON Schemas for editors, generated from the very schemas that check the files. */
import * as z from 'zod/mini'
import { formFile } from '../../domain/form.ts'
import { routingFile } from '../../domain/routing.ts'
import { scoringFile } from '../../domain/scoring-rules.ts'
import { settingsFile } from '../../domain/settings.ts'
import {
  branchSchema,
  endSchema,
  headerSchema,
  nextSchema,
  notifyStepSchema,
  sendSchema,
  waitForSchema,
  waitSchema,
} from './language.ts'

type Json = Record<string, unknown>

/** Checks that only code can make are left to `tendril check`. */
const toJson = (schema: z.core.$ZodType): Json => {
  const { $schema: _, ...body } = z.toJSONSchema(schema, { unrepresentable: 'any', io: 'input' }) as Json
  return body
}

const stepRef = { $ref: '#/$defs/step' }

/** Nested steps are lists of unknowns to the compiler, which reads them one by one; editors may know what they are. */
const withSteps = (json: unknown): unknown => {
  if (Array.isArray(json)) return json.map(withSteps)
  if (typeof json !== 'object' || json === null) return json
  return Object.fromEntries(
    Object.entries(json).map(([key, value]) =>
      ['steps', 'if_yes', 'if_timeout'].includes(key) && (value as Json)?.['type'] === 'array'
        ? [key, { type: 'array', items: stepRef }]
        : [key, withSteps(value)],
    ),
  )
}

const sequenceJson = (): Json => {
  const kinds = [sendSchema, waitSchema, waitForSchema, branchSchema, notifyStepSchema, endSchema, nextSchema]
  return {
    ...(withSteps(toJson(headerSchema)) as Json),
    $defs: { step: { anyOf: kinds.map((kind) => withSteps(toJson(kind))) } },
  }
}

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
