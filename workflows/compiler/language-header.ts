/** What stands above the steps of a sequence file. Meaning and references are checked after these. */
import * as z from 'zod/mini'
import { parseDuration } from '../../domain/duration.ts'
import { eventBlock, notifySchema, oftenText } from './language.ts'
import {
  conditionPart,
  durationText,
  fieldName,
  label,
  percentText,
  sequenceId,
  stepList,
  temperatures,
  thenKey,
  triggerPart,
  words,
} from './language-words.ts'

const again = z
  .string()
  .check(
    z.refine(
      (text) => /^(never|always)$/.test(text) || parseDuration(text.replace(/^after /, '')) !== undefined,
      'allowed: never, always, or "after 180 days"',
    ),
  )

const range = z.union([z.string(), z.number()])

/** By their key. */
export const triggerSchemas = {
  form: z.strictObject({ form: words }),
  ad_form: z.strictObject({
    ad_form: z.strictObject({
      source: z.string(),
      form_id: z.string('write it in quotes, so that none of its digits is lost'),
    }),
  }),
  stage: z.strictObject({ stage: words }),
  event: z.strictObject({
    event: z.union([
      z.string(),
      z.extend(eventBlock, { at_least: z.optional(oftenText), within: z.optional(durationText) }),
    ]),
  }),
  score: z.strictObject({
    score: z.strictObject({
      total: z.optional(range),
      fit: z.optional(range),
      engagement: z.optional(range),
    }),
  }),
  temperature: z.strictObject({ temperature: z.union([temperatures, z.array(temperatures)]) }),
  date: z.strictObject({
    date: z.strictObject({
      field: fieldName,
      before: z.optional(durationText),
      after: z.optional(durationText),
    }),
  }),
}

export const headerSchema = z.strictObject({
  format: z.literal(1),
  id: sequenceId,
  name: label,
  owner: z.optional(z.string()),
  from: z.optional(z.string()),
  priority: z.optional(z.number().check(z.int(), z.gte(0), z.lte(100))),
  topic: z.string(),
  enrol: z.strictObject({
    when: triggerPart,
    only_if: z.optional(conditionPart),
    again: z.optional(
      z.union([again, z.strictObject({ key: z.string().check(z.minLength(1)), again: z.optional(again) })]),
    ),
  }),
  holdout: z.optional(percentText),
  in_flight: z.optional(z.enum(['move', 'pin'])),
  removed: z.optional(
    z.record(z.string(), z.union([z.enum(['exit', 'pin']), z.strictObject({ map: z.string() })])),
  ),
  goal: z.optional(z.strictObject({ when: conditionPart, within: z.optional(durationText) })),
  exit: z.optional(
    z.array(
      z.strictObject({
        when: conditionPart,
        [thenKey]: z.optional(z.strictObject({ notify: z.omit(notifySchema, { id: true, name: true }) })),
      }),
    ),
  ),
  steps: stepList,
})
