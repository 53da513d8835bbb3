/** SES events as EventBridge delivers them (contracts: external §5), read leniently: unknown kinds are ignored. */
import * as z from 'zod/mini'

const text = z.optional(z.nullable(z.string()))
/** What cannot be read as an instant would be stored as no number at all: such an event is none. */
const instant = z
  .string()
  .check(z.refine((given) => /^\d{4}-\d\d-\d\dT/.test(given) && !Number.isNaN(Date.parse(given))))
const recipient = z.looseObject({ emailAddress: text, status: text })

export const sesEventSchema = z.looseObject({
  id: text,
  source: z.literal('aws.ses'),
  'detail-type': z.string(),
  detail: z.looseObject({
    eventType: z.string(),
    /** Only in notifications of an identity, which carry no tags. */
    notificationType: text,
    mail: z.looseObject({
      timestamp: instant,
      messageId: z.string(),
      destination: z.optional(z.array(z.string())),
      tags: z.optional(z.record(z.string(), z.array(z.string()))),
    }),
    delivery: z.optional(z.looseObject({ timestamp: instant })),
    bounce: z.optional(
      z.looseObject({
        bounceType: text,
        bounceSubType: text,
        feedbackId: text,
        timestamp: instant,
        bouncedRecipients: z.optional(z.array(recipient)),
      }),
    ),
    complaint: z.optional(
      z.looseObject({ complaintFeedbackType: text, feedbackId: text, timestamp: instant }),
    ),
    open: z.optional(z.looseObject({ timestamp: instant, userAgent: text })),
    click: z.optional(z.looseObject({ timestamp: instant, userAgent: text, link: z.string() })),
    reject: z.optional(z.looseObject({ reason: text })),
    failure: z.optional(z.looseObject({ errorMessage: text, templateName: text })),
    deliveryDelay: z.optional(z.looseObject({ timestamp: instant, delayType: text })),
    subscription: z.optional(
      z.looseObject({
        timestamp: instant,
        source: text,
        newTopicPreferences: z.optional(
          z.looseObject({
            unsubscribeAll: z.optional(z.boolean()),
            topicSubscriptionStatus: z.optional(z.array(z.looseObject({ subscriptionStatus: text }))),
          }),
        ),
      }),
    ),
  }),
})
export type SesEvent = z.output<typeof sesEventSchema>
export type SesDetail = SesEvent['detail']

/** Where an event says when, and says it unreadably. */
export const unreadableInstants = (event: unknown): readonly string[] => {
  const read = sesEventSchema.safeParse(event)
  const paths = read.success ? [] : read.error.issues.map(({ path }) => path)
  return paths.filter((path) => path.at(-1) === 'timestamp').map((path) => path.map(String).join('.'))
}

/** Which message of ours an event is about, by the tags it was sent with. */
export interface Subject {
  readonly leadId: string
  /** The enrolment's or the hand-off's id. */
  readonly of: string
  readonly enrolmentId?: string
  readonly step?: string
  readonly n: number
  readonly attempt: number
  readonly internal: boolean
}

/** Undefined for mail that Tendril did not send. */
export const subjectOf = (detail: SesDetail): Subject | undefined => {
  const tag = (name: string): string | undefined => detail.mail.tags?.[name]?.[0]
  const [leadId, enrolmentId, handoffId] = [tag('lead'), tag('enrolment'), tag('handoff')]
  const of = enrolmentId ?? handoffId
  if (leadId === undefined || of === undefined) return undefined
  const step = tag('step')
  return {
    leadId,
    of,
    ...(enrolmentId !== undefined && { enrolmentId }),
    ...(step !== undefined && { step }),
    n: Number(tag('n') ?? 0),
    attempt: Number(tag('attempt') ?? 1),
    internal: tag('audience') === 'internal',
  }
}
