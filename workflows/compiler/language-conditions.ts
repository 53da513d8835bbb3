/** Conditions as editors know them; the compiler reads them key by key, to say more about what is wrong. */
import * as z from 'zod/mini'
import { eventBlock, oftenText } from './language.ts'
import { conditionPart, durationText, fieldName, temperatures, words } from './language-words.ts'

/** Profile fields that may stand in a condition by their own name; any other goes under `field:`. */
export const knownFields: readonly string[] = [
  'company.name',
  'company.size',
  'company.industry',
  'company.country',
  'company.website',
  'email.kind',
  'email.domain',
  'title',
  'seniority',
  'country',
  'language',
  'locale',
  'source',
]

const range = z.union([z.string(), z.number()])
const value = z.union([z.string(), z.number(), z.boolean(), z.array(z.union([z.string(), z.number()]))])
const some = z.array(conditionPart).check(z.minLength(1))
const often = { at_least: z.optional(oftenText), within: z.optional(durationText) }
const short = z.extend(z.omit(eventBlock, { name: true }), often)

export const conditionSchema = z.strictObject({
  all: z.optional(some),
  any: z.optional(some),
  not: z.optional(conditionPart),
  stage: z.optional(words),
  temperature: z.optional(z.union([temperatures, z.array(temperatures)])),
  tag: z.optional(words),
  score: z.optional(
    z.strictObject({
      total: z.optional(range),
      fit: z.optional(range),
      engagement: z.optional(range),
    }),
  ),
  total: z.optional(range),
  fit: z.optional(range),
  engagement: z.optional(range),
  field: z.optional(z.record(fieldName, value)),
  event: z.optional(z.union([z.string(), z.extend(eventBlock, often)])),
  clicked: z.optional(short),
  visited: z.optional(z.extend(short, { path: z.optional(z.string()) })),
  ...Object.fromEntries(knownFields.map((field) => [field, z.optional(value)])),
})
