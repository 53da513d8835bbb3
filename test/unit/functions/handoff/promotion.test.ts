import { expect, test } from 'vitest'
import { checkRouting } from '../../../../domain/routing.ts'
import { handOver } from '../../../../functions/handoff/promotion.ts'
import { readLink } from '../../../../functions/shared/links.ts'
import { raw, routingText, valid } from '../../domain/settings-sample.ts'
import { leadId, promoted } from './lead.ts'
import { Memory } from './memory.ts'

const big = { fields: { company_size: ['300'] } }

const feed = (memory: Memory) => memory.handoffs().map(({ owner }) => owner)

test('a promotion becomes one hand-off, one event and one mail that says why', async () => {
  const memory = new Memory()
  const message = promoted(memory)
  await handOver(memory.ports, message)

  expect(memory.handoffs()).toMatchObject([
    {
      handoffId: `${leadId(0)}-stage-0001`,
      owner: 'jo@example.com',
      team: 'smb',
      status: 'offered',
      reason: 'Asked for a demo',
      mail: 'sent',
      attempt: 1,
      dueAt: Date.parse('2026-11-20T10:30:00Z'),
    },
  ])
  const [mail] = memory.sent
  expect(memory.sent).toHaveLength(1)
  expect(mail).toMatchObject({
    from: '"Acme lead desk" <leads@example.com>',
    to: 'jo@example.com',
    replyTo: 'lead0@example.com',
    subject: 'sales-handoff: Lead 0 Asked for a demo',
    tags: {
      lead: leadId(0),
      handoff: `${leadId(0)}-stage-0001`,
      n: '0',
      attempt: '1',
      audience: 'internal',
    },
  })
  expect(mail?.text).toContain('until Fri 20 Nov, 10:30')
  expect(memory.item(leadId(0)).head?.state.owner).toBe('jo@example.com')
  expect(memory.events(leadId(0)).at(-1)).toMatchObject({ type: 'handed-off', owner: 'jo@example.com' })
})

test('the links carry a signed token of ids only', async () => {
  const memory = new Memory()
  await handOver(memory.ports, promoted(memory))
  const [open = '', accept = '', reject = ''] = memory.sent[0]?.text.match(/https:\S+/g) ?? []
  expect(accept).toBe(`${open}?action=accept`)
  expect(reject).toBe(`${open}?action=reject`)
  const token = /^https:\/\/leads\.example\.com\/handoffs\/(.+)$/.exec(open)?.[1] ?? ''
  expect(await readLink(memory.ports.secrets, 'handoff', token, memory.now)).toEqual([
    leadId(0),
    `${leadId(0)}-stage-0001`,
  ])
  expect(Buffer.from(token.split('.')[2] ?? '', 'base64url').toString()).not.toContain('@')
})

test('the same promotion again changes nothing', async () => {
  const memory = new Memory()
  const message = promoted(memory)
  await handOver(memory.ports, message)
  const before = memory.snapshot()
  memory.now += 60_000
  for (let i = 0; i < 3; i++) await handOver(memory.ports, message)
  expect(memory.snapshot()).toBe(before)
  expect(memory.sent).toHaveLength(1)
})

test('a team deals in turn, the heavier member twice in a round', async () => {
  const memory = new Memory()
  for (let n = 0; n < 6; n++) await handOver(memory.ports, promoted(memory, n, big))
  expect(feed(memory)).toEqual(
    ['sam', 'ines', 'sam', 'sam', 'ines', 'sam'].map((name) => `${name}@example.com`),
  )
})

test('plain round robin goes in the order of the file', async () => {
  const memory = new Memory()
  const text = routingText.replace('method: weighted-round-robin', 'method: round-robin')
  memory.content = { ...memory.content, routing: valid(checkRouting(raw(text))) }
  for (let n = 0; n < 4; n++) await handOver(memory.ports, promoted(memory, n, big))
  expect(feed(memory)).toEqual(['sam', 'ines', 'sam', 'ines'].map((name) => `${name}@example.com`))
})

test('least open looks at what lies on the desks', async () => {
  const memory = new Memory()
  const text = routingText.replace(
    'assign: enterprise, method: weighted-round-robin',
    'assign: enterprise, method: least-open',
  )
  memory.content = { ...memory.content, routing: valid(checkRouting(raw(text))) }
  for (let n = 0; n < 3; n++) await handOver(memory.ports, promoted(memory, n, big))
  expect(feed(memory)).toEqual(['sam', 'ines', 'sam'].map((name) => `${name}@example.com`))
})

test('who had the lead before gets it again', async () => {
  const memory = new Memory()
  const message = promoted(memory, 0, big)
  await handOver(memory.ports, message)
  const again = memory.events(leadId(0)).find(({ id }) => id === 'stage-0001')
  memory.now += 1000
  memory.write(
    leadId(0),
    { ...again, id: 'stage-0002', at: memory.now, from: 'sql', to: 'recycled' } as never,
    { ...again, id: 'stage-0003', at: memory.now + 1, from: 'recycled', to: 'sql' } as never,
  )
  memory.now += 1000
  await handOver(memory.ports, { ...message, eventId: 'stage-0003' })
  expect(feed(memory)).toEqual(['sam@example.com', 'sam@example.com'])
  expect(memory.sent).toHaveLength(2)
})

test('test leads, unknown leads and changes that promoted nobody are not handed over', async () => {
  const memory = new Memory()
  await handOver(memory.ports, promoted(memory, 1, { isTest: true }))
  await handOver(memory.ports, { v: 1, leadId: leadId(2), eventId: 'stage-0001' })
  const message = promoted(memory, 3)
  await handOver(memory.ports, { ...message, eventId: 'stage-0009' })
  const won = memory.events(leadId(3)).find(({ id }) => id === 'stage-0001')
  memory.write(leadId(3), { ...won, at: (won?.at ?? 0) - 1, to: 'opportunity' } as never)
  await handOver(memory.ports, message)
  expect(memory.handoffs()).toEqual([])
  expect(memory.sent).toEqual([])
})
