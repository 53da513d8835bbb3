import { beforeEach, describe, expect, test } from 'vitest'
import { getHandoff, postHandoff } from '../../../../functions/feedback/handle.ts'
import { handOver } from '../../../../functions/handoff/promotion.ts'
import { signLink } from '../../../../functions/shared/links.ts'
import { asker } from '../handoff/ask.ts'
import { leadId, promoted } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

const form = { 'content-type': 'application/x-www-form-urlencoded', accept: 'text/html' }
const asJson = { 'content-type': 'application/json', accept: 'application/json' }

let memory: Memory
let ask: ReturnType<typeof asker>
let token: string

beforeEach(async () => {
  memory = new Memory()
  await handOver(memory.ports, promoted(memory))
  memory.now += 600_000
  token = await signLink(memory.ports.secrets, 'handoff', [leadId(0), `${leadId(0)}-stage-0001`])
  ask = asker(memory, {
    'GET /handoffs/{token}': (request) => getHandoff(memory.ports, request),
    'POST /handoffs/{token}': (request) => postHandoff(memory.ports, request),
  })
})

const look = (headers: Record<string, string> = {}, given = token) =>
  ask('GET /handoffs/{token}', { params: { token: given }, headers })
const answer = (body: string, headers: Record<string, string> = form) =>
  ask('POST /handoffs/{token}', { params: { token }, headers, body })
const json = (body: object) => answer(JSON.stringify(body), asJson)
const state = () => memory.item(leadId(0)).head?.state
const handoff = () => memory.handoffs()[0]

describe('the page', () => {
  test('shows the lead, why now, the score and the two answers', async () => {
    const { status, headers, body } = await look({ accept: 'text/html' })
    expect(status).toBe(200)
    expect(headers['content-type']).toContain('text/html')
    expect(headers['content-security-policy']).toContain("default-src 'none'")
    for (const text of [
      'Lead 0',
      'Asked for a demo',
      'lead0@example.com',
      'Viewed /pricing',
      'value="accept"',
      'Too early',
    ])
      expect(body).toContain(text)
    expect(body).toContain(`action="/handoffs/${token}"`)
    expect(body).not.toContain('value="snooze"')
  })

  test('is JSON for who asks for it', async () => {
    const { status, json } = await look({ accept: 'application/json' })
    expect(status).toBe(200)
    expect(json).toEqual({
      handoffId: `${leadId(0)}-stage-0001`,
      leadId: leadId(0),
      owner: 'jo@example.com',
      status: 'offered',
      reason: 'Asked for a demo',
      at: '2026-11-20T10:00:00.000Z',
      dueAt: '2026-11-20T10:30:00.000Z',
      rejectReason: null,
      reasons: expect.arrayContaining([{ id: 'too-early', label: 'Too early' }]),
    })
  })

  test('looked at a hundred times changes nothing', async () => {
    const before = memory.snapshot()
    for (let i = 0; i < 100; i++) await look({ accept: 'text/html' })
    await ask('GET /handoffs/{token}', { params: { token }, query: 'action=reject&reason=not-a-fit' })
    expect(memory.snapshot()).toBe(before)
  })

  test('shows what a lead wrote as text only', async () => {
    const evil = new Memory()
    await handOver(evil.ports, promoted(evil, 0, { fields: { company: ['<script>alert(1)</script>'] } }))
    memory = evil
    const { body } = await look({ accept: 'text/html' })
    expect(body).toContain('&lt;script&gt;')
    expect(body).not.toContain('<script>')
  })
})

describe('tokens', () => {
  test('every changed character is refused, and nothing redirects', async () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      const { status, headers } = await look({}, changed)
      expect(status, `character ${at}`).toBe(404)
      expect(headers).not.toHaveProperty('location')
    }
  })

  test('a token of another purpose, of another lead, or of a notice is refused', async () => {
    const { secrets } = memory.ports
    const others = [
      await signLink(secrets, 'unsubscribe', [leadId(0), `${leadId(0)}-stage-0001`]),
      await signLink(secrets, 'handoff', [leadId(1), `${leadId(0)}-stage-0001`]),
      await signLink(secrets, 'handoff', [leadId(0)]),
      await signLink(secrets, 'handoff', [leadId(0), `${leadId(0)}-stage-0001`, 'more']),
    ]
    for (const other of others) expect((await look({}, other)).status).toBe(404)
  })

  test('a browser gets a page, others a problem', async () => {
    const browser = await look({ accept: 'text/html' }, 'x')
    expect([browser.status, browser.headers['content-type']]).toEqual([404, 'text/html; charset=utf-8'])
    const other = await look({}, 'x')
    expect(other.headers['content-type']).toContain('application/problem+json')
    expect(other.json).toMatchObject({ status: 404, title: 'Not found' })
  })
})

describe('accept', () => {
  test('is written once, moves the lead and shows it', async () => {
    const first = await answer('action=accept')
    expect(first.status).toBe(200)
    expect(first.body).toContain('Accepted by Jo Park')
    expect(handoff()).toMatchObject({ status: 'accepted' })
    expect(state()?.stage).toBe('accepted')
    expect(memory.events(leadId(0)).slice(-2)).toMatchObject([
      { type: 'feedback', id: `feedback-${leadId(0)}-stage-0001`, action: 'accept', actor: 'jo@example.com' },
      { type: 'stage.changed', to: 'accepted', reason: 'Accepted by Jo Park', actor: 'jo@example.com' },
    ])
  })

  test('a second click changes nothing and is as welcome', async () => {
    await answer('action=accept')
    const before = memory.snapshot()
    memory.now += 60_000
    expect((await answer('action=accept')).status).toBe(200)
    expect((await json({ action: 'accept' })).json).toMatchObject({ status: 'accepted' })
    expect(memory.snapshot()).toBe(before)
  })

  test('the other answer afterwards is a conflict that shows the first', async () => {
    await answer('action=accept')
    const before = memory.snapshot()
    const page = await answer('action=reject&reason=too-early')
    expect(page.status).toBe(409)
    expect(page.body).toContain('Accepted by Jo Park')
    const problem = await json({ action: 'reject', reason: 'too-early' })
    expect([problem.status, problem.headers['content-type']]).toEqual([
      409,
      'application/problem+json; charset=utf-8',
    ])
    expect(memory.snapshot()).toBe(before)
  })

  test('of two at once one wins', async () => {
    const answers = await Promise.all([answer('action=accept'), answer('action=reject&reason=not-a-fit')])
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 409])
    expect(memory.events(leadId(0)).filter(({ type }) => type === 'feedback')).toHaveLength(1)
  })

  test('does not take a lead back that was brought further', async () => {
    memory.write(leadId(0), {
      type: 'stage.changed',
      id: 'stage-0002',
      at: memory.now - 1,
      from: 'sql',
      to: 'opportunity',
      reason: 'by hand',
      actor: 'console',
      total: 0,
    })
    expect((await answer('action=accept')).status).toBe(200)
    expect(state()?.stage).toBe('opportunity')
  })
})

describe('reject', () => {
  test.each([
    ['too-early', 'recycled'],
    ['not-a-fit', 'disqualified'],
    ['duplicate', 'opportunity'],
  ])('because %s leads to %s', async (reason, stage) => {
    const { status, body } = await answer(`action=reject&reason=${reason}`)
    expect(status).toBe(200)
    expect(body).toContain('Rejected')
    expect(handoff()).toMatchObject({ status: 'rejected', rejectReason: reason })
    expect(state()?.stage).toBe(stage)
    expect(memory.events(leadId(0)).find(({ type }) => type === 'feedback')).toMatchObject({
      action: 'reject',
      reason,
    })
  })

  test.each(['action=reject', 'action=reject&reason=', 'action=reject&reason=constructor', 'action=', 'x=1'])(
    '"%s" is asked again with the choices',
    async (body) => {
      const before = memory.snapshot()
      const page = await answer(body)
      expect(page.status).toBe(422)
      expect(page.body).toContain('value="too-early"')
      const problem = await answer(body, { ...form, accept: 'application/json' })
      expect(problem.json).toMatchObject({ status: 422, errors: [{ path: expect.any(String) }] })
      expect(memory.snapshot()).toBe(before)
    },
  )

  test('a first reason stays', async () => {
    await answer('action=reject&reason=too-early')
    expect((await answer('action=reject&reason=not-a-fit')).status).toBe(200)
    expect(handoff()).toMatchObject({ rejectReason: 'too-early' })
    expect(state()?.stage).toBe('recycled')
  })
})

test.each(['snooze', 'book'])('%s is not there yet', async (action) => {
  const before = memory.snapshot()
  expect((await json({ action })).json).toMatchObject({
    status: 422,
    detail: expect.stringContaining('not available yet'),
  })
  expect((await answer(`action=${action}`)).body).toContain('Not available yet')
  expect(memory.snapshot()).toBe(before)
})

test.each([
  [415, { 'content-type': 'text/plain' }, 'action=accept'],
  [415, {}, 'action=accept'],
  [400, { 'content-type': 'application/json' }, '{'],
  [422, { 'content-type': 'application/json' }, '[]'],
  [413, { 'content-type': 'application/json' }, `"${'x'.repeat(70_000)}"`],
])('%i for a body that is not one', async (status, headers, body) => {
  expect((await answer(body, headers)).status).toBe(status)
  expect(handoff()?.status).toBe('offered')
})

test.each(['feedback', 'stage.changed', 'head'])(
  'a crash before the %s is healed by the next click',
  async (what) => {
    const { ports } = memory
    const events = {
      ...ports.events,
      append: async (id: string, event: Parameters<typeof ports.events.append>[1]) => {
        if (event.type === what) throw new Error('died')
        return ports.events.append(id, event)
      },
    }
    const leads = {
      ...ports.leads,
      saveHead: async (...given: Parameters<typeof ports.leads.saveHead>) => {
        if (what === 'head') throw new Error('died')
        return ports.leads.saveHead(...given)
      },
    }
    const dying = asker(memory, {
      'POST /handoffs/{token}': (request) => postHandoff({ ...ports, events, leads }, request),
    })
    const crash = await dying('POST /handoffs/{token}', {
      params: { token },
      headers: form,
      body: 'action=accept',
    })
    expect(crash.status).toBe(500)
    expect((await answer('action=accept')).status).toBe(200)
    expect(state()?.stage).toBe('accepted')
    expect(
      memory
        .events(leadId(0))
        .map(({ type }) => type)
        .slice(-2),
    ).toEqual(['feedback', 'stage.changed'])
  },
)
