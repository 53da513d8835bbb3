/** The append-only log of a lead: everything else about a lead is a fold of these. */
import * as z from 'zod/mini'

const list = z.record(z.string(), z.array(z.string()))
const flags = z.record(z.string(), z.boolean())

/** A permission that a submission gave, by the form's own mapping: never by the mere presence of a checkbox. */
export const grantSchema = z.object({
  topics: z.array(z.string()),
  basis: z.string(),
  textId: z.optional(z.string()),
})
export type Grant = z.infer<typeof grantSchema>

/** Who the submission says the person is. */
export const personSchema = z.object({
  email: z.optional(z.string()),
  emailOriginal: z.optional(z.string()),
  phone: z.optional(z.string()),
  name: z.optional(z.string()),
  firstName: z.optional(z.string()),
  lastName: z.optional(z.string()),
})
export type Person = z.infer<typeof personSchema>

/** The evidence of a consent: what was shown, when, to whom. */
export const evidenceSchema = z.object({
  basis: z.optional(z.string()),
  textId: z.optional(z.string()),
  at: z.optional(z.number()),
  ip: z.optional(z.string()),
  userAgent: z.optional(z.string()),
})
export type Evidence = z.infer<typeof evidenceSchema>

/** One form or webhook entry, normalised. Instants are in milliseconds. */
export const submissionSchema = z.object({
  submissionId: z.string(),
  source: z.string(),
  sourceLeadId: z.optional(z.string()),
  formId: z.optional(z.string()),
  at: z.number(),
  person: personSchema,
  fields: list,
  hidden: z.record(z.string(), z.string()),
  consents: flags,
  consent: evidenceSchema,
  attribution: z.record(z.string(), z.union([z.string(), z.boolean()])),
  locale: z.optional(z.string()),
  isTest: z.boolean(),
})
export type Submission = z.infer<typeof submissionSchema>

const base = { id: z.string(), at: z.number() }

export const leadEventSchema = z.discriminatedUnion('type', [
  z.object({
    ...base,
    type: z.literal('captured'),
    submission: submissionSchema,
    grants: z.array(grantSchema),
    /** The form of workflows/forms that it belongs to, however it arrived. */
    form: z.optional(z.string()),
  }),
  z.object({ ...base, type: z.literal('consent.given'), grant: grantSchema, evidence: evidenceSchema }),
  z.object({
    ...base,
    type: z.literal('consent.withdrawn'),
    topics: z.array(z.string()),
    source: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('signal'),
    name: z.string(),
    properties: z.record(z.string(), z.string()),
    verdict: z.enum(['human', 'machine', 'unknown']),
    enrolmentId: z.optional(z.string()),
    step: z.optional(z.string()),
  }),
  z.object({
    ...base,
    type: z.literal('scored'),
    part: z.enum(['fit', 'engagement']),
    points: z.number(),
    reason: z.string(),
    actor: z.string(),
  }),
  /** Facts that a sequence, a person or an import states. */
  z.object({ ...base, type: z.literal('fields.set'), fields: list, actor: z.string() }),
  z.object({
    ...base,
    type: z.literal('stage.changed'),
    from: z.string(),
    to: z.string(),
    reason: z.string(),
    qualification: z.optional(z.enum(['marketing', 'sales', 'product', 'service'])),
    actor: z.string(),
    total: z.number(),
  }),
  z.object({ ...base, type: z.literal('handed-off'), handoffId: z.string(), owner: z.string() }),
  z.object({
    ...base,
    type: z.literal('feedback'),
    handoffId: z.string(),
    action: z.enum(['accept', 'reject']),
    reason: z.optional(z.string()),
    actor: z.string(),
  }),
  z.object({
    ...base,
    type: z.literal('suppressed'),
    reason: z.enum(['unsubscribed', 'bounced', 'complained', 'erased', 'manual']),
    source: z.string(),
    detail: z.optional(z.string()),
  }),
])
export type LeadEvent = z.infer<typeof leadEventSchema>
export type EventOf<Type extends LeadEvent['type']> = Extract<LeadEvent, { type: Type }>
