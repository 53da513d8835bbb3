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

/** What an editor shows of each step. */
const stepHelp: Readonly<Record<string, string>> = {
  send: 'Mails a template, or the next one of several that the lead never received.',
  wait: 'Lets time pass: for a length, on to a point in the week, or until a date of the lead.',
  wait_for: 'Waits for something that the lead does, up to a time.',
  branch: 'Chooses by what is known of the lead. The last path is for all others.',
  split: 'Tries two or more ways. Each lead takes one by chance, for good.',
  repeat: 'Does the same steps several times, or until a condition holds.',
  score: 'Gives points, with a reason.',
  tag: 'Adds or removes tags.',
  set: 'Writes fields of the lead.',
  stage: 'Moves the lead to another stage, with a reason.',
  notify: 'Tells your own people.',
  task: 'Gives somebody something to do.',
  webhook: 'Tells another system.',
  end: 'Ends the sequence, with a word for the reports.',
  next: 'Ends the sequence and starts another.',
}

const stepJson = (schema: (typeof stepSchemas)[number]): Json => {
  const [verb = ''] = Object.keys(schema.shape)
  return { title: verb, description: stepHelp[verb], ...toJson(schema) }
}

const sequenceJson = (): Json => ({
  ...toJson(headerSchema),
  $defs: {
    step: { anyOf: stepSchemas.map(stepJson) },
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
