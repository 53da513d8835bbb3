import { beforeEach, expect, test } from 'vitest'
import type { Enrolment } from '../../../../domain/enrolment.ts'
import { showUnsubscribe, unsubscribe } from '../../../../functions/preferences/unsubscribe.ts'
import { signLink } from '../../../../functions/shared/links.ts'
import { stepsCompiled } from '../../compiler/helpers.ts'
import { asker } from '../handoff/ask.ts'
import { captureAll, leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

const oneClick = {
  headers: { 'content-type': 'application/x-www-form-urlencoded' },
  body: 'List-Unsubscribe=One-Click',
}
const { sequence } = stepsCompiled('  - send: one\n  - wait: { for: 2 days }\n  - send: two')

let memory: Memory
let ask: ReturnType<typeof asker>
let token: string

const askerOf = (ports: Memory['ports']) =>
  asker(memory, {
    'GET /u/{token}': (request) => showUnsubscribe(ports, request),
    'POST /u/{token}': (request) => unsubscribe(ports, request),
  })

beforeEach(async () => {
  memory = new Memory()
  memory.pinned.push(sequence)
  await captureAll(memory, 0)
  await captureAll(memory, 1)
  const now = memory.now / 1000
  const enrolment: Enrolment = {
    enrolmentId: `${leadId(0)}-test-1`,
    leadId: leadId(0),
    sequence: 'test',
    version: sequence.version,
    run: 1,
    createdAt: now - 60,
    n: 0,
    step: 'one',
    token: 'task-token',
    due: { one: now - 60, two: now + 172_800 },
    took: {},
    records: { one: { is: 'sent', at: now - 60 } },
  }
  memory.enrolled.set(enrolment.enrolmentId, { enrolment, rev: 1, by: 'captured-0' })
  token = await signLink(memory.ports.secrets, 'unsubscribe', [leadId(0)])
  ask = askerOf(memory.ports)
})

const look = (given = token) =>
  ask('GET /u/{token}', { params: { token: given }, headers: { accept: 'text/html' } })
const post = (given = token, rest: object = oneClick) =>
  ask('POST /u/{token}', { params: { token: given }, ...rest })
const suppressions = (n = 0) => memory.events(leadId(n)).filter(({ type }) => type === 'suppressed')

test('the page has a button that posts, and looking at it a hundred times changes nothing', async () => {
  const before = memory.snapshot()
  const { status, headers, body } = await look()
  for (let i = 0; i < 100; i++) await look()
  expect(status).toBe(200)
  expect(headers['content-type']).toContain('text/html')
  expect(body).toContain('method="post"')
  expect(body).toContain(`action="/u/${token}?via=page"`)
  expect(memory.snapshot()).toBe(before)
})

test('one click suppresses, is noted once and ends what runs', async () => {
  const { status, headers } = await post()
  expect(status).toBe(200)
  expect(headers).not.toHaveProperty('location')
  expect(headers).not.toHaveProperty('set-cookie')
  expect(memory.item(leadId(0)).suppression).toEqual({ reason: 'unsubscribed', at: memory.now })
  expect(suppressions()).toEqual([
    {
      type: 'suppressed',
      id: `unsubscribed-${leadId(0)}`,
      at: memory.now,
      reason: 'unsubscribed',
      source: 'one-click',
    },
  ])
  expect(memory.item(leadId(0)).head?.state.suppressed).toBe('unsubscribed')
  expect([...memory.enrolled.values()][0]?.enrolment.exit?.reason).toBe('unsubscribed')
  expect(memory.answered).toEqual([{ token: 'task-token', name: 'Tendril.Exit' }])
  expect(suppressions(1)).toEqual([])
})

test.each([
  ['urlencoded', oneClick],
  [
    'multipart',
    {
      headers: { 'content-type': 'multipart/form-data; boundary="b_1.="' },
      body: '--b_1.=\r\nContent-Disposition: form-data; name="List-Unsubscribe"\r\n\r\nOne-Click\r\n--b_1.=--\r\n',
    },
  ],
  ['no', {}],
])('%s body', async (_, rest) => {
  expect((await post(token, rest)).status).toBe(200)
  expect(suppressions()).toHaveLength(1)
})

test("the page's own button is told from a mail program's, and answered with a page", async () => {
  const { status, body } = await post(token, { ...oneClick, query: 'via=page' })
  expect(status).toBe(200)
  expect(body).toContain('You are unsubscribed')
  expect(body).toContain('<!doctype html>')
  expect(suppressions()).toMatchObject([{ source: 'page' }])
})

test('again is as welcome and changes nothing', async () => {
  const first = await post()
  const before = memory.snapshot()
  memory.now += 3_600_000
  for (let i = 0; i < 5; i++) expect(await post()).toEqual(first)
  expect(memory.snapshot()).toBe(before)
})

test('every changed character is refused with one answer', async () => {
  const before = memory.snapshot()
  const bodies = new Set<string>()
  for (let at = 0; at < token.length; at++) {
    const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
    const { status, headers, body } = await post(changed)
    expect(status, `character ${at}`).toBe(404)
    expect(headers).not.toHaveProperty('location')
    expect((await look(changed)).status).toBe(404)
    bodies.add(body)
  }
  expect(bodies.size).toBe(1)
  expect(memory.snapshot()).toBe(before)
})

test('a token for another purpose or of another shape is refused', async () => {
  const { secrets } = memory.ports
  const others = [
    await signLink(secrets, 'handoff', [leadId(0)]),
    await signLink(secrets, 'unsubscribe', []),
    await signLink(secrets, 'unsubscribe', [leadId(0), 'more']),
    await signLink(secrets, 'unsubscribe', ['nobody']),
    '',
    'v1',
    `${token}.`,
    ` ${token}`,
  ]
  for (const other of others) expect((await post(other)).status).toBe(404)
  expect(suppressions()).toEqual([])
})

test('a token signed with the key before stays good', async () => {
  const secrets = { get: async () => 'k1:an-old-signing-key' }
  expect((await post(await signLink(secrets, 'unsubscribe', [leadId(0)]))).status).toBe(200)
})

test('an unknown or erased lead is answered like a known one, and nothing is put in its log', async () => {
  const known = await post()
  const stranger = await signLink(memory.ports.secrets, 'unsubscribe', [leadId(9)])
  expect(await post(stranger)).toEqual(known)
  expect((await look(stranger)).body.replaceAll(stranger, token)).toBe((await look()).body)
  expect(memory.events(leadId(9))).toEqual([])
  expect(memory.item(leadId(9)).suppression).toMatchObject({ reason: 'unsubscribed' })
})

test('an address that bounced before may still leave', async () => {
  memory.item(leadId(0)).suppression = { reason: 'bounced', at: memory.now - 1000 }
  expect((await post()).status).toBe(200)
  expect(suppressions()).toMatchObject([{ reason: 'unsubscribed', at: memory.now }])
})

test('after the suppression, a failure of what follows is healed by the next post', async () => {
  const { ports } = memory
  const events = {
    ...ports.events,
    append: async () => {
      throw new Error('died')
    },
  }
  const failed = await askerOf({ ...ports, events })('POST /u/{token}', { params: { token }, ...oneClick })
  expect(failed.status).toBe(500)
  expect(memory.item(leadId(0)).suppression).toBeDefined()
  expect((await post()).status).toBe(200)
  expect(suppressions()).toHaveLength(1)
})

test('it is acknowledged when only the exits failed: they follow from the event', async () => {
  const { ports } = memory
  const leads = {
    ...ports.leads,
    saveHead: async () => {
      throw new Error('died')
    },
  }
  const done = await askerOf({ ...ports, leads })('POST /u/{token}', { params: { token }, ...oneClick })
  expect(done.status).toBe(200)
  expect(suppressions()).toHaveLength(1)
  expect(memory.faults).toEqual(['unsubscribe.refold-failed: Error: died'])
})
