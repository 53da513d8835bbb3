/** `POST /v1/submissions`: a lead from any system that holds the API token. */
import * as z from 'zod/mini'
import type { Submission } from '../../domain/event.ts'
import { normaliseEmail } from '../../domain/person.ts'
import { instantSchema, readBody, textSchema, valueSchema } from '../shared/api-body.ts'
import { requireToken } from '../shared/bearer.ts'
import { json, type Reply, type Request } from '../shared/http.ts'
import { harmless } from '../shared/lossless-json.ts'
import type { CaptureMessage } from '../shared/messages.ts'
import { Problem } from '../shared/problem.ts'
import { submissionIdOf } from '../shared/submission-id.ts'
import { attributionKey } from './attribution-keys.ts'
import type { IngestPorts } from './ports.ts'

const line = textSchema(500)
const values = z.pipe(
  z.union([z.array(valueSchema), valueSchema]),
  z.transform((value) => [value].flat()),
)

const body = z.object({
  source: z.string().check(z.regex(/^[^#\p{C}]{1,80}$/u, 'a source has 1 to 80 characters and no "#"')),
  sourceLeadId: z.optional(z.pipe(valueSchema, z.string().check(z.minLength(1), z.maxLength(1000)))),
  email: z.optional(z.nullable(line)),
  phone: z.optional(z.nullable(z.pipe(valueSchema, line))),
  name: z.optional(z.nullable(line)),
  firstName: z.optional(z.nullable(line)),
  lastName: z.optional(z.nullable(line)),
  fields: z.optional(z.record(z.string(), values)),
  hidden: z.optional(z.record(z.string(), valueSchema)),
  consents: z.optional(z.record(z.string(), z.boolean())),
  consent: z.optional(
    z.object({
      basis: z.optional(line),
      textId: z.optional(line),
      at: z.optional(instantSchema),
      ip: z.optional(line),
      userAgent: z.optional(line),
    }),
  ),
  attribution: z.optional(
    z.record(z.string(), z.nullable(z.union([z.boolean(), z.pipe(valueSchema, textSchema(1000))]))),
  ),
  locale: z.optional(textSchema(35)),
  isTest: z.optional(z.boolean()),
})
type Body = z.output<typeof body>

const known = /^(?:facebook|linkedin|google|tiktok|typeform|(?:generic|form|api|csv):.+)$/

const attributionOf = (given: Body['attribution']): Submission['attribution'] =>
  Object.fromEntries(
    Object.entries(given ?? {}).flatMap(([name, value]) => {
      const key = attributionKey(name)
      return key === undefined || value === null || value === '' ? [] : [[key, value]]
    }),
  )

const present = <Value>(values: Readonly<Record<string, Value | null | undefined>>): Record<string, Value> =>
  Object.fromEntries(
    Object.entries(values).flatMap(([name, value]) =>
      value === null || value === undefined || value === '' ? [] : [[name, value]],
    ),
  )

const checkAddress = (given: Body): void => {
  if (!given.email && !given.phone)
    throw new Problem(422, 'A lead needs an address.', [
      { path: 'email', message: 'give an email address or a phone number' },
    ])
  const email = given.email ? normaliseEmail(given.email) : undefined
  if (email?.ok === false)
    throw new Problem(422, 'The email address is not one.', [{ path: 'email', message: email.problem }])
}

const formIdOf = (source: string, attribution: Submission['attribution']): string | undefined => {
  if (source.startsWith('form:')) return source.slice('form:'.length)
  const id = attribution['form_id']
  return typeof id === 'string' ? id : undefined
}

/** The submission of a checked body. */
const submissionOf = (given: Body, at: number, newId: () => string): Submission => {
  const source = known.test(given.source) ? given.source : `api:${given.source}`
  const attribution = attributionOf(given.attribution)
  const formId = formIdOf(source, attribution)
  const { email, phone, name, firstName, lastName, sourceLeadId, locale } = given
  return {
    submissionId: sourceLeadId === undefined ? newId() : submissionIdOf(source, sourceLeadId),
    source,
    ...(sourceLeadId !== undefined && { sourceLeadId }),
    ...(formId !== undefined && { formId }),
    at,
    person: present({ email, phone, name, firstName, lastName }),
    fields: harmless(given.fields ?? {}),
    hidden: harmless(given.hidden ?? {}),
    consents: harmless(given.consents ?? {}),
    consent: present<string | number>(given.consent ?? {}),
    attribution,
    ...(locale !== undefined && { locale }),
    isTest: given.isTest ?? false,
  }
}

/** The same `sourceLeadId` of the same source is the same submission, however often it is sent. */
export const postSubmissions = async (
  ports: Pick<IngestPorts, 'clock' | 'secrets' | 'queues' | 'newId'>,
  request: Request,
): Promise<Reply> => {
  await requireToken(request, ports.secrets)
  const given = readBody(body, request)
  checkAddress(given)
  const submission = submissionOf(given, ports.clock.now(), ports.newId)
  const message: CaptureMessage = { v: 1, kind: 'submission', submission }
  await ports.queues.send('capture', message)
  return json(202, { submissionId: submission.submissionId })
}
