/** DynamoDB does a conditional write, its answer is lost, the SDK sends it again: the adapters must know their own. */
import { DynamoDBClient, GetItemCommand, PutItemCommand, ScanCommand } from '@aws-sdk/client-dynamodb'
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { LeadHead } from '../../../domain/lead-view.ts'
import { enrolmentItems } from '../../../functions/shared/aws/enrolments.ts'
import { putFirst, putIfAbsent, replaceAtRev } from '../../../functions/shared/aws/items.ts'
import { leadItems } from '../../../functions/shared/aws/leads.ts'
import type { ContentSource, Handoff, StoredEnrolment } from '../../../functions/shared/ports.ts'
import { createTable, DRIVERS, type Opened, open, TABLE } from './dynamo-fixtures.ts'
import { clientOptions } from './harness.ts'

const adapters = vi.hoisted(() => ({ client: undefined as unknown }))
vi.mock('../../../functions/shared/aws/clients.ts', () => ({ dynamo: () => adapters.client }))

const LEAD = 'lead'.padEnd(26, '0')

interface Wire {
  /** Answers that are still to be lost. */
  lose: number
  /** What each write was answered. */
  readonly answers: ('done' | 'refused')[]
  /** Happens once, between a lost answer and the next try. */
  meanwhile: (() => Promise<unknown>) | undefined
}

/** The connection breaks after the write, before its answer is there. */
const breakOff = async (wire: Wire): Promise<never> => {
  wire.lose--
  const { meanwhile } = wire
  wire.meanwhile = undefined
  await meanwhile?.()
  throw Object.assign(new Error('socket hang up'), { name: 'TimeoutError', code: 'ECONNRESET' })
}

/** A client of the adapters' kind that can lose the answers of writes. */
const breaking = (endpoint: string, wire: Wire): DynamoDBClient => {
  const client = new DynamoDBClient({ ...clientOptions(endpoint), maxAttempts: 3 })
  client.middlewareStack.add(
    (next, context) => async (args) => {
      const asked = next(args)
      if (context['commandName'] !== 'PutItemCommand') return asked
      const [{ status }] = await Promise.allSettled([asked])
      wire.answers.push(status === 'fulfilled' ? 'done' : 'refused')
      return wire.lose === 0 ? asked : breakOff(wire)
    },
    { step: 'finalizeRequest', name: 'lostAnswer', priority: 'low' },
  )
  return client
}

const steps = Array.from({ length: 20 }, (_, at) => ({
  kind: 'send',
  id: `step-${at}`,
  template: 'mail',
  immediately: false,
}))
const sequence = { id: 'welcome', steps }
const content = { sequence: async () => ({ sequence, machineArn: '' }) } as unknown as ContentSource

const { enrolment, by }: Omit<StoredEnrolment, 'rev'> = {
  enrolment: {
    enrolmentId: `${LEAD}-welcome-1`,
    leadId: LEAD,
    sequence: 'welcome',
    run: 1,
    version: 'v1',
    createdAt: 1,
    n: -1,
    due: {},
    took: {},
    records: {},
  },
  by: 'event',
}

const handoff: Handoff = {
  handoffId: 'handoff',
  leadId: LEAD,
  owner: 'rep',
  team: 'sales',
  status: 'offered',
  reason: 'score',
  at: 1,
  mail: 'none',
  attempt: 0,
  rev: 0,
}

describe.each(DRIVERS)('a write whose answer is lost, by %s', (driver) => {
  let opened: Opened
  let client: DynamoDBClient
  let wire: Wire

  beforeEach(async () => {
    opened = await open(driver)
    await createTable(opened.client)
    wire = { lose: 0, answers: [], meanwhile: undefined }
    client = breaking(opened.dynamo.endpoint, wire)
    adapters.client = client
    vi.stubEnv('TENDRIL_CORE_TABLE', TABLE)
  })

  afterEach(async () => {
    vi.unstubAllEnvs()
    client.destroy()
    await opened.close()
  })

  const item = { pk: 'a', sk: 'A' }
  const stored = async () => {
    const Key = { pk: { S: 'a' }, sk: { S: 'A' } }
    return (await opened.client.send(new GetItemCommand({ TableName: TABLE, Key, ConsistentRead: true })))
      .Item
  }

  it('counts as done, once', async () => {
    wire.lose = 1
    expect(await putFirst(TABLE, { ...item, rev: 1 })).toBe(true)
    wire.lose = 2
    expect(await replaceAtRev(TABLE, { ...item, rev: 2, text: 'mine' }, 1)).toBe(true)
    expect(wire.answers).toEqual(['done', 'refused', 'done', 'refused', 'refused'])
    expect(await stored()).toMatchObject({ rev: { N: '2' }, text: { S: 'mine' } })
  })

  it("is refused when it was another's, with no answer lost or with one", async () => {
    expect(await putFirst(TABLE, { ...item, rev: 1, text: 'first' })).toBe(true)
    expect(await putFirst(TABLE, { ...item, rev: 1, text: 'second' })).toBe(false)
    wire.lose = 1
    expect(await replaceAtRev(TABLE, { ...item, rev: 6 }, 5)).toBe(false)
    expect(await replaceAtRev(TABLE, { pk: 'none', sk: 'A', rev: 2 }, 1)).toBe(false)
    expect(await stored()).toMatchObject({ rev: { N: '1' }, text: { S: 'first' } })
  })

  it('is not known any more when another wrote over it before it was sent again', async () => {
    await putFirst(TABLE, { ...item, rev: 1 })
    wire.meanwhile = () => replaceAtRev(TABLE, { ...item, rev: 3, text: 'other' }, 2)
    wire.lose = 1
    expect(await replaceAtRev(TABLE, { ...item, rev: 2, text: 'mine' }, 1)).toBe(false)
    expect(await stored()).toMatchObject({ rev: { N: '3' }, text: { S: 'other' } })
  })

  it('leaves items that are never replaced as they were: no mark, and a repetition is one', async () => {
    wire.lose = 1
    expect(await putIfAbsent(TABLE, item)).toBe(false)
    expect(Object.keys((await stored()) ?? {}).toSorted()).toEqual(['pk', 'sk'])
  })

  it('of an enrolment: made and replaced at the next rev', async () => {
    const enrolments = enrolmentItems(content)
    wire.lose = 1
    expect(await enrolments.create(enrolment, by)).toMatchObject({ rev: 1, enrolment: { n: -1 } })
    wire.lose = 1
    expect(await enrolments.replace({ enrolment: { ...enrolment, n: 0 }, rev: 1, by })).toBe(true)
    expect(await enrolments.get(enrolment.enrolmentId)).toEqual({
      enrolment: { ...enrolment, n: 0 },
      rev: 2,
      by,
    })
    expect(wire.answers).toEqual(['done', 'refused', 'done', 'refused'])
  })

  it('costs one unit with its mark, for an enrolment of 20 emails too', async () => {
    const enrolments = enrolmentItems(content)
    const at = 1_800_000_000
    const all = Object.fromEntries(
      steps.map(({ id }) => [id, { is: 'sent', at, template: 'abcdef' } as const]),
    )
    const token = Buffer.alloc(525, 7).toString('base64')
    const held = { 'step-19': { at: at - 65_000, until: at, reason: 'quiet-hours' } } as const
    const long = { ...enrolment, createdAt: at - 140 * 86_400, n: 39, step: 'step-19', token, lastAt: at }
    await enrolments.create({ ...long, records: all, held }, by)
    const { Items = [] } = await opened.client.send(new ScanCommand({ TableName: TABLE }))
    const { ConsumedCapacity } = await opened.client.send(
      new PutItemCommand({ TableName: TABLE, Item: Items[0] ?? {}, ReturnConsumedCapacity: 'TOTAL' }),
    )
    expect(Items[0]?.['w']?.S).toMatch(/^[\w-]{8}$/)
    expect(ConsumedCapacity?.CapacityUnits).toBe(1)
  })

  it('of a hand-off and of a head: made and replaced', async () => {
    const leads = leadItems(content)
    wire.lose = 1
    const made = await leads.createHandoff(handoff)
    expect(made).toEqual({ ...handoff, rev: 1 })
    wire.lose = 1
    expect(await leads.replaceHandoff({ ...made, mail: 'intent', attempt: 1 })).toBe(true)
    expect(await leads.handoff(LEAD, 'handoff')).toMatchObject({ mail: 'intent', attempt: 1, rev: 2 })
    const head = { stage: 'new', createdAt: 1 } as LeadHead
    for (const rev of [0, 1]) {
      wire.lose = 1
      expect(await leads.saveHead(LEAD, { ...head, createdAt: rev }, rev)).toBe(true)
    }
    expect((await leads.collection(LEAD)).head).toEqual({ state: { stage: 'new', createdAt: 1 }, rev: 2 })
  })
})
