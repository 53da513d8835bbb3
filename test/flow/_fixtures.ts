/** The shared fixtures as requests, and their expectations read as contracts/surface §4 says. */
import { expect } from 'vitest'
import type { Answer } from './_client.ts'
import type { Product, Upstream } from './_runtime.ts'

interface WireRequest {
  readonly method: string
  readonly queryString: string
  readonly headers: Record<string, string>
  readonly body: Buffer
}

export interface Expected {
  readonly status: readonly number[]
  readonly bodyExact?: string
  readonly bodyNotContains?: readonly string[]
  readonly contentType?: string
  readonly json?: object
  readonly leadCount?: number
  readonly emailsSent?: number
  // biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
  readonly leads?: readonly any[]
  // biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
  readonly attribution?: any
  readonly parked?: readonly object[]
  readonly retryAfterAtLeastSeconds?: number
  readonly noUpstreamCalls?: boolean
  readonly noRedirect?: boolean
}

export interface Fixture {
  readonly id: string
  readonly endpoint: string
  readonly request: { readonly method: string; readonly rawBody?: string }
  readonly upstream?: readonly Upstream[]
  // biome-ignore lint/suspicious/noExplicitAny: an event of SES.
  readonly event?: any
  readonly expect: Expected
}

interface Materialize {
  load(set: string, id: string): Fixture
  secrets(set: string): unknown
  toHttp(request: unknown, secrets: unknown): WireRequest
}

const place = new URL('../fixtures/materialize.mjs', import.meta.url).href
const materialize = (await import(/* @vite-ignore */ place)) as Materialize

export const fixture = (id: string): Fixture => materialize.load('webhooks', id)

const paths: Readonly<Record<string, string>> = {
  facebook: '/webhooks/meta',
  linkedin: '/webhooks/linkedin',
  form: '/forms/demo',
}

/** Sends a fixture's request byte for byte; `path` where the fixture's endpoint is a person's own. */
export const sendFixture = (
  product: Product,
  given: Fixture,
  path = paths[given.endpoint],
): Promise<Answer> => {
  const { method, queryString, headers, body } = materialize.toHttp(
    given.request,
    materialize.secrets('webhooks'),
  )
  const query = queryString === '' ? '' : `?${queryString}`
  return product.call(method, `${path}${query}`, { headers, ...(body.length > 0 && { body }) })
}

/** How much there is of everything, to compare before and after. */
export const census = async (product: Product) => ({
  leads: (await product.leads()).map(({ leadId }) => leadId as string).sort(),
  mails: (await product.inbox()).length,
  executions: (await product.executions()).length,
  parked: (await product.parked()).length,
})
export type Census = Awaited<ReturnType<typeof census>>

const person = ['email', 'emailOriginal', 'phone', 'name', 'firstName', 'lastName', 'isTest'] as const
const exact = ['fields', 'hidden', 'consents'] as const

// biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
const checkAttribution = (lead: any, expected: any): void => {
  const { campaign, ...rest } = expected
  expect(lead.attribution.last).toMatchObject({
    ...rest,
    ...(campaign !== undefined && { campaign_id: campaign }),
  })
}

// biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
const checkConsent = (lead: any, expected: any): void => {
  expect(lead.consents.email).toBe(expected.email)
  expect(lead.consent).toMatchObject({
    textId: expected.textId,
    hasIp: expected.hasIp,
    hasUserAgent: expected.hasUserAgent,
  })
  expect(lead.consent.at !== null).toBe(expected.hasTimestamp)
}

// biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
const checkParts = (lead: any, expected: any): void => {
  for (const key of person) if (key in expected) expect(lead[key]).toBe(expected[key])
  for (const key of exact) if (key in expected) expect(lead[key]).toEqual(expected[key])
  if (expected.sourceLeadId !== undefined)
    expect(lead.sources).toContainEqual(
      expect.objectContaining({ source: expected.source, sourceLeadId: expected.sourceLeadId }),
    )
  if (expected.attribution !== undefined) checkAttribution(lead, expected.attribution)
  if (expected.consent !== undefined) checkConsent(lead, expected.consent)
}

// biome-ignore lint/suspicious/noExplicitAny: fixtures name what they expect.
export const checkLead = async (product: Product, lead: any, expected: any): Promise<void> => {
  expect(lead, 'the lead is there').toBeDefined()
  checkParts(lead, expected)
  if (expected.emailed === false) {
    expect(await product.inbox(lead.email)).toEqual([])
    expect(await product.executions(lead.leadId)).toEqual([])
  }
  if (expected.handedOff === false) expect(await product.handoffs(lead.leadId)).toEqual([])
}

export const checkAnswer = (answer: Answer, expected: Expected): void => {
  expect(expected.status).toContain(answer.status)
  if (expected.bodyExact !== undefined) expect(answer.text).toBe(expected.bodyExact)
  for (const text of expected.bodyNotContains ?? []) expect(answer.text).not.toContain(text)
  if (expected.contentType !== undefined)
    expect(answer.headers.get('content-type')).toContain(expected.contentType)
  if (expected.json !== undefined) expect(answer.json).toEqual(expected.json)
  if (answer.status >= 400) expect(answer.headers.get('content-type')).toContain('application/problem+json')
}

/** What a fixture did: its answer, and the leads that are new since. */
export interface Played {
  readonly answer: Answer
  // biome-ignore lint/suspicious/noExplicitAny: leads as the API shows them.
  readonly fresh: readonly any[]
  readonly before: Census
  readonly calls: readonly string[]
}

/** Plays a fixture against the product and waits until all it caused is done. */
export const play = async (product: Product, id: string, path?: string): Promise<Played> => {
  const given = fixture(id)
  const before = await census(product)
  product.platforms.answers = given.upstream ?? []
  product.platforms.calls.length = 0
  const answer = await sendFixture(product, given, path)
  await product.drain()
  const fresh = (await product.leads()).filter(({ leadId }) => !before.leads.includes(leadId))
  return { answer, fresh, before, calls: [...product.platforms.calls] }
}

/** Asserts everything that the fixture itself says. */
export const assess = async (product: Product, id: string, played: Played): Promise<void> => {
  const { expect: expected } = fixture(id)
  checkAnswer(played.answer, expected)
  const count = expected.leadCount ?? expected.leads?.length
  if (count !== undefined) expect(played.fresh.length, 'new leads').toBe(count)
  for (const [index, wanted] of (expected.leads ?? []).entries())
    await checkLead(product, played.fresh[index], wanted)
  if (expected.attribution !== undefined) checkAttribution(played.fresh[0], expected.attribution)
  for (const wanted of expected.parked ?? [])
    expect(await product.parked()).toContainEqual(expect.objectContaining(wanted))
  if (expected.noUpstreamCalls) expect(played.calls).toEqual([])
  if (expected.emailsSent !== undefined)
    expect((await product.inbox()).length - played.before.mails).toBe(expected.emailsSent)
}
