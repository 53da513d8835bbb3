/** The steps of a sequence file: what stands where. Meaning and references are checked after these. */
import * as z from 'zod/mini'
import {
  conditionPart,
  durationText,
  fieldName,
  label,
  percentText,
  slotText,
  stepId,
  stepList,
  thenKey,
  words,
} from './language-words.ts'

export const eventBlock = z.strictObject({
  name: z.string(),
  step: z.optional(words),
  form: z.optional(z.string()),
  where: z.optional(z.record(z.string(), z.string())),
})
export const eventSchema = z.union([z.string(), eventBlock])

/** How often: 3, or "3 per 14 days". */
export const oftenText = z.union([z.number(), z.string()])

export const sendSchema = z.strictObject({
  send: z.union([
    z.string(),
    z.strictObject({ next_of: z.array(z.string()).check(z.minLength(2), z.maxLength(60)) }),
  ]),
  id: z.optional(stepId),
  name: z.optional(label),
  immediately: z.optional(z.boolean()),
  subject: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
  from: z.optional(z.string()),
  only_if: z.optional(conditionPart),
  variant_by: z.optional(fieldName),
})

export const waitSchema = z.strictObject({
  wait: z.union([
    durationText,
    z.strictObject({
      for: z.optional(durationText),
      until: z.optional(
        z.strictObject({
          date: fieldName,
          before: z.optional(durationText),
          after: z.optional(durationText),
        }),
      ),
      otherwise: z.optional(durationText),
      [thenKey]: z.optional(slotText),
    }),
  ]),
})

export const waitForSchema = z.strictObject({
  wait_for: z.strictObject({
    id: stepId,
    name: z.optional(label),
    event: eventSchema,
    timeout: durationText,
    if_yes: z.optional(stepList),
    if_timeout: z.optional(stepList),
  }),
})

export const branchSchema = z.strictObject({
  branch: z.strictObject({
    id: stepId,
    name: z.optional(label),
    paths: z
      .array(
        z.strictObject({
          name: label,
          if: z.optional(conditionPart),
          else: z.optional(z.literal(true)),
          steps: z.optional(stepList),
        }),
      )
      .check(z.minLength(2)),
  }),
})

const sendsHelp = 'write a number of mails like "500 sends"'

export const splitSchema = z.strictObject({
  split: z.strictObject({
    id: stepId,
    name: z.optional(label),
    paths: z
      .array(z.strictObject({ name: label, share: percentText, steps: z.optional(stepList) }))
      .check(z.minLength(2)),
    winner: z.optional(
      z.strictObject({
        by: z.literal('click-rate'),
        after: z.string(sendsHelp).check(z.regex(/^[1-9]\d{1,6} sends$/, sendsHelp)),
        [thenKey]: z.optional(z.literal('auto')),
      }),
    ),
  }),
})

export const repeatSchema = z.strictObject({
  repeat: z.strictObject({
    id: stepId,
    times: z.number().check(z.int(), z.gte(2), z.lte(20)),
    until: z.optional(conditionPart),
    steps: stepList,
  }),
})

const named = { id: z.optional(stepId), name: z.optional(label) }

export const notifySchema = z.strictObject({
  to: z.string(),
  team: z.optional(z.string()),
  template: z.string(),
  ...named,
})
export const notifyStepSchema = z.strictObject({ notify: notifySchema, id: z.optional(stepId) })

export const taskSchema = z.strictObject({
  task: z.strictObject({
    to: z.string(),
    team: z.optional(z.string()),
    title: z.string().check(z.minLength(1), z.maxLength(120)),
    note: z.optional(z.string().check(z.minLength(1), z.maxLength(2000))),
    within: z.optional(durationText),
    template: z.optional(z.string()),
    ...named,
  }),
})

export const scoreSchema = z.strictObject({
  score: z.strictObject({
    add: z.number().check(
      z.int(),
      z.gte(-100),
      z.lte(100),
      z.refine((points) => points !== 0, 'nothing would change'),
    ),
    part: z.optional(z.enum(['engagement', 'fit'])),
    reason: label,
    ...named,
  }),
})

const tagHelp = 'a tag is a short text without "*", commas, brackets and quotes, at most 60 characters'
const tag = z.string().check(z.regex(/^[^\s*,"'{}<>[\]][^*,"'{}<>[\]\n]{0,59}$/, tagHelp))
const tags = z.union([tag, z.array(tag).check(z.minLength(1))])

export const tagSchema = z.strictObject({
  tag: z.strictObject({ add: z.optional(tags), remove: z.optional(tags), ...named }),
})

const fieldValues = z.record(
  fieldName,
  z.union([z.string().check(z.minLength(1), z.maxLength(500)), z.number(), z.boolean()]),
)
/** Fields and their values; the second form when the step needs an id. */
export const setFieldsSchema = z.strictObject({ set: fieldValues })
export const setSchema = z.strictObject({ set: z.strictObject({ fields: fieldValues, ...named }) })

export const stageSchema = z.strictObject({
  stage: z.strictObject({ to: z.string(), reason: label, ...named }),
})

export const webhookSchema = z.strictObject({
  webhook: z.strictObject({
    url: z.string(),
    secret: z.optional(z.string()),
    event: z.optional(
      z
        .string()
        .check(
          z.regex(/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/, 'lower case words with dots between, like lead.webinar'),
        ),
    ),
    body: z.optional(z.record(z.string(), z.unknown())),
    ...named,
  }),
})

export const endSchema = z.strictObject({ end: label })
export const nextSchema = z.strictObject({ next: z.string() })

/** Every kind of step. */
export const stepSchemas = [
  sendSchema,
  waitSchema,
  waitForSchema,
  branchSchema,
  splitSchema,
  repeatSchema,
  scoreSchema,
  tagSchema,
  setFieldsSchema,
  setSchema,
  stageSchema,
  notifyStepSchema,
  taskSchema,
  webhookSchema,
  endSchema,
  nextSchema,
]
