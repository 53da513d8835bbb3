/** `workflows/scoring.yaml`: who they are (fit) and what they do (engagement), counted apart. */
import * as z from 'zod/mini'
import { durationText, idText, quotaText, rangeText } from './scoring-text.ts'

const words = z.union([z.string(), z.array(z.string()).check(z.minLength(1))])
const points = z.number().check(z.gte(-1000), z.lte(1000))
const signalName = z
  .string()
  .check(z.regex(/^[a-z][a-z0-9_]*(?:\.[a-z0-9_]+)*$/, 'write a signal as "page.viewed"'))

const fitRule = z.strictObject({
  /** What people read of it; left out: made from the rule. */
  name: z.optional(z.string()),
  when: z.record(z.string(), z.union([z.string(), z.number(), z.boolean(), z.array(z.string())])),
  points,
})

/** What says something of single signals. */
const perSignal = ['where', 'decay', 'at_most', 'at_least'] as const

const halfLife = z.strictObject({ half_life: durationText })
const decay = z.union([z.literal('none'), halfLife])

const signalRule = z
  .strictObject({
    name: z.optional(z.string()),
    on: signalName,
    /** Only for `on: idle`: how long without any signal. */
    for: z.optional(durationText),
    where: z.optional(z.record(z.string(), words)),
    points,
    decay: z.optional(decay),
    at_most: z.optional(quotaText),
    /** Not each signal counts, but so many in a stretch of time. */
    at_least: z.optional(quotaText),
  })
  .check(
    z.refine((rule) => (rule.on === 'idle') === (rule.for !== undefined), {
      error: '"for" and "on: idle" go together: { on: idle, for: 30 days, points: -10 }',
    }),
    z.refine((rule) => rule.on !== 'idle' || !perSignal.some((key) => rule[key] !== undefined), {
      error: 'idle time is no signal: "where", "decay", "at_most" and "at_least" do not go with "on: idle"',
    }),
  )

const signalGroup = z
  .strictObject({ group: z.string(), max: z.optional(points), rules: z.array(signalRule) })
  .check(
    z.refine(({ rules }) => rules.every(({ on }) => on !== 'idle'), {
      error: '"on: idle" stands outside of groups',
    }),
  )

const promoteEvent = z.catchall(
  z.object({ name: signalName, at_least: z.optional(quotaText), step: z.optional(words) }),
  words,
)

const promoteRule = z.strictObject({
  to: idText,
  qualification: z.optional(z.enum(['marketing', 'sales', 'product', 'service'])),
  reason: z.optional(z.string()),
  when: z.strictObject({
    fit: z.optional(rangeText),
    engagement: z.optional(rangeText),
    total: z.optional(rangeText),
    stage: z.optional(words),
    temperature: z.optional(words),
    event: z.optional(promoteEvent),
    for: z.optional(durationText),
  }),
})

const band = z.strictObject({
  enter: rangeText,
  leave: rangeText,
  of: z.optional(z.enum(['fit', 'engagement', 'total'])),
})
const grade = z.record(z.string(), rangeText)

/** The file as marketers write it. */
export const scoringFile = z.strictObject({
  format: z.literal(1),
  name: z.optional(z.string()),
  limits: z.strictObject({
    fit: z.number().check(z.int(), z.gte(0), z.lte(100)),
    engagement: z.number().check(z.int(), z.gte(0), z.lte(100)),
  }),
  fit: z.array(
    z.union([
      z.strictObject({ group: z.string(), max: z.optional(points), rules: z.array(fitRule) }),
      fitRule,
    ]),
  ),
  engagement: z.strictObject({
    decay: z.optional(decay),
    ignore: z.optional(z.array(z.enum(['machine', 'unknown', 'human']))),
    rules: z.array(z.union([signalGroup, signalRule])),
  }),
  promote: z.optional(z.array(promoteRule)),
  temperature: z.strictObject({ hot: band, warm: band, cold: z.literal('otherwise') }),
  grades: z.optional(z.strictObject({ fit: grade, engagement: grade })),
})
export type ScoringFile = z.output<typeof scoringFile>
export type FitRuleFile = z.output<typeof fitRule>
export type SignalRuleFile = z.output<typeof signalRule>
export type PromoteRuleFile = z.output<typeof promoteRule>
