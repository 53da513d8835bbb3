import { beforeEach, describe, expect, test } from 'vitest'
import type { NotifyStep } from '../../../../domain/sequence.ts'
import { getTask, postTask } from '../../../../functions/feedback/task.ts'
import { processHop } from '../../../../functions/shared/hop.ts'
import { signLink } from '../../../../functions/shared/links.ts'
import { asker } from '../handoff/ask.ts'
import { leadId } from '../handoff/lead.ts'
import type { Memory } from '../handoff/memory.ts'
import { begin, enrolmentId, hopTo, lead } from '../shared/run.ts'

const call: NotifyStep = {
  kind: 'notify',
  id: 'call',
  template: 'sales-task',
  to: 'owner-or-team',
  team: 'dach',
  task: { title: 'Call them', note: 'Ask about the second site.', within: 'P2D' },
}
const html = { accept: 'text/html' }
const asJson = { accept: 'application/json' }
const form = { ...html, 'content-type': 'application/x-www-form-urlencoded' }

let memory: Memory
let ask: ReturnType<typeof asker>
let token: string

beforeEach(async () => {
  memory = begin({ steps: [call], notices: ['sales-task'] }).memory
  // Friday, 23:30 in Berlin.
  memory.now = Date.parse('2026-11-20T22:30:00Z')
  await processHop(memory.ports, hopTo('call', 0))
  token = /tasks\/([\w.-]+)/.exec(memory.sent[0]?.html ?? '')?.[1] ?? ''
  ask = asker(memory, {
    'GET /tasks/{token}': (request) => getTask(memory.ports, request),
    'POST /tasks/{token}': (request) => postTask(memory.ports, request),
  })
})

const look = (headers: Record<string, string> = html, given = token) =>
  ask('GET /tasks/{token}', { params: { token: given }, headers })
const post = (headers: Record<string, string> = form) =>
  ask('POST /tasks/{token}', { params: { token }, headers, body: '' })
const done = () =>
  memory.events(lead).filter((event) => event.type === 'signal' && event.name === 'task.done')

describe('the mail', () => {
  test('tells the receiver what to do, by when where they are, and links to the page', () => {
    expect(memory.sent).toHaveLength(1)
    const [mail] = memory.sent
    expect(mail).toMatchObject({ to: 'lena@example.com', tags: { step: 'call', audience: 'internal' } })
    expect(mail?.html).toMatch(/Call them Ask about the second site\. Sun,? 22 Nov,? 23:30/)
    expect(mail?.text).toContain(`Call them https://leads.example.com/tasks/${token}`)
  })
})

describe('the page', () => {
  test('shows the task and the lead, and asks', async () => {
    const { status, body } = await look()
    expect(status).toBe(200)
    for (const text of ['Call them', 'Ask about the second site.', 'ines.duarte@example.com'])
      expect(body).toContain(text)
    expect(body).toMatch(/By Sun,? 22 Nov,? 23:30/)
    expect(body).toContain(`action="/tasks/${token}"`)
  })

  test('looked at a hundred times changes nothing', async () => {
    const before = memory.snapshot()
    for (let i = 0; i < 100; i++) await look()
    expect(memory.snapshot()).toBe(before)
  })

  test('is JSON for who asks for it', async () => {
    expect((await look(asJson)).json).toEqual({
      leadId: lead,
      enrolmentId,
      step: 'call',
      title: 'Call them',
      note: 'Ask about the second site.',
      due: expect.stringMatching(/^Sun,? 22 Nov,? 23:30$/),
      doneAt: null,
    })
  })
})

describe('done', () => {
  test('is a signal in the log, which a step can wait for, once and at the instant of the first post', async () => {
    expect((await post()).status).toBe(200)
    const at = memory.now
    memory.now += 3_600_000
    const again = await post({ ...asJson, 'content-type': 'application/json' })
    expect(again.json).toMatchObject({ doneAt: new Date(at).toISOString() })
    expect(done()).toEqual([
      {
        type: 'signal',
        id: `${enrolmentId}-call-done`,
        at,
        name: 'task.done',
        properties: { task: 'call' },
        verdict: 'human',
        enrolmentId,
        step: 'call',
      },
    ])
    const { body } = await look()
    expect(body).toContain('Done. Thank you.')
    expect(body).not.toContain('<form')
  })

  test('lets the lead react at once', async () => {
    await post()
    expect(memory.item(lead).head).toBeDefined()
  })
})

describe('links that are refused', () => {
  test('every changed character', async () => {
    for (let at = 0; at < token.length; at++) {
      const changed = token.slice(0, at) + (token[at] === 'A' ? 'B' : 'A') + token.slice(at + 1)
      expect((await look(html, changed)).status, `character ${at}`).toBe(404)
    }
  })

  test('of another purpose, lead, enrolment or step, and of a lead that is gone', async () => {
    const sign = (purpose: 'task' | 'handoff', ...parts: string[]) =>
      signLink(memory.ports.secrets, purpose, parts)
    const others = [
      await sign('handoff', lead, enrolmentId, 'call'),
      await sign('task', leadId(1), enrolmentId, 'call'),
      await sign('task', lead, `${lead}-test-2`, 'call'),
      await sign('task', lead, enrolmentId, 'nothing'),
      await sign('task', lead, enrolmentId),
      await sign('task', lead, enrolmentId, 'call', 'more'),
    ]
    for (const other of others) expect((await look(html, other)).status).toBe(404)
    memory.log.clear()
    expect((await look()).status).toBe(404)
    expect((await post()).status).toBe(404)
    expect(done()).toEqual([])
  })
})
