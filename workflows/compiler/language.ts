/** The words of a sequence file: what stands where. Meaning and references are checked after these. */
import * as z from 'zod/mini'
import { parseDuration } from '../../domain/duration.ts'
import { parseSlot } from './slot.ts'

/** The key of that name, as a key only: an object that has it is no promise here. */
const then = 'then'

const durationText = z
  .string()
  .check(
    z.refine(
      (text) => parseDuration(text) !== undefined,
      'write a duration like "2 days", "20 hours" or "30 minutes"',
    ),
  )
const slotText = z
  .string()
  .check(z.refine((text) => parseSlot(text) !== undefined, 'write days and a time like "tue-thu 09:30"'))

export const stepIdPattern = /^[a-z0-9][a-z0-9-]{0,29}$/
const stepId = z.string().check(
  z.regex(stepIdPattern, 'an id is lower case, digits and "-", at most 30 characters'),
  z.refine(
    (id) => !/^(end|next)(-\d+)?$/.test(id),
    'this id is taken: ends and next steps are called so themselves',
  ),
)
const sequenceId = z
  .string()
  .check(
    z.regex(
      /^[a-z0-9][a-z0-9-]{0,39}$/,
      'the id of a sequence is lower case, digits and "-", at most 40 characters',
    ),
  )
const label = z.string().check(z.minLength(1), z.maxLength(80))
const words = z.union([z.string(), z.array(z.string()).check(z.minLength(1))])
const steps = z.array(z.unknown())

const again = z
  .string()
  .check(
    z.refine(
      (text) => /^(never|always)$/.test(text) || parseDuration(text.replace(/^after /, '')) !== undefined,
      'allowed: never, always, or "after 180 days"',
    ),
  )

export const notifySchema = z.strictObject({
  id: z.optional(stepId),
  name: z.optional(label),
  to: z.string(),
  team: z.optional(z.string()),
  template: z.string(),
})

export const triggerSchema = z.union([z.strictObject({ form: words }), z.strictObject({ stage: words })])

export const headerSchema = z.strictObject({
  format: z.literal(1),
  id: sequenceId,
  name: label,
  owner: z.optional(z.string()),
  from: z.optional(z.string()),
  priority: z.optional(z.number().check(z.int(), z.gte(0), z.lte(100))),
  topic: z.string(),
  enrol: z.strictObject({
    when: z.union([triggerSchema, z.array(triggerSchema).check(z.minLength(1))]),
    only_if: z.optional(z.unknown()),
    again: z.optional(again),
  }),
  goal: z.optional(z.strictObject({ when: z.unknown(), within: z.optional(durationText) })),
  exit: z.optional(
    z.array(
      z.strictObject({
        when: z.unknown(),
        [then]: z.optional(z.strictObject({ notify: z.omit(notifySchema, { id: true, name: true }) })),
      }),
    ),
  ),
  steps,
})

export const sendSchema = z.strictObject({
  send: z.string(),
  id: z.optional(stepId),
  name: z.optional(label),
  immediately: z.optional(z.boolean()),
  subject: z.optional(z.string().check(z.minLength(1), z.maxLength(200))),
})

export const waitSchema = z.strictObject({
  wait: z.union([
    durationText,
    z.strictObject({ for: z.optional(durationText), [then]: z.optional(slotText) }),
  ]),
})

export const eventSchema = z.union([
  z.string(),
  z.strictObject({
    name: z.string(),
    step: z.optional(words),
    form: z.optional(z.string()),
    where: z.optional(z.record(z.string(), z.string())),
  }),
])

export const waitForSchema = z.strictObject({
  wait_for: z.strictObject({
    id: stepId,
    name: z.optional(label),
    event: eventSchema,
    timeout: durationText,
    if_yes: z.optional(steps),
    if_timeout: z.optional(steps),
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
          if: z.optional(z.unknown()),
          else: z.optional(z.literal(true)),
          steps: z.optional(steps),
        }),
      )
      .check(z.minLength(2)),
  }),
})

export const notifyStepSchema = z.strictObject({ notify: notifySchema, id: z.optional(stepId) })
export const endSchema = z.strictObject({ end: label })
export const nextSchema = z.strictObject({ next: z.string() })

/** Planned constructs; each is refused by name. */
export const unsupportedSteps: ReadonlySet<string> = new Set([
  'split',
  'holdout',
  'tag',
  'score',
  'set',
  'stage',
  'task',
  'webhook',
  'goto',
  'loop',
])
export const unsupportedHeader: ReadonlySet<string> = new Set(['holdout'])
export const unsupportedSend: ReadonlySet<string> = new Set(['only_if', 'variant_by', 'winner', 'from'])
