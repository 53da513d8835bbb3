import { beforeEach, describe, expect, test } from 'vitest'
import { addressHash } from '../../../../functions/shared/identity.ts'
import type { SignalMessage } from '../../../../functions/shared/messages.ts'
import { incomingOf } from '../../../../functions/signals/incoming.ts'
import { takeSesEvents, takeSignal } from '../../../../functions/signals/take.ts'
import { captureAll, leadId } from '../handoff/lead.ts'
import { Memory } from '../handoff/memory.ts'

let memory: Memory

beforeEach(async () => {
  memory = new Memory()
  await captureAll(memory, 0)
})

const signals = (name: string) =>
  memory.events(leadId(0)).filter((event) => event.type === 'signal' && event.name === name)

describe('a behaviour signal', () => {
  const signal = (id: string, at: number): SignalMessage => ({
    v: 1,
    kind: 'signal',
    id,
    leadId: leadId(0),
    type: 'trial.started',
    at,
    properties: { plan: 'pro' },
  })

  test('is noted once, whichever instant its repetitions name', async () => {
    for (const at of [0, 1, 60_000, -5000]) await takeSignal(memory.ports, signal('s-1', memory.now + at))
    expect(signals('trial.started')).toMatchObject([{ id: 's-1', at: memory.now }])
  })

  test('a repetition brings the lead up to date that a crash left behind', async () => {
    const { at, properties } = signal('s-1', memory.now)
    memory.write(leadId(0), {
      type: 'signal',
      id: 's-1',
      at,
      name: 'trial.started',
      properties,
      verdict: 'human',
    })
    memory.items.delete(leadId(0))
    await takeSignal(memory.ports, signal('s-1', memory.now + 1))
    expect(signals('trial.started')).toHaveLength(1)
    expect(memory.item(leadId(0)).head).toBeDefined()
  })

  test('another id is another signal', async () => {
    for (const id of ['s-1', 's-2']) await takeSignal(memory.ports, signal(id, memory.now))
    expect(signals('trial.started')).toHaveLength(2)
  })
})

describe('a notification of an identity, which has no tags', () => {
  const instant = '2026-11-20T10:00:02.000Z'
  const notification = (destination: readonly string[]) => ({
    notificationType: 'Bounce',
    mail: { timestamp: instant, messageId: 'm-1', destination },
    bounce: { bounceType: 'Permanent', bounceSubType: 'General', timestamp: instant, feedbackId: 'f' },
  })
  const take = async (...destination: string[]): Promise<void> => {
    const message = { Type: 'Notification', Message: JSON.stringify(notification(destination)) }
    const [incoming] = incomingOf(message, memory.now)
    if (incoming?.is !== 'ses') throw new Error('no event of SES')
    await takeSesEvents(memory.ports, [incoming.event])
  }
  const address = 'lead0@example.com'
  beforeEach(async () => {
    memory.aliases.set(`email ${await addressHash(memory.ports.secrets, address)}`, leadId(0))
  })

  test('ends all mail to the lead of its only recipient, once', async () => {
    await take(address)
    await take(address)
    const found = memory.events(leadId(0)).filter(({ type }) => type === 'suppressed')
    expect(found).toMatchObject([{ id: 'ses-m-1-bounced', reason: 'bounced' }])
  })

  test('of a stranger, or of several recipients, changes nothing', async () => {
    const before = memory.snapshot()
    await take('stranger@example.com')
    await take(address, 'other@example.com')
    expect(memory.snapshot()).toBe(before)
  })
})
